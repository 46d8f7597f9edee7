package io.vfnic.device.pf;

import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.PfInterrupt;
import io.vfnic.device.igb.ReceiveBlock;
import io.vfnic.device.igb.TransmitBlock;
import io.vfnic.device.igb.VmdqBlock;
import io.vfnic.device.watch.WatchEvent;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The PF's driver inside the card. It leaves the registers as Linux' igb would with SR-IOV on and no pool for the PF,
 * and answers a VF's mailbox in the very access by which the VF rings it.
 * <p>
 * Threading: any thread; the card's control lock orders them.
 */
public final class HeadlessPf {
    /** Frame length that a VF may receive until it asks for another, bytes with VLAN tag and CRC. */
    public static final int DEFAULT_FRAME = 1522;

    private static final int GPIE_MSIX = 0xC0000011;
    private static final int RXCSUM_ALL = 0x2B00;
    private static final int JUMBO_LIMIT = 0x2600;
    private static final int TCTL_COLLISION_THRESHOLD = 0xF << 4;
    private static final int ALL_QUEUES = 0xFFFF;
    private static final int ALL_POOLS = 0xFF;

    private final Igb82576 igb;
    private final PfRegisters registers;
    private final PfMailbox mailbox;
    private final List<VfState> vfs;
    private final AddressFilters addresses;
    private final VlanFilters vlans;
    private final VfProvision provision;
    private final VfRequests requests;

    /**
     * @param igb     the card's registers.
     * @param vfCount VFs, 0 to 7.
     * @param seed    of the generated addresses: the same seed gives the same addresses.
     */
    public HeadlessPf(Igb82576 igb, int vfCount, long seed) {
        if (vfCount < 0 || vfCount >= Igb82576.POOLS) {
            throw new IllegalArgumentException(vfCount + " VFs (0 to 7)");
        }
        this.igb = igb;
        this.registers = new PfRegisters(igb);
        this.mailbox = new PfMailbox(registers);
        this.vfs = IntStream.range(0, vfCount)
            .mapToObj(vf -> new VfState(MacAddress.generated(seed, vf), VfPolicy.DEFAULT))
            .toList();
        this.addresses = new AddressFilters(registers, vfCount);
        this.vlans = new VlanFilters(registers);
        MulticastFilters multicasts = new MulticastFilters(registers, vfs);
        UnicastPromiscuity promiscuity = new UnicastPromiscuity(registers, vfCount);
        this.provision = new VfProvision(igb, registers, vfs, addresses, vlans, multicasts, promiscuity);
        this.requests = new VfRequests(registers, vfs, addresses, vlans, multicasts, promiscuity);
    }

    /** Programs the card and lets VFs in (CTRL_EXT.PFRSTD). Called once. */
    public void start() {
        locked(() -> {
            igb.onPfInterrupt(this::raised);
            igb.vfCount(vfs.size());
            programCard();
            registers.write(GeneralBlock.CTRL_EXT,
                GeneralBlock.CTRL_EXT_DRV_LOAD | GeneralBlock.CTRL_EXT_PFRSTD);
        });
    }

    /** How many VFs there are. */
    public int vfCount() {
        return vfs.size();
    }

    /** The policy of a VF. */
    public VfPolicy policy(int vf) {
        igb.control().enter();
        try {
            return vfs.get(vf).policy;
        } finally {
            igb.control().leave();
        }
    }

    /** The address a VF is given when it is reset: its policy's, or a generated one. */
    public MacAddress assignedMac(int vf) {
        igb.control().enter();
        try {
            return vfs.get(vf).assignedMac();
        } finally {
            igb.control().leave();
        }
    }

    /**
     * Changes the policy of a VF, in effect at once. A VF whose address changes is asked to reset itself, since its
     * driver learns an address in no other way; until it does, what it asks for is refused.
     *
     * @param vf number of the VF, less than {@link #vfCount()}.
     */
    public void policy(int vf, VfPolicy policy) {
        locked(() -> {
            VfState state = vfs.get(vf);
            VfPolicy before = state.policy;
            MacAddress macBefore = state.assignedMac();
            state.policy = policy;
            if (!policy.equals(before)) {
                igb.watch().point(vf).event(WatchEvent.POLICY_CHANGED, 0, 0, policy.changesFrom(before));
            }
            provision.spoofCheck(vf);
            if (policy.maxTxRate() != before.maxTxRate()) {
                provision.rateLimit(vf);
            }
            if (policy.vlan() != before.vlan() || policy.qos() != before.qos()) {
                provision.portVlan(vf);
            }
            if (!policy.trusted()) {
                provision.distrust(vf);
            }
            if (policy.link() != before.link()) {
                provision.link(vf);
                pingLink(vf);
            }
            if (state.clearToSend && !state.assignedMac().equals(macBefore)) {
                provision.replaceAddress(vf);
                ping(vf);
            }
        });
    }

    /**
     * Enables the VFs from 0 on up to a count, and none behind them. Those that come back keep their policies; their
     * drivers are told to set them up.
     *
     * @param count 0 to {@link #vfCount()}.
     */
    public void enableVfs(int count) {
        locked(() -> {
            int before = igb.enabledVfs();
            igb.enableVfs(count);
            for (int vf = before; vf < count; vf++) {
                provision.link(vf);
                igb.vfResetDone(vf);
                ping(vf);
            }
        });
    }

    /**
     * Resets a VF, which has to be enabled, behind its driver's back, and tells that.
     */
    public void reset(int vf) {
        locked(() -> {
            igb.resetVf(vf);
            // The reset has masked its interrupts: its driver finds this when it looks for the link.
            igb.vfResetDone(vf);
            ping(vf);
        });
    }

    private void raised(int causes) {
        if ((causes & PfInterrupt.LINK_STATUS_CHANGE) != 0) {
            for (int vf = 0; vf < vfs.size(); vf++) {
                pingLink(vf);
            }
        }
        if ((causes & PfInterrupt.VM_MAILBOX) != 0) {
            for (int vf = 0; vf < vfs.size(); vf++) {
                if (mailbox.takeReset(vf)) {
                    provision.revoke(vf);
                }
                if (mailbox.takeRequest(vf)) {
                    answer(vf);
                }
                if (mailbox.takeAck(vf)) {
                    acknowledged(vf);
                }
            }
        }
    }

    private void programCard() {
        registers.change(GeneralBlock.CTRL, 0, 0, GeneralBlock.CTRL_SLU);
        registers.write(ReceiveBlock.RCTL, ReceiveBlock.RCTL_EN | ReceiveBlock.RCTL_BAM | ReceiveBlock.RCTL_LPE |
            ReceiveBlock.RCTL_VFE | ReceiveBlock.RCTL_SECRC);
        registers.write(ReceiveBlock.RLPML, JUMBO_LIMIT);
        registers.write(ReceiveBlock.RXCSUM, RXCSUM_ALL);
        registers.write(TransmitBlock.TCTL,
            TransmitBlock.TCTL_EN | TransmitBlock.TCTL_PSP | TCTL_COLLISION_THRESHOLD);
        registers.write(TransmitBlock.DTXCTL, TransmitBlock.DTXCTL_VLAN_ADDED | TransmitBlock.DTXCTL_SPOOF_INT);
        registers.write(InterruptBlock.GPIE, GPIE_MSIX);
        registers.write(MailboxBlock.MBVFIMR, ALL_POOLS);
        registers.write(VmdqBlock.VFRE, 0);
        registers.write(VmdqBlock.VFTE, 0);
        registers.write(VmdqBlock.QDE, ALL_QUEUES);
        registers.write(VmdqBlock.MRQC, VmdqBlock.MRQC_VMDQ);
        registers.write(VmdqBlock.VT_CTL, VmdqBlock.VT_CTL_REPLICATION | VmdqBlock.VT_CTL_NO_DEFAULT_POOL);
        registers.write(VmdqBlock.RPLOLR, VmdqBlock.STRIP_VLAN | VmdqBlock.STRIP_CRC);
        registers.write(VmdqBlock.DTXSWC, VmdqBlock.DTXSWC_LOOPBACK);
        addresses.clear();
        vlans.clear();
        for (int vf = 0; vf < vfs.size(); vf++) {
            provision.spoofCheck(vf);
            provision.link(vf);
            provision.revoke(vf);
        }
    }

    private void answer(int vf) {
        VfState state = vfs.get(vf);
        int[] message = mailbox.read(vf);
        if (message == null) {
            // The VF rang without letting go of the mailbox: there is no telling what it has written.
            state.clearToSend = false;
            return;
        }
        if ((message[0] & (MailboxMessage.ACK | MailboxMessage.NACK)) != 0) {
            // Our own last answer, not a request.
            return;
        }
        if (message[0] == MailboxMessage.VF_RESET) {
            resetByMessage(vf);
            return;
        }
        if (!state.clearToSend) {
            state.unread = mailbox.write(vf, message[0] | MailboxMessage.NACK);
            return;
        }
        int verdict = requests.carryOut(vf, message) ? MailboxMessage.ACK : MailboxMessage.NACK;
        state.unread = mailbox.write(vf, message[0] | MailboxMessage.CLEAR_TO_SEND | verdict);
    }

    private void resetByMessage(int vf) {
        provision.revoke(vf);
        provision.grant(vf);
        VfState state = vfs.get(vf);
        MacAddress mac = state.assignedMac();
        state.unread = mailbox.write(vf, MailboxMessage.VF_RESET | MailboxMessage.ACK, mac.low(), mac.high());
    }

    private void acknowledged(int vf) {
        VfState state = vfs.get(vf);
        state.unread = false;
        if (state.pingDue) {
            ping(vf);
        } else if (!state.clearToSend && !state.told) {
            // igbvf takes a bare NACK for the loss of its clearance and resets itself.
            state.told = mailbox.write(vf, MailboxMessage.NACK);
        }
    }

    private void pingLink(int vf) {
        if (vfs.get(vf).clearToSend) {
            ping(vf);
        }
    }

    /** A ping must not overwrite an answer that the VF is still to read: it then waits for the VF's acknowledgement. */
    private void ping(int vf) {
        VfState state = vfs.get(vf);
        int flags = state.clearToSend ? MailboxMessage.CLEAR_TO_SEND : 0;
        state.pingDue = state.unread || !mailbox.write(vf, MailboxMessage.PF_CONTROL | flags);
    }

    private void locked(Runnable action) {
        igb.control().enter();
        try {
            action.run();
        } finally {
            igb.control().leave();
        }
    }
}
