package io.vfnic.device.pf;

import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.VmdqBlock;

import java.util.List;

/** Carries out what VFs ask for by mailbox, within their policy. The control lock is held. */
final class VfRequests {
    /** Longest frame a VF can ask for, bytes with CRC: what the card's packet buffer takes. */
    static final int LONGEST_FRAME = 9728;
    /** Shortest one: a minimum-size Ethernet frame. */
    static final int SHORTEST_FRAME = 64;

    private final PfRegisters registers;
    private final List<VfState> vfs;
    private final AddressFilters addresses;
    private final VlanFilters vlans;
    private final MulticastFilters multicasts;
    private final UnicastPromiscuity promiscuity;

    VfRequests(
        PfRegisters registers,
        List<VfState> vfs,
        AddressFilters addresses,
        VlanFilters vlans,
        MulticastFilters multicasts,
        UnicastPromiscuity promiscuity) {
        this.registers = registers;
        this.vfs = vfs;
        this.addresses = addresses;
        this.vlans = vlans;
        this.multicasts = multicasts;
        this.promiscuity = promiscuity;
    }

    /**
     * Carries out a request other than VF_RESET.
     *
     * @return whether it is granted.
     */
    boolean carryOut(int vf, int[] message) {
        return switch (message[0] & MailboxMessage.TYPE) {
            case MailboxMessage.SET_MAC -> setMac(vf, message);
            case MailboxMessage.SET_MULTICAST -> setMulticast(vf, message);
            case MailboxMessage.SET_VLAN -> setVlan(vf, message);
            case MailboxMessage.SET_LPE -> setLongestFrame(vf, message[1]);
            case MailboxMessage.SET_PROMISC -> setPromiscuous(vf, MailboxMessage.info(message[0]));
            default -> false;
        };
    }

    private boolean setMac(int vf, int[] message) {
        int info = MailboxMessage.info(message[0]);
        if (info == MailboxMessage.MAC_FILTER_CLEAR) {
            addresses.removeAdditional(vf);
            return true;
        }
        MacAddress address = MacAddress.ofRegisters(message[1], message[2]);
        if (info == 0 && isHabit(vf, address)) {
            return false;
        }
        if (!mayTake(vf, address)) {
            return false;
        }
        if (info == MailboxMessage.MAC_FILTER_ADD) {
            return addresses.add(vf, address);
        }
        if (info != 0) {
            return false;
        }
        addresses.own(vf, address);
        return true;
    }

    /**
     * Whether a driver only restores the address that it had before its assigned one was changed. igbvf does so at each
     * reset, and takes the address that the reset has told it only where this is refused. Asked again, it is a wish.
     */
    private boolean isHabit(int vf, MacAddress address) {
        VfState state = vfs.get(vf);
        MacAddress replaced = state.replaced;
        state.replaced = null;
        return address.equals(replaced) && !address.equals(state.assignedMac());
    }

    private boolean mayTake(int vf, MacAddress address) {
        VfPolicy policy = vfs.get(vf).policy;
        if (!address.isUnicast()) {
            return false;
        }
        if (policy.trusted()) {
            return true;
        }
        // Linux would let an untrusted VF take a neighbour's address, and with it the neighbour's frames.
        return policy.mac() == null ? !isTakenByOther(vf, address) : address.equals(policy.mac());
    }

    private boolean isTakenByOther(int vf, MacAddress address) {
        for (int other = 0; other < vfs.size(); other++) {
            if (other != vf && vfs.get(other).assignedMac().equals(address)) {
                return true;
            }
        }
        return addresses.isTakenByOther(vf, address);
    }

    private boolean setMulticast(int vf, int[] message) {
        int count = MailboxMessage.info(message[0]);
        VfState state = vfs.get(vf);
        state.allMulticast = count > MulticastFilters.HASHES;
        int[] hashes = new int[Math.min(count, MulticastFilters.HASHES)];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = message[1 + i / 2] >>> 16 * (i & 1) & 0xFFFF;
        }
        state.multicastHashes = hashes;
        multicasts.program();
        return true;
    }

    private boolean setVlan(int vf, int[] message) {
        if (vfs.get(vf).policy.hasPortVlan()) {
            return false;
        }
        int vlan = message[1] & VmdqBlock.VLVF_VID;
        if (MailboxMessage.info(message[0]) != 0) {
            if (!vlans.join(vf, vlan)) {
                return false;
            }
        } else if (vlan != 0) {
            vlans.leave(vf, vlan);
        }
        boolean strip = vlans.isTagged(vf);
        registers.change(VmdqBlock.VMOLR, vf, VmdqBlock.STRIP_VLAN, strip ? VmdqBlock.STRIP_VLAN : 0);
        return true;
    }

    private boolean setLongestFrame(int vf, int length) {
        if (length < SHORTEST_FRAME || length > LONGEST_FRAME) {
            return false;
        }
        registers.change(VmdqBlock.VMOLR, vf, VmdqBlock.VMOLR_LENGTH, VmdqBlock.VMOLR_LPE | length);
        return true;
    }

    private boolean setPromiscuous(int vf, int info) {
        VfState state = vfs.get(vf);
        boolean unicast = (info & MailboxMessage.PROMISC_UNICAST) != 0;
        state.multicastPromiscuous = (info & MailboxMessage.PROMISC_MULTICAST) != 0;
        multicasts.program();
        promiscuity.set(vf, unicast && state.policy.trusted());
        boolean known = (info & ~(MailboxMessage.PROMISC_UNICAST | MailboxMessage.PROMISC_MULTICAST)) == 0;
        return known && (!unicast || state.policy.trusted());
    }
}
