package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.QueueRegisters;

import java.util.List;
import java.util.function.IntConsumer;

/** Receive control and the receive queues (82576 registers 0x0100, 0x5000 and 0x2800 or 0xC000 and on). */
public final class ReceiveBlock implements RegisterBlock {
    /** RCTL. */
    public static final Register RCTL = Register.at(0x0100, "RCTL", "receive control")
        .field("EN", 1).field("SBP", 2).field("UPE", 3).field("MPE", 4).field("LPE", 5).field("LBM", 7, 6)
        .field("RDMTS", 9, 8).field("MO", 13, 12).field("BAM", 15).field("BSIZE", 17, 16).field("VFE", 18)
        .field("CFIEN", 19).field("PSP", 21).field("DPF", 22).field("PMCF", 23).field("SECRC", 26)
        .readWrite(0x04FFB3FE);
    /** RXCSUM. */
    public static final Register RXCSUM = Register.at(0x5000, "RXCSUM", "receive checksum control").reset(0x300)
        .field("IPOFL", 8).field("TUOFL", 9).field("CRCOFL", 11).field("IPPCSE", 12).field("PCSD", 13)
        .readWrite();
    /** RLPML. */
    public static final Register RLPML = Register.at(0x5004, "RLPML", "longest packet, bytes").reset(0x2600)
        .readWrite(0x3FFF);
    /** RFCTL. */
    public static final Register RFCTL = Register.at(0x5008, "RFCTL", "receive filter control")
        .field("IPV6_DIS", 10).field("IPV6_XSUM_DIS", 11).field("IPFRSP_DIS", 14).field("IPV6_EX_DIS", 16)
        .field("LEF", 18).field("SYNQFP", 19)
        .readWrite();
    /** PSRTYPE of the PF: one for each pool. */
    public static final Register PF_PSRTYPE =
        Register.at(0x5480, "PSRTYPE", "packet split types").array(8, 4).readWrite();

    /** PSRTYPE of a VF. */
    public static final Register PSRTYPE = Register.at(0x0F0C, "VFPSRTYPE", "packet split types").readWrite();
    /** PBRWAC. */
    public static final Register PBRWAC =
        Register.at(0x24E8, "PBRWAC", "receive packet buffer wrap-around").readOnly();
    /** RDBAL. */
    public static final Register RDBAL = queue(QueueRegisters.BASE_LOW_OFFSET, "RDBAL", "receive ring address, low")
        .readWrite(0xFFFFFF80);
    /** RDBAH. */
    public static final Register RDBAH = queue(QueueRegisters.BASE_HIGH_OFFSET, "RDBAH", "receive ring address, high")
        .readWrite();
    /** RDLEN. */
    public static final Register RDLEN = queue(QueueRegisters.LENGTH_OFFSET, "RDLEN", "receive ring length, bytes")
        .readWrite(0x000FFFF0);
    /** SRRCTL. */
    public static final Register SRRCTL = queue(QueueRegisters.SPLIT_CONTROL_OFFSET, "SRRCTL", "split and replication")
        .reset(0x80000400)
        .field("BSIZEPKT", 6, 0).field("BSIZEHDR", 13, 8).field("RDMTS", 24, 20).field("DESCTYPE", 27, 25)
        .field("TIMESTAMP", 30).field("DROP_EN", 31)
        .readWrite(0xCFF03F7F);
    /** RDH: the card's to write; what drivers write is ignored. */
    public static final Register RDH = queue(QueueRegisters.HEAD_OFFSET, "RDH", "receive head").readOnly();
    /** DCA_RXCTL. */
    public static final Register DCA_RXCTL =
        queue(QueueRegisters.DCA_CONTROL_OFFSET, "DCA_RXCTL", "receive DCA control")
        .readWrite();
    /** RDT. */
    public static final Register RDT = queue(QueueRegisters.TAIL_OFFSET, "RDT", "receive tail").readWrite(0xFFFF);
    /** RXDCTL. */
    public static final Register RXDCTL = queue(QueueRegisters.CONTROL_OFFSET, "RXDCTL", "receive queue control")
        .reset(0x00010000)
        .field("PTHRESH", 4, 0).field("HTHRESH", 12, 8).field("WTHRESH", 20, 16).field("ENABLE", 25)
        .field("SWFLUSH", 26)
        .readWrite(0x061F1F1F);
    /** RQDPC. */
    public static final Register RQDPC = queue(QueueRegisters.DROP_COUNT_OFFSET, "RQDPC", "receive drop count")
        .build(Access.READ_CLEAR, 0);

    /** RCTL.EN. */
    public static final int RCTL_EN = 1 << 1;
    /** RCTL.LPE. */
    public static final int RCTL_LPE = 1 << 5;
    /** RCTL.BAM. */
    public static final int RCTL_BAM = 1 << 15;
    /** RCTL.VFE. */
    public static final int RCTL_VFE = 1 << 18;
    /** RCTL.SECRC. */
    public static final int RCTL_SECRC = 1 << 26;

    static final List<Register> PF_REGISTERS = List.of(RCTL, RXCSUM, RLPML, RFCTL, PF_PSRTYPE);
    static final List<Register> VF_REGISTERS = List.of(
        PSRTYPE, PBRWAC, RDBAL, RDBAH, RDLEN, SRRCTL, RDH, DCA_RXCTL, RDT, RXDCTL, RQDPC);

    private static final List<Register> STORED =
        List.of(RDBAL, RDBAH, RDLEN, SRRCTL, RDH, DCA_RXCTL, RDT, RXDCTL);

    private final ControlLock control;
    private final List<QueuePages> pages;
    private final List<PoolControl> pools;
    private final IntConsumer portChanged;
    private RegisterSpace state;

    /** @param portChanged hears of RCTL. */
    ReceiveBlock(ControlLock control, List<QueuePages> pages, List<PoolControl> pools, IntConsumer portChanged) {
        this.control = control;
        this.pages = pages;
        this.pools = pools;
        this.portChanged = portChanged;
    }

    @Override
    public void bind(RegisterSpace pf) {
        state = pf;
        pf.onWrite(RCTL, (element, value) -> {
            pf.store(RCTL, element, value);
            portChanged.accept(value);
            control.switchChanged();
        });
        VmdqBlock.publishOnWrite(pf, control, RXCSUM);
        VmdqBlock.publishOnWrite(pf, control, RLPML);
        VmdqBlock.publishOnWrite(pf, control, PF_PSRTYPE);
        VmdqBlock.publishOnWrite(pf, control, RFCTL);
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        QueuePages queues = pages.get(vf);
        PoolControl pool = pools.get(vf);
        STORED.forEach(register -> queues.bindReceive(space, register));
        space.onRead(PSRTYPE, element -> control.locked(() -> state.load(PF_PSRTYPE, vf)));
        space.onWrite(PSRTYPE, (element, value) -> control.locked(() -> splitTypes(vf, value)));
        space.onPeek(RQDPC, k -> queues.receive(k).get(QueueRegisters.DROP_COUNT_OFFSET));
        space.onRead(RQDPC, queues::takeDropCount);
        space.onWrite(RDH, (k, value) -> { });
        space.onWrite(RDT, (k, value) -> {
            queues.receive(k).set(QueueRegisters.TAIL_OFFSET, value);
            pool.receiveTailMoved();
        });
        space.onWrite(RXDCTL, (k, value) -> {
            queues.receive(k).set(QueueRegisters.CONTROL_OFFSET, value & ~QueueRegisters.CONTROL_SWFLUSH);
            pool.queueControlChanged();
        });
    }

    /** Function level reset: the queues' registers at their reset values. The lock is held. */
    void functionLevelReset(int vf) {
        splitTypes(vf, 0);
        resetQueues(vf, pages.get(vf));
    }

    /** The registers of a pool's receive queues at their reset values. */
    static void resetQueues(int pool, QueuePages pages) {
        for (int k = 0; k < QueuePages.QUEUES; k++) {
            QueueRegisters queue = pages.receive(k);
            for (int offset = 0; offset < QueueRegisters.BLOCK_LENGTH; offset += Integer.BYTES) {
                queue.set(offset, 0);
            }
            // Queue 0 of the card, alone, comes up without DROP_EN.
            int split = SRRCTL.resetValue();
            queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET,
                pool == 0 && k == 0 ? split & ~QueueRegisters.SPLIT_CONTROL_DROP_ENABLE : split);
            queue.set(QueueRegisters.CONTROL_OFFSET, RXDCTL.resetValue());
        }
    }

    private int splitTypes(int vf, int value) {
        final int before = state.load(PF_PSRTYPE, vf);
        state.store(PF_PSRTYPE, vf, value);
        // All agents are told of a change: a VF that writes the same for ever is not to keep them from their work.
        if (state.load(PF_PSRTYPE, vf) != before) {
            control.switchChanged();
        }
        return value;
    }

    private static Register.Builder queue(int offset, String name, String title) {
        return Register.at(0x2800 + offset, name, title).array(QueuePages.QUEUES, 0x100);
    }
}
