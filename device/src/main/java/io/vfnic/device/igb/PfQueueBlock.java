package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.QueueRegisters;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The queue registers as the PF reaches them: all sixteen queues at 0xC000 and 0xE000, the first four at 0x2800 and
 * 0x3800 too. They are the very registers that VFs see of their queues n and n + 8.
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

    private static final List<Register> RECEIVE_OF_VF = List.of(
        ReceiveBlock.RDBAL, ReceiveBlock.RDBAH, ReceiveBlock.RDLEN, ReceiveBlock.SRRCTL, ReceiveBlock.RDH,
        ReceiveBlock.DCA_RXCTL, ReceiveBlock.RDT, ReceiveBlock.RXDCTL, ReceiveBlock.RQDPC);
    private static final List<Register> TRANSMIT_OF_VF = List.of(
        TransmitBlock.TDBAL, TransmitBlock.TDBAH, TransmitBlock.TDLEN, TransmitBlock.TDH, TransmitBlock.DCA_TXCTL,
        TransmitBlock.TDT, TransmitBlock.TXDCTL, TransmitBlock.TDWBAL, TransmitBlock.TDWBAH);

    static final List<Register> PF_REGISTERS = registers();

    private final List<QueuePages> pages;
    private final IntFunction<PoolControl> ownerOfQueue;

    /** @param ownerOfQueue who runs a queue: its VF where that is enabled, else the PF. */
    PfQueueBlock(List<QueuePages> pages, IntFunction<PoolControl> ownerOfQueue) {
        this.pages = pages;
        this.ownerOfQueue = ownerOfQueue;
    }

    @Override
    public void bind(RegisterSpace pf) {
        for (Register register : PF_REGISTERS) {
            boolean isReceive = register.offset() < TRANSMIT_LOW || register.offset() >> 12 == RECEIVE >> 12;
            int offset = register.offset() & (QueueRegisters.BLOCK_LENGTH - 1);
            pf.onRead(register, queue -> registers(isReceive, queue).get(offset));
            pf.onWrite(register, (queue, value) -> write(registers(isReceive, queue), queue, offset, value));
            if (isReceive && offset == QueueRegisters.DROP_COUNT_OFFSET) {
                pf.onRead(register, queue -> pages.get(queue % Igb82576.POOLS).takeDropCount(queue / Igb82576.POOLS));
                pf.onWrite(register, (queue, value) -> { });
            }
        }
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF's queues are bound by ReceiveBlock and TransmitBlock.
    }

    private void write(QueueRegisters registers, int queue, int offset, int value) {
        switch (offset) {
            case QueueRegisters.HEAD_OFFSET -> { }
            case QueueRegisters.TAIL_OFFSET -> {
                registers.set(offset, value);
                ownerOfQueue.apply(queue).doorbell();
            }
            case QueueRegisters.CONTROL_OFFSET -> {
                registers.set(offset, value & ~QueueRegisters.CONTROL_SWFLUSH);
                ownerOfQueue.apply(queue).queueControlChanged();
            }
            default -> registers.set(offset, value);
        }
    }

    private QueueRegisters registers(boolean isReceive, int queue) {
        QueuePages page = pages.get(queue % Igb82576.POOLS);
        int k = queue / Igb82576.POOLS;
        return isReceive ? page.receive(k) : page.transmit(k);
    }

    private static List<Register> registers() {
        List<Register> result = new ArrayList<>();
        RECEIVE_OF_VF.forEach(register -> addBoth(result, register, RECEIVE, RECEIVE_LOW));
        TRANSMIT_OF_VF.forEach(register -> addBoth(result, register, TRANSMIT, TRANSMIT_LOW));
        return List.copyOf(result);
    }

    private static void addBoth(List<Register> result, Register of, int base, int lowBase) {
        int offset = of.offset() & (QueueRegisters.BLOCK_LENGTH - 1);
        result.add(Register.at(base + offset, of.name(), of.title()).array(QUEUES, STRIDE)
            .build(of.access(), of.writeMask()));
        result.add(Register.at(lowBase + offset, of.name(), of.title()).array(LOW_QUEUES, LOW_STRIDE)
            .build(of.access(), of.writeMask()));
    }
}
