package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.QueueRegisters;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * The queue registers as the PF reaches them: all sixteen queues at 0xC000 and 0xE000, the first four at 0x2800 and
 * 0x3800 too. While a VF is enabled, they are the very registers that it sees of its queues n and n + 8.
 * <p>
 * The PF's queues run, and their ENABLE bits read 1, only while RCTL.EN or TCTL.EN is set too (82576 datasheet 8.10.10,
 * 8.12.13). So the page of such a queue, from which the engine learns what to do, holds both bits' conjunction, and
 * this block remembers which the driver has enabled: queue 0 is by reset.
 */
public final class PfQueueBlock implements RegisterBlock {
    /** Queues of each kind. */
    public static final int QUEUES = 16;

    private static final int STRIDE = 0x40;
    private static final int LOW_QUEUES = 4;
    private static final int LOW_STRIDE = 0x100;
    private static final int RECEIVE = 0xC000;
    private static final int RECEIVE_LOW = 0x2800;
    private static final int TRANSMIT = 0xE000;
    private static final int TRANSMIT_LOW = 0x3800;
    private static final int ENABLED_BY_RESET = 1;

    private static final List<Register> RECEIVE_OF_VF = List.of(
        ReceiveBlock.RDBAL, ReceiveBlock.RDBAH, ReceiveBlock.RDLEN, ReceiveBlock.SRRCTL, ReceiveBlock.RDH,
        ReceiveBlock.DCA_RXCTL, ReceiveBlock.RDT, ReceiveBlock.RXDCTL, ReceiveBlock.RQDPC);
    private static final List<Register> TRANSMIT_OF_VF = List.of(
        TransmitBlock.TDBAL, TransmitBlock.TDBAH, TransmitBlock.TDLEN, TransmitBlock.TDH, TransmitBlock.DCA_TXCTL,
        TransmitBlock.TDT, TransmitBlock.TXDCTL, TransmitBlock.TDWBAL, TransmitBlock.TDWBAH);

    static final List<Register> RECEIVE_REGISTERS =
        RECEIVE_OF_VF.stream().map(register -> ofPf(register, RECEIVE, RECEIVE_LOW)).toList();
    static final List<Register> TRANSMIT_REGISTERS =
        TRANSMIT_OF_VF.stream().map(register -> ofPf(register, TRANSMIT, TRANSMIT_LOW)).toList();

    private final IntFunction<QueuePages> pagesOfQueue;
    private final IntFunction<PoolControl> ownerOfQueue;
    private final IntPredicate ownedByPf;
    private final Side receive = new Side(true);
    private final Side transmit = new Side(false);

    /** The queues of one kind. The lock is held. */
    private final class Side {
        private final boolean isReceive;
        private int enabled = ENABLED_BY_RESET;
        private boolean portRuns;

        private Side(boolean isReceive) {
            this.isReceive = isReceive;
        }

        private QueueRegisters queue(int queue) {
            QueuePages page = pagesOfQueue.apply(queue);
            int k = queue / Igb82576.POOLS;
            return isReceive ? page.receive(k) : page.transmit(k);
        }

        private void write(int queue, int offset, int value) {
            switch (offset) {
                case QueueRegisters.HEAD_OFFSET, QueueRegisters.DROP_COUNT_OFFSET -> { }
                case QueueRegisters.TAIL_OFFSET -> {
                    queue(queue).set(offset, value);
                    if (isReceive) {
                        ownerOfQueue.apply(queue).receiveTailMoved();
                    } else {
                        ownerOfQueue.apply(queue).doorbell();
                    }
                }
                case QueueRegisters.CONTROL_OFFSET -> writeControl(queue, value & ~QueueRegisters.CONTROL_SWFLUSH);
                default -> queue(queue).set(offset, value);
            }
        }

        private void writeControl(int queue, int value) {
            boolean enable = (value & QueueRegisters.CONTROL_ENABLE) != 0;
            enabled = enabled & ~(1 << queue) | (enable ? 1 << queue : 0);
            boolean runs = enable && (portRuns || !ownedByPf.test(queue));
            queue(queue).set(QueueRegisters.CONTROL_OFFSET, withEnable(value, runs));
            ownerOfQueue.apply(queue).queueControlChanged();
        }

        private void portRuns(boolean runs) {
            if (portRuns == runs) {
                return;
            }
            portRuns = runs;
            for (int queue = 0; queue < QUEUES; queue++) {
                if ((enabled & 1 << queue) != 0 && ownedByPf.test(queue)) {
                    int control = queue(queue).get(QueueRegisters.CONTROL_OFFSET);
                    queue(queue).set(QueueRegisters.CONTROL_OFFSET, withEnable(control, runs));
                    ownerOfQueue.apply(queue).queueControlChanged();
                }
            }
        }

        private void reset() {
            enabled = ENABLED_BY_RESET;
            portRuns = false;
        }
    }

    /**
     * @param pagesOfQueue where the registers of a queue are at the time.
     * @param ownerOfQueue who runs a queue: its VF where that is enabled, else the PF.
     * @param ownedByPf    whether the PF runs a queue.
     */
    PfQueueBlock(
        IntFunction<QueuePages> pagesOfQueue, IntFunction<PoolControl> ownerOfQueue, IntPredicate ownedByPf) {
        this.pagesOfQueue = pagesOfQueue;
        this.ownerOfQueue = ownerOfQueue;
        this.ownedByPf = ownedByPf;
    }

    @Override
    public void bind(RegisterSpace pf) {
        RECEIVE_REGISTERS.forEach(register -> bind(pf, register, receive));
        TRANSMIT_REGISTERS.forEach(register -> bind(pf, register, transmit));
    }

    private void bind(RegisterSpace pf, Register register, Side side) {
        int offset = register.offset() & (QueueRegisters.BLOCK_LENGTH - 1);
        pf.onRead(register, queue -> side.queue(queue).get(offset));
        pf.onWrite(register, (queue, value) -> side.write(queue, offset, value));
        if (side == receive && offset == QueueRegisters.DROP_COUNT_OFFSET) {
            pf.onPeek(register, queue -> side.queue(queue).get(offset));
            pf.onRead(register, queue -> pagesOfQueue.apply(queue).takeDropCount(queue / Igb82576.POOLS));
        }
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF's queues are bound by ReceiveBlock and TransmitBlock.
    }

    /** RCTL was written. */
    void receives(int rctl) {
        receive.portRuns((rctl & ReceiveBlock.RCTL_EN) != 0);
    }

    /** TCTL was written. */
    void transmits(int tctl) {
        transmit.portRuns((tctl & TransmitBlock.TCTL_EN) != 0);
    }

    /** Queues, bit q for queue q, have changed hands and are reset: the last owner's wishes are void. */
    void forget(int queues) {
        receive.enabled &= ~queues;
        transmit.enabled &= ~queues;
    }

    /** CTRL.RST: queue 0 of each kind is enabled, though none runs. The pages are reset by their owners. */
    void reset() {
        receive.reset();
        transmit.reset();
    }

    private static int withEnable(int control, boolean enable) {
        return enable ? control | QueueRegisters.CONTROL_ENABLE : control & ~QueueRegisters.CONTROL_ENABLE;
    }

    private static Register ofPf(Register of, int base, int lowBase) {
        int offset = of.offset() & (QueueRegisters.BLOCK_LENGTH - 1);
        return Register.at(base + offset, of.name(), of.title()).array(QUEUES, STRIDE)
            .alias(lowBase + offset, LOW_QUEUES, LOW_STRIDE)
            .reset(of.resetValue()).fields(of.fields()).build(of.access(), of.writeMask());
    }
}
