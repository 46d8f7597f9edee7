package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.QueueRegisters;

import java.util.List;
import java.util.function.IntConsumer;

/** Transmit control and the transmit queues (82576 registers 0x0400, 0x3590 and 0x3800 or 0xE000 and on). */
public final class TransmitBlock implements RegisterBlock {
    /** TCTL. */
    public static final Register TCTL = Register.at(0x0400, "TCTL", "transmit control").reset(0xA40400F8)
        .field("EN", 1).field("PSP", 3).field("CT", 11, 4).field("COLD", 21, 12).field("RTLC", 24)
        .readWrite();
    /** DTXCTL. */
    public static final Register DTXCTL = Register.at(0x3590, "DTXCTL", "DMA transmit control").reset(0x44)
        .field("8023LL", 2).field("VLAN_ADDED", 3).field("OOS", 4).field("MDP_EN", 5).field("SPOOF_INT", 6)
        .readWrite();

    /** PBTWAC. */
    public static final Register PBTWAC =
        Register.at(0x34E8, "PBTWAC", "transmit packet buffer wrap-around").readOnly();
    /** TDBAL. */
    public static final Register TDBAL = queue(QueueRegisters.BASE_LOW_OFFSET, "TDBAL", "transmit ring address, low")
        .readWrite(0xFFFFFF80);
    /** TDBAH. */
    public static final Register TDBAH = queue(QueueRegisters.BASE_HIGH_OFFSET, "TDBAH", "transmit ring address, high")
        .readWrite();
    /** TDLEN. */
    public static final Register TDLEN = queue(QueueRegisters.LENGTH_OFFSET, "TDLEN", "transmit ring length, bytes")
        .readWrite(0x000FFFF0);
    /** TDH: the card's to write; what drivers write is ignored. */
    public static final Register TDH = queue(QueueRegisters.HEAD_OFFSET, "TDH", "transmit head").readOnly();
    /** DCA_TXCTL. */
    public static final Register DCA_TXCTL =
        queue(QueueRegisters.DCA_CONTROL_OFFSET, "DCA_TXCTL", "transmit DCA control")
        .reset(0x2A00)
        .readWrite();
    /** TDT. */
    public static final Register TDT = queue(QueueRegisters.TAIL_OFFSET, "TDT", "transmit tail").readWrite(0xFFFF);
    /** TXDCTL. */
    public static final Register TXDCTL = queue(QueueRegisters.CONTROL_OFFSET, "TXDCTL", "transmit queue control")
        .field("PTHRESH", 4, 0).field("HTHRESH", 12, 8).field("WTHRESH", 20, 16).field("ENABLE", 25)
        .field("SWFLUSH", 26)
        .readWrite(0x061F1F1F);
    /** TDWBAL. */
    public static final Register TDWBAL =
        queue(QueueRegisters.HEAD_WRITE_BACK_LOW_OFFSET, "TDWBAL", "head write-back address, low")
            .field("HEAD_WB_EN", 0)
            .readWrite(0xFFFFFFFD);
    /** TDWBAH. */
    public static final Register TDWBAH =
        queue(QueueRegisters.HEAD_WRITE_BACK_HIGH_OFFSET, "TDWBAH", "head write-back address, high").readWrite();

    /** TCTL.EN. */
    public static final int TCTL_EN = 1 << 1;
    /** TCTL.PSP: pad short packets. */
    public static final int TCTL_PSP = 1 << 3;
    /** DTXCTL.VLAN_ADDED: the card inserts VLAN tags. */
    public static final int DTXCTL_VLAN_ADDED = 1 << 3;
    /** DTXCTL.SPOOF_INT. */
    public static final int DTXCTL_SPOOF_INT = 1 << 6;

    static final List<Register> PF_REGISTERS = List.of(TCTL, DTXCTL);
    static final List<Register> VF_REGISTERS = List.of(
        PBTWAC, TDBAL, TDBAH, TDLEN, TDH, DCA_TXCTL, TDT, TXDCTL, TDWBAL, TDWBAH);

    private static final List<Register> STORED =
        List.of(TDBAL, TDBAH, TDLEN, TDH, DCA_TXCTL, TDT, TXDCTL, TDWBAL, TDWBAH);

    private final ControlLock control;
    private final List<QueuePages> pages;
    private final List<PoolControl> pools;
    private final IntConsumer portChanged;

    /** @param portChanged hears of TCTL. */
    TransmitBlock(ControlLock control, List<QueuePages> pages, List<PoolControl> pools, IntConsumer portChanged) {
        this.control = control;
        this.pages = pages;
        this.pools = pools;
        this.portChanged = portChanged;
    }

    @Override
    public void bind(RegisterSpace pf) {
        VmdqBlock.publishOnWrite(pf, control, DTXCTL);
        pf.onWrite(TCTL, (element, value) -> {
            pf.store(TCTL, element, value);
            portChanged.accept(value);
            control.switchChanged();
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        QueuePages queues = pages.get(vf);
        PoolControl pool = pools.get(vf);
        STORED.forEach(register -> queues.bindTransmit(space, register));
        space.onWrite(TDH, (k, value) -> { });
        space.onWrite(TDT, (k, value) -> {
            queues.transmit(k).set(QueueRegisters.TAIL_OFFSET, value);
            pool.doorbell();
        });
        space.onWrite(TXDCTL, (k, value) -> {
            queues.transmit(k).set(QueueRegisters.CONTROL_OFFSET, value & ~QueueRegisters.CONTROL_SWFLUSH);
            pool.queueControlChanged();
        });
    }

    /**
     * Function level reset: the queues' registers at their reset values. Above all the head write-back address, which a
     * VTCTRL.RST leaves alone, must not outlive the owner who wrote it.
     */
    void functionLevelReset(int vf) {
        resetQueues(pages.get(vf));
    }

    /** The registers of a pool's transmit queues at their reset values. */
    static void resetQueues(QueuePages pages) {
        for (int k = 0; k < QueuePages.QUEUES; k++) {
            QueueRegisters queue = pages.transmit(k);
            for (int offset = 0; offset < QueueRegisters.BLOCK_LENGTH; offset += Integer.BYTES) {
                queue.set(offset, 0);
            }
            queue.set(QueueRegisters.DCA_CONTROL_OFFSET, DCA_TXCTL.resetValue());
        }
    }

    private static Register.Builder queue(int offset, String name, String title) {
        return Register.at(0x3800 + offset, name, title).array(QueuePages.QUEUES, 0x100);
    }
}
