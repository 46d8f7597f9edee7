package io.vfnic.device.pf;

import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.PfInterrupt;
import io.vfnic.device.igb.ReceiveBlock;
import io.vfnic.device.igb.TransmitBlock;
import io.vfnic.device.igb.VmdqBlock;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The PF's driver inside the card. It leaves the registers as Linux' igb would with SR-IOV on and no pool for the PF, and
 * answers a VF's mailbox in the very access by which the VF rings it.
 * <p>
 * Threading: any thread; the card's control lock orders them.
 */
public final class HeadlessPf
{
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
    private final MulticastFilters multicasts;
    private final VfRequests requests;

    /**
     * @param igb     the card's registers.
     * @param vfCount VFs, 0 to 7.
     * @param seed    of the generated addresses: the same seed gives the same addresses.
     */
    public HeadlessPf(final Igb82576 igb, final int vfCount, final long seed)
    {
        if (vfCount < 0 || vfCount >= Igb82576.POOLS)
        {
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
        this.multicasts = new MulticastFilters(registers, vfs);
        this.requests = new VfRequests(registers, vfs, addresses, vlans, multicasts);
    }

    /** Programs the card and lets VFs in (CTRL_EXT.PFRSTD). Called once. */
    public void start()
    {
        locked(() ->
        {
            igb.onPfInterrupt(this::raised);
            igb.vfCount(vfs.size());
            programCard();
            for (int vf = 0; vf < vfs.size(); vf++)
            {
                showLink(vf);
                forgetVf(vf);
            }
            registers.write(GeneralBlock.CTRL_EXT,
                GeneralBlock.CTRL_EXT_DRV_LOAD | GeneralBlock.CTRL_EXT_PFRSTD);
        });
    }

    /** How many VFs there are. */
    public int vfCount()
    {
        return vfs.size();
    }

    /** The policy of a VF. */
    public VfPolicy policy(final int vf)
    {
        igb.control().enter();
        try
        {
            return vfs.get(vf).policy;
        }
        finally
        {
            igb.control().leave();
        }
    }

    /** The address a VF is given when it is reset: its policy's, or a generated one. */
    public MacAddress assignedMac(final int vf)
    {
        igb.control().enter();
        try
        {
            return vfs.get(vf).assignedMac();
        }
        finally
        {
            igb.control().leave();
        }
    }

    /**
     * Changes the policy of a VF, in effect at once. A VF whose address changes is asked to reset itself, since its driver
     * learns an address in no other way; until it does, what it asks for is refused.
     */
    public void policy(final int vf, final VfPolicy policy)
    {
        locked(() ->
        {
            final VfState state = vfs.get(vf);
            final MacAddress macBefore = state.assignedMac();
            final boolean trustedBefore = state.policy.trusted();
            final LinkPolicy linkBefore = state.policy.link();
            final VfPolicy before = state.policy;
            state.policy = policy;
            setSpoofCheck(vf, policy.spoofCheck());
            if (policy.vlan() != before.vlan() || policy.qos() != before.qos())
            {
                changePortVlan(vf);
            }
            if (trustedBefore && !policy.trusted())
            {
                requests.setUnicastPromiscuous(vf, false);
            }
            if (policy.link() != linkBefore)
            {
                showLink(vf);
                enableTraffic(vf);
                pingLink(vf);
            }
            if (!state.assignedMac().equals(macBefore))
            {
                askToReset(vf);
            }
        });
    }

    private void raised(final int causes)
    {
        if ((causes & PfInterrupt.LINK_STATUS_CHANGE) != 0)
        {
            for (int vf = 0; vf < vfs.size(); vf++)
            {
                showLink(vf);
                pingLink(vf);
            }
        }
        if ((causes & PfInterrupt.VM_MAILBOX) != 0)
        {
            for (int vf = 0; vf < vfs.size(); vf++)
            {
                if (mailbox.takeReset(vf))
                {
                    forgetVf(vf);
                }
                if (mailbox.takeRequest(vf))
                {
                    answer(vf);
                }
                if (mailbox.takeAck(vf))
                {
                    acknowledged(vf);
                }
            }
        }
    }

    private void programCard()
    {
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
        for (int vf = 0; vf < vfs.size(); vf++)
        {
            setSpoofCheck(vf, vfs.get(vf).policy.spoofCheck());
        }
    }

    /** What a reset of the VF leaves: no filter of its own, memberships and tags as its policy says, no traffic. */
    private void forgetVf(final int vf)
    {
        final VfState state = vfs.get(vf);
        state.reset();
        registers.change(VmdqBlock.VFRE, 0, 1 << vf, 0);
        registers.change(VmdqBlock.VFTE, 0, 1 << vf, 0);
        addresses.removeOwn(vf);
        addresses.removeAdditional(vf);
        vlans.leaveAll(vf);
        requests.setUnicastPromiscuous(vf, false);
        registers.write(VmdqBlock.VMOLR, vf,
            VmdqBlock.STRIP_CRC | VmdqBlock.VMOLR_BROADCAST | VmdqBlock.VMOLR_LPE | DEFAULT_FRAME);
        joinPortVlan(vf);
        multicasts.program();
    }

    private void joinPortVlan(final int vf)
    {
        final VfPolicy policy = vfs.get(vf).policy;
        vlans.join(vf, policy.vlan());
        registers.write(VmdqBlock.VMVIR, vf,
            policy.hasPortVlan() ? VmdqBlock.VMVIR_ALWAYS | policy.qos() << 13 | policy.vlan() : 0);
        registers.change(VmdqBlock.VMOLR, vf, VmdqBlock.VMOLR_UNTAGGED | VmdqBlock.STRIP_VLAN,
            (policy.vlan() == 0 ? VmdqBlock.VMOLR_UNTAGGED : 0) | (policy.hasPortVlan() ? VmdqBlock.STRIP_VLAN : 0));
    }

    /** VLANs that the VF had joined itself are lost with either change: it is in its port VLAN only, or starts anew. */
    private void changePortVlan(final int vf)
    {
        vlans.leaveAll(vf);
        joinPortVlan(vf);
    }

    private void setSpoofCheck(final int vf, final boolean on)
    {
        final int bits = 1 << vf | 1 << vf + VmdqBlock.DTXSWC_VLAN_SPOOF_SHIFT;
        registers.change(VmdqBlock.DTXSWC, 0, bits, on ? bits : 0);
    }

    private void showLink(final int vf)
    {
        final boolean card = (registers.read(GeneralBlock.STATUS, 0) & GeneralBlock.STATUS_LU) != 0;
        final LinkPolicy link = vfs.get(vf).policy.link();
        igb.vfLinkUp(vf, link == LinkPolicy.ENABLE || link == LinkPolicy.AUTO && card);
    }

    private void enableTraffic(final int vf)
    {
        final VfState state = vfs.get(vf);
        final int bit = state.clearToSend && state.policy.link() != LinkPolicy.DISABLE ? 1 << vf : 0;
        registers.change(VmdqBlock.VFRE, 0, 1 << vf, bit);
        registers.change(VmdqBlock.VFTE, 0, 1 << vf, bit);
    }

    private void answer(final int vf)
    {
        final VfState state = vfs.get(vf);
        final int[] message = mailbox.read(vf);
        if (message == null)
        {
            // The VF rang without letting go of the mailbox: there is no telling what it has written.
            state.clearToSend = false;
            return;
        }
        if ((message[0] & (MailboxMessage.ACK | MailboxMessage.NACK)) != 0)
        {
            // Our own last answer, not a request.
            return;
        }
        if (message[0] == MailboxMessage.VF_RESET)
        {
            resetByMessage(vf);
            return;
        }
        if (!state.clearToSend)
        {
            state.unread = mailbox.write(vf, message[0] | MailboxMessage.NACK);
            return;
        }
        final int verdict = requests.carryOut(vf, message) ? MailboxMessage.ACK : MailboxMessage.NACK;
        state.unread = mailbox.write(vf, message[0] | MailboxMessage.CLEAR_TO_SEND | verdict);
    }

    private void resetByMessage(final int vf)
    {
        forgetVf(vf);
        final VfState state = vfs.get(vf);
        final MacAddress mac = state.assignedMac();
        addresses.own(vf, mac);
        state.clearToSend = true;
        enableTraffic(vf);
        state.unread = mailbox.write(vf, MailboxMessage.VF_RESET | MailboxMessage.ACK, mac.low(), mac.high());
    }

    private void acknowledged(final int vf)
    {
        final VfState state = vfs.get(vf);
        state.unread = false;
        if (state.pingDue)
        {
            ping(vf);
        }
        else if (!state.clearToSend && !state.told)
        {
            // igbvf takes a bare NACK for the loss of its clearance and resets itself.
            state.told = mailbox.write(vf, MailboxMessage.NACK);
        }
    }

    private void askToReset(final int vf)
    {
        final VfState state = vfs.get(vf);
        if (state.clearToSend)
        {
            addresses.own(vf, state.assignedMac());
            addresses.removeAdditional(vf);
            state.clearToSend = false;
            state.told = false;
            ping(vf);
        }
    }

    private void pingLink(final int vf)
    {
        if (vfs.get(vf).clearToSend)
        {
            ping(vf);
        }
    }

    /** A ping must not overwrite an answer that the VF is still to read: it then waits for the VF's acknowledgement. */
    private void ping(final int vf)
    {
        final VfState state = vfs.get(vf);
        final int flags = state.clearToSend ? MailboxMessage.CLEAR_TO_SEND : 0;
        state.pingDue = state.unread || !mailbox.write(vf, MailboxMessage.PF_CONTROL | flags);
    }

    private void locked(final Runnable action)
    {
        igb.control().enter();
        try
        {
            action.run();
        }
        finally
        {
            igb.control().leave();
        }
    }
}
