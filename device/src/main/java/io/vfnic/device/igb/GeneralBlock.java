package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import org.agrona.concurrent.NanoClock;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;

/** Device control and status (82576 registers 0x0000 to 0x0038), the free running timer, and VTCTRL. */
public final class GeneralBlock implements RegisterBlock {
    /** CTRL. The reset bits 26 and 31 clear themselves. */
    public static final Register CTRL = Register.at(0x0000, "CTRL", "device control").alias(0x0004)
        .reset(0x00100209)
        .field("FD", 0).field("GIO_MASTER_DISABLE", 2).field("LRST", 3).field("ASDE", 5).field("SLU", 6)
        .field("ILOS", 7).field("SPD", 9, 8)
        .field("FRCSPD", 11).field("FRCDPX", 12).field("ADVD3WUC", 20).field("RST", 26).field("RFCE", 27)
        .field("TFCE", 28).field("VME", 30).field("PHY_RST", 31)
        .readWrite();
    /** STATUS: composed from link, mode and pools when read. Of its bits, drivers clear PHYRA by writing 0 there. */
    public static final Register STATUS = status()
        .reset(0x80080481)
        .readWrite(1 << 10);
    /** STATUS as a VF sees it: the PHY's resets are the PF's affair. */
    public static final Register VF_STATUS = status()
        .reset(0x80080081)
        .readOnly();
    /** CTRL_EXT. */
    public static final Register CTRL_EXT = Register.at(0x0018, "CTRL_EXT", "extended device control")
        .field("ASDCHK", 12).field("EE_RST", 13).field("PFRSTD", 14).field("LINK_MODE", 23, 22).field("EIAME", 24)
        .field("EXT_VLAN", 26).field("DRV_LOAD", 28).field("PBA_CLR", 31)
        .readWrite(0xFFFFEFFF);
    /** VET. */
    public static final Register VET = Register.at(0x0038, "VET", "VLAN ether types").reset(0x81008100)
        .field("VET", 15, 0).field("VET_EXT", 31, 16)
        .readWrite();
    /** FRTIMER. */
    public static final Register FRTIMER =
        Register.at(0x1048, "FRTIMER", "free running timer, microseconds").readOnly();

    /** VTCTRL. */
    public static final Register VTCTRL = Register.at(0x0000, "VTCTRL", "VF control").alias(0x0004)
        .field("RST", 26)
        .writeOnly(1 << 26);

    /** CTRL.RST: software reset. */
    public static final int CTRL_RST = 1 << 26;
    /** CTRL.PHY_RST: PHY reset. */
    public static final int CTRL_PHY_RST = 1 << 31;
    /** CTRL.SLU: set link up. */
    public static final int CTRL_SLU = 1 << 6;
    /** CTRL_EXT.EE_RST: loads from the NVM, as a reset does, and clears itself. */
    public static final int CTRL_EXT_EE_RST = 1 << 13;
    /** CTRL_EXT.PFRSTD: the PF's driver has finished its reset. */
    public static final int CTRL_EXT_PFRSTD = 1 << 14;
    /** CTRL_EXT.DRV_LOAD: a driver is loaded. */
    public static final int CTRL_EXT_DRV_LOAD = 1 << 28;
    /** STATUS.LU: link up. */
    public static final int STATUS_LU = 1 << 1;
    /** VTCTRL.RST. */
    public static final int VTCTRL_RST = 1 << 26;

    static final List<Register> PF_REGISTERS = List.of(CTRL, STATUS, CTRL_EXT, VET, FRTIMER);
    static final List<Register> VF_REGISTERS = List.of(VTCTRL, VF_STATUS, FRTIMER);

    private static final int STATUS_PHYRA = 1 << 10;
    private static final int STATUS_NUM_VFS_SHIFT = 14;
    private static final int STATUS_IOV = 1 << 18;
    private static final int STATUS_GIO_MASTER_ENABLE = 1 << 19;
    private static final int CTRL_GIO_MASTER_DISABLE = 1 << 2;
    private static final int FORCED = 1 << 31;
    private static final int NANOS_PER_MICRO = 1000;

    private final NanoClock clock;
    private final ControlLock control;
    private final IntConsumer vfReset;
    private final Runnable pfResetDone;
    private final PfReset pfReset;
    /** Above the port's link, what a VF is shown: not {@link #FORCED}, or FORCED with STATUS.LU as it is to be. */
    private final AtomicIntegerArray forcedLink = new AtomicIntegerArray(Igb82576.POOLS + 1);
    /** STATUS.LU of the port. */
    private volatile int linkUp;
    private volatile int vfCount;

    /** What CTRL does beyond itself. The lock is held. */
    interface PfReset {
        /** CTRL.RST. */
        void software();

        /** CTRL.PHY_RST. */
        void phy();

        /** Whether the PHY was reset since {@link #phyResetSeen()} (STATUS.PHYRA). */
        boolean phyWasReset();

        /** STATUS.PHYRA was cleared. */
        void phyResetSeen();

        /** CTRL_EXT.EE_RST. */
        void nvm();

        /** CTRL was written: the link may come up or go down. */
        void controlChanged();
    }

    GeneralBlock(
        NanoClock clock, ControlLock control, IntConsumer vfReset, Runnable pfResetDone, PfReset pfReset) {
        this.clock = clock;
        this.control = control;
        this.vfReset = vfReset;
        this.pfResetDone = pfResetDone;
        this.pfReset = pfReset;
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onRead(STATUS, element -> (status(Igb82576.POOLS) | (pfReset.phyWasReset() ? STATUS_PHYRA : 0))
            & ((pf.load(CTRL, 0) & CTRL_GIO_MASTER_DISABLE) != 0 ? ~STATUS_GIO_MASTER_ENABLE : -1));
        pf.onWrite(STATUS, (element, value) -> {
            if ((value & STATUS_PHYRA) == 0) {
                pfReset.phyResetSeen();
            }
        });
        pf.onWrite(CTRL, (element, value) -> {
            pf.store(CTRL, element, value & ~(CTRL_RST | CTRL_PHY_RST));
            if ((value & CTRL_RST) != 0) {
                pfReset.software();
            }
            if ((value & CTRL_PHY_RST) != 0) {
                pfReset.phy();
            }
            control.switchChanged();
            pfReset.controlChanged();
        });
        pf.onRead(FRTIMER, element -> microseconds());
        pf.onWrite(CTRL_EXT, (element, value) -> {
            pf.store(CTRL_EXT, element, value & ~CTRL_EXT_EE_RST);
            if ((value & CTRL_EXT_EE_RST) != 0) {
                pfReset.nvm();
            }
            if ((value & CTRL_EXT_PFRSTD) != 0) {
                pfResetDone.run();
            }
        });
        pf.onWrite(VET, (element, value) -> {
            pf.store(VET, element, value);
            control.switchChanged();
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        space.onRead(VF_STATUS, element -> status(vf));
        space.onRead(FRTIMER, element -> microseconds());
        space.onWrite(VTCTRL, (element, value) -> {
            if ((value & VTCTRL_RST) != 0) {
                vfReset.accept(vf);
            }
        });
    }

    boolean isLinkUp() {
        return linkUp != 0;
    }

    boolean isVfLinkUp(int vf) {
        return shownLink(vf) != 0;
    }

    /** Shows a VF a link, or none, whatever the port's is, or with null the port's again. */
    void forceVfLink(int vf, Boolean up) {
        forcedLink.set(vf, up == null ? 0 : FORCED | (up ? STATUS_LU : 0));
    }

    private int shownLink(int view) {
        int forced = forcedLink.get(view);
        return (forced & FORCED) != 0 ? forced & STATUS_LU : linkUp;
    }

    void linkUp(boolean up) {
        linkUp = up ? STATUS_LU : 0;
    }

    void vfCount(int count) {
        vfCount = count;
    }

    private int status(int view) {
        int vfs = vfCount;
        return VF_STATUS.resetValue() | shownLink(view) | (vfs == 0 ? 0 : STATUS_IOV | vfs << STATUS_NUM_VFS_SHIFT);
    }

    private int microseconds() {
        return (int)(clock.nanoTime() / NANOS_PER_MICRO);
    }

    private static Register.Builder status() {
        return Register.at(0x0008, "STATUS", "device status")
            .field("FD", 0).field("LU", 1).field("LAN_ID", 3, 2).field("TXOFF", 4).field("SPEED", 7, 6)
            .field("PHYRA", 10).field("NUM_VFS", 17, 14).field("IOV", 18).field("GIO_MASTER_EN", 19);
    }
}
