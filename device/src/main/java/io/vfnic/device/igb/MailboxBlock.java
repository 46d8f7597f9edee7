package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPace;
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;
import org.agrona.concurrent.NanoClock;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The mailboxes: 16 dwords shared by each VF and the PF, the locks VFU and PFU that say whose they are, and the bits
 * that tell the other side. The side that wrote last wins; nothing but the drivers' manners enforces the locks.
 */
public final class MailboxBlock implements RegisterBlock {
    /** Dwords of a mailbox. */
    public static final int DWORDS = 16;

    /** VMBMEM of all VFs, in the PF's view: mailbox n starts at element 16 n. */
    public static final Register PF_VMBMEM = Register.at(0x0800, "VMBMEM", "mailbox memory").array(8 * DWORDS, 4)
        .readWrite();
    /** P2VMAILBOX. */
    public static final Register P2VMAILBOX = Register.at(0x0C00, "P2VMAILBOX", "PF's mailbox control").array(8, 4)
        .field("STS", 0).field("ACK", 1).field("VFU", 2).field("PFU", 3).field("RVFU", 4)
        .readWrite(0x1B);
    /** V2PMAILBOX of each VF, in the PF's view: reading it there clears nothing. */
    public static final Register PF_V2PMAILBOX = v2p(0x0C40).array(8, 4).reset(0x40).readOnly();
    /** MBVFICR. */
    public static final Register MBVFICR = Register.at(0x0C80, "MBVFICR", "mailbox cause, a bit a VF")
        .field("VFREQ", 7, 0).field("VFACK", 23, 16)
        .build(Access.WRITE_1_CLEAR, 0x00FF00FF);
    /** MBVFIMR. */
    public static final Register MBVFIMR = Register.at(0x0C84, "MBVFIMR", "mailbox interrupt mask").reset(0xFF)
        .readWrite(0xFF);
    /** VFLRE. */
    public static final Register VFLRE = Register.at(0x0C88, "VFLRE", "VF was reset, a bit a VF")
        .build(Access.WRITE_1_CLEAR, 0xFF);

    /** VMBMEM of a VF. */
    public static final Register VMBMEM = Register.at(0x0800, "VMBMEM", "mailbox memory").array(DWORDS, 4).readWrite();
    /** V2PMAILBOX of a VF: reading clears PFSTS, PFACK and RSTD. */
    public static final Register V2PMAILBOX = v2p(0x0C40).reset(0x40).readWrite(0x07);

    /** V2PMAILBOX of a VF that is not enabled: the PF is in reset, and nothing is heard. */
    static final Register V2PMAILBOX_IN_RESET = v2p(0x0C40).reset(0x40).readOnly();

    /** V2PMAILBOX.REQ: the VF has written a message. */
    public static final int V2P_REQ = 1;
    /** V2PMAILBOX.ACK: the VF has read a message. */
    public static final int V2P_ACK = 1 << 1;
    /** V2PMAILBOX.VFU: the mailbox is the VF's. */
    public static final int V2P_VFU = 1 << 2;
    /** V2PMAILBOX.PFU: the mailbox is the PF's. */
    public static final int V2P_PFU = 1 << 3;
    /** V2PMAILBOX.PFSTS: the PF has written a message. */
    public static final int V2P_PFSTS = 1 << 4;
    /** V2PMAILBOX.PFACK: the PF has read a message. */
    public static final int V2P_PFACK = 1 << 5;
    /** V2PMAILBOX.RSTI: the PF is being reset. */
    public static final int V2P_RSTI = 1 << 6;
    /** V2PMAILBOX.RSTD: the PF's reset is done. */
    public static final int V2P_RSTD = 1 << 7;

    /** P2VMAILBOX.STS: the PF has written a message. */
    public static final int P2V_STS = 1;
    /** P2VMAILBOX.ACK: the PF has read a message. */
    public static final int P2V_ACK = 1 << 1;
    /** P2VMAILBOX.VFU: the mailbox is the VF's. */
    public static final int P2V_VFU = 1 << 2;
    /** P2VMAILBOX.PFU: the mailbox is the PF's. */
    public static final int P2V_PFU = 1 << 3;
    /** P2VMAILBOX.RVFU: take the mailbox from the VF. */
    public static final int P2V_RVFU = 1 << 4;

    /** MBVFICR: the first VF's ACK bit; its REQ bit is bit 0. */
    public static final int MBVFICR_ACK_SHIFT = 16;

    static final List<Register> PF_REGISTERS =
        List.of(PF_VMBMEM, P2VMAILBOX, PF_V2PMAILBOX, MBVFICR, MBVFIMR, VFLRE);
    static final List<Register> VF_REGISTERS = List.of(VMBMEM, V2PMAILBOX);

    private static final int V2P_READ_CLEARS = V2P_PFSTS | V2P_PFACK | V2P_RSTD;

    private final ControlLock control;
    private final IntConsumer raiseVf;
    private final IntConsumer raisePf;
    private final NanoClock clock;
    private final WatchPace[] refusals = new WatchPace[Igb82576.POOLS];
    /** Messages that are to be written in the PF's place, 0 for none. */
    private final int[] owed = new int[Igb82576.POOLS];
    /** VFs that have a message from the PF to acknowledge, a bit a VF. */
    private int unread;
    private RegisterSpace state;
    private Watch watch;

    /**
     * @param raiseVf raises a VF's mailbox interrupt.
     * @param raisePf raises causes of the PF.
     */
    MailboxBlock(ControlLock control, NanoClock clock, IntConsumer raiseVf, IntConsumer raisePf) {
        this.clock = clock;
        this.watch = new Watch(clock);
        Arrays.setAll(refusals, vf -> new WatchPace());
        this.control = control;
        this.raiseVf = raiseVf;
        this.raisePf = raisePf;
    }

    @Override
    public void bind(RegisterSpace pf) {
        state = pf;
        pfReset();
        pf.onWrite(P2VMAILBOX, this::writePf);
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        space.onRead(VMBMEM, dword -> control.locked(() -> state.load(PF_VMBMEM, DWORDS * vf + dword)));
        space.onWrite(VMBMEM, (dword, value) -> control.locked(() -> {
            state.store(PF_VMBMEM, DWORDS * vf + dword, value);
            return 0;
        }));
        space.onPeek(V2PMAILBOX, element -> control.locked(() -> state.load(PF_V2PMAILBOX, vf)));
        space.onRead(V2PMAILBOX, element -> control.locked(() -> readVf(vf)));
        space.onWrite(V2PMAILBOX, (element, value) -> control.locked(() -> writeVf(vf, value)));
    }

    /** Where messages are recorded; before the first access. */
    void watch(Watch other) {
        watch = other;
    }

    /** CTRL_EXT.PFRSTD: the PF is ready for its VFs. The lock is held. */
    void pfResetDone() {
        for (int vf = 0; vf < Igb82576.POOLS; vf++) {
            vfResetDone(vf);
        }
    }

    /** The PF is ready for one VF. The lock is held. */
    void vfResetDone(int vf) {
        change(vf, V2P_RSTI, V2P_RSTD);
        raiseVf.accept(vf);
    }

    /**
     * Writes a message of one dword to a VF in the PF's place, whose driver need not know: now, or as soon as the
     * mailbox is free and the VF has read what the driver wrote before. A later one takes the place of one that waits.
     * The lock is held.
     *
     * @param message not 0.
     */
    void tell(int vf, int message) {
        owed[vf] = message;
        deliverOwed(vf);
    }

    private void deliverOwed(int vf) {
        int locks = state.load(P2VMAILBOX, vf) & (P2V_VFU | P2V_PFU);
        boolean asked = (state.load(MBVFICR, 0) & 1 << vf) != 0;
        if (owed[vf] != 0 && locks == 0 && !asked && (unread & 1 << vf) == 0) {
            state.store(PF_VMBMEM, DWORDS * vf, owed[vf]);
            owed[vf] = 0;
            unread |= 1 << vf;
            change(vf, 0, V2P_PFSTS);
            raiseVf.accept(vf);
        }
    }

    /** The PF was reset, and is not ready for its VFs. The lock is held. */
    void pfReset() {
        for (int vf = 0; vf < Igb82576.POOLS; vf++) {
            state.store(PF_V2PMAILBOX, vf, V2P_RSTI);
        }
    }

    /** VTCTRL.RST: the mailbox is nobody's, nothing is pending in it, and the PF is told. The lock is held. */
    void resetVf(int vf) {
        change(vf, V2P_VFU | V2P_PFSTS | V2P_PFACK, 0);
        state.store(P2VMAILBOX, vf, state.load(P2VMAILBOX, vf) & ~P2V_VFU);
        state.store(MBVFICR, 0, state.load(MBVFICR, 0) & ~causes(vf));
        state.store(VFLRE, 0, state.load(VFLRE, 0) | 1 << vf);
        unread &= ~(1 << vf);
        owed[vf] = 0;
        raisePf.accept(PfInterrupt.VM_MAILBOX);
    }

    /** Function level reset: as {@link #resetVf}, and no message of the last owner stays readable. The lock is held. */
    void functionLevelReset(int vf) {
        for (int dword = 0; dword < DWORDS; dword++) {
            state.store(PF_VMBMEM, DWORDS * vf + dword, 0);
        }
        resetVf(vf);
    }

    private int readVf(int vf) {
        int value = state.load(PF_V2PMAILBOX, vf);
        change(vf, V2P_READ_CLEARS, 0);
        return value;
    }

    private int writeVf(int vf, int value) {
        int pf = state.load(P2VMAILBOX, vf);
        if ((value & V2P_VFU) == 0) {
            change(vf, V2P_VFU, 0);
            state.store(P2VMAILBOX, vf, pf & ~P2V_VFU);
        } else if ((pf & P2V_PFU) == 0) {
            change(vf, 0, V2P_VFU);
            state.store(P2VMAILBOX, vf, pf | P2V_VFU);
        }
        int causes = ((value & V2P_REQ) != 0 ? 1 << vf : 0) |
            ((value & V2P_ACK) != 0 ? 1 << vf + MBVFICR_ACK_SHIFT : 0);
        if (causes != 0) {
            record(vf, 0, (value & V2P_REQ) != 0, (value & V2P_ACK) != 0);
            state.store(MBVFICR, 0, state.load(MBVFICR, 0) | causes);
            if ((value & V2P_ACK) != 0) {
                unread &= ~(1 << vf);
            }
            if ((state.load(MBVFIMR, 0) & 1 << vf) != 0) {
                raisePf.accept(PfInterrupt.VM_MAILBOX);
            }
        }
        deliverOwed(vf);
        return 0;
    }

    private void writePf(int vf, int value) {
        int locks = state.load(P2VMAILBOX, vf);
        if ((value & P2V_RVFU) != 0) {
            locks &= ~P2V_VFU;
            change(vf, V2P_VFU, 0);
            state.store(MBVFICR, 0, state.load(MBVFICR, 0) & ~causes(vf));
        }
        if ((value & P2V_PFU) == 0) {
            locks &= ~P2V_PFU;
            change(vf, V2P_PFU, 0);
        } else if ((locks & P2V_VFU) == 0) {
            locks |= P2V_PFU;
            change(vf, 0, V2P_PFU);
        }
        state.store(P2VMAILBOX, vf, locks);
        int told = ((value & P2V_STS) != 0 ? V2P_PFSTS : 0) | ((value & P2V_ACK) != 0 ? V2P_PFACK : 0);
        if (told != 0) {
            change(vf, 0, told);
            record(vf, WatchRecord.FROM_PF, (value & P2V_STS) != 0, (value & P2V_ACK) != 0);
            if ((value & P2V_STS) != 0) {
                tellRefusal(vf, state.load(PF_VMBMEM, DWORDS * vf));
            }
            raiseVf.accept(vf);
        }
    }

    private void record(int vf, int sender, boolean written, boolean acknowledged) {
        WatchPoint point = watch.point(vf);
        if (written) {
            point.countMessage(sender == WatchRecord.FROM_PF);
        }
        if (!point.wants(WatchKind.MAILBOX)) {
            return;
        }
        int[] words = new int[DWORDS];
        Arrays.setAll(words, dword -> state.load(PF_VMBMEM, DWORDS * vf + dword));
        if (acknowledged) {
            point.mailbox(sender | WatchRecord.ACKNOWLEDGED, words);
        }
        if (written) {
            point.mailbox(sender, words);
        }
    }

    private void tellRefusal(int vf, int answer) {
        int type = answer & MailboxMessage.TYPE;
        boolean refused = type != 0 && (answer & MailboxMessage.NACK) != 0;
        boolean revoked = (answer & MailboxMessage.CLEAR_TO_SEND) == 0 &&
            (type == MailboxMessage.PF_CONTROL || answer == MailboxMessage.NACK);
        if ((refused || revoked) && watch.point(vf).wants(WatchKind.EVENT)
            && refusals[vf].happened(clock.nanoTime()) > 0) {
            watch.point(vf).event(refused ? WatchEvent.MAILBOX_REFUSED : WatchEvent.MAILBOX_REVOKED, answer, 0, "");
        }
    }

    private void change(int vf, int clear, int set) {
        state.store(PF_V2PMAILBOX, vf, state.load(PF_V2PMAILBOX, vf) & ~clear | set);
    }

    private static int causes(int vf) {
        return 1 << vf | 1 << vf + MBVFICR_ACK_SHIFT;
    }

    private static Register.Builder v2p(int offset) {
        return Register.at(offset, "V2PMAILBOX", "VF's mailbox control")
            .field("REQ", 0).field("ACK", 1).field("VFU", 2).field("PFU", 3).field("PFSTS", 4).field("PFACK", 5)
            .field("RSTI", 6).field("RSTD", 7);
    }
}
