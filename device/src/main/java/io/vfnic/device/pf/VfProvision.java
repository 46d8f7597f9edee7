package io.vfnic.device.pf;

import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.RateBlock;
import io.vfnic.device.igb.VmdqBlock;

import java.util.List;

/** What the registers grant each VF by its policy. The control lock is held. */
final class VfProvision {
    private static final int QOS_SHIFT = 13;
    /** Mbit/s. */
    private static final int LINK_RATE = 1000;
    /** What an idle queue may catch up where frames are as long as 9,728 bytes: two of them. */
    private static final int JUMBO_WINDOW_KIB = 0x14;

    private final Igb82576 igb;
    private final PfRegisters registers;
    private final List<VfState> vfs;
    private final AddressFilters addresses;
    private final VlanFilters vlans;
    private final MulticastFilters multicasts;
    private final UnicastPromiscuity promiscuity;

    VfProvision(Igb82576 igb, PfRegisters registers, List<VfState> vfs, AddressFilters addresses, VlanFilters vlans,
        MulticastFilters multicasts, UnicastPromiscuity promiscuity) {
        this.igb = igb;
        this.registers = registers;
        this.vfs = vfs;
        this.addresses = addresses;
        this.vlans = vlans;
        this.multicasts = multicasts;
        this.promiscuity = promiscuity;
    }

    /** Takes everything from a VF that it has asked for: no address, no traffic, VLANs as its policy says. */
    void revoke(int vf) {
        vfs.get(vf).reset();
        enableTraffic(vf);
        addresses.removeOwn(vf);
        addresses.removeAdditional(vf);
        promiscuity.set(vf, false);
        registers.write(VmdqBlock.VMOLR, vf,
            VmdqBlock.STRIP_CRC | VmdqBlock.VMOLR_BROADCAST | VmdqBlock.VMOLR_LPE | HeadlessPf.DEFAULT_FRAME);
        portVlan(vf);
        multicasts.program();
    }

    /** Clears a VF to send: it has its address and, unless its link is held down, traffic. */
    void grant(int vf) {
        VfState state = vfs.get(vf);
        addresses.own(vf, state.assignedMac());
        state.start();
        enableTraffic(vf);
    }

    /** The VF's address has changed: it is replaced at once, and the VF's clearance ends until it resets itself. */
    void replaceAddress(int vf) {
        VfState state = vfs.get(vf);
        state.replaced = addresses.own(vf);
        addresses.own(vf, state.assignedMac());
        addresses.removeAdditional(vf);
        state.clearToSend = false;
        state.told = false;
    }

    /** Puts the VF into its port VLAN, or into VLAN 0; VLANs that it had joined itself are lost. */
    void portVlan(int vf) {
        VfPolicy policy = vfs.get(vf).policy;
        vlans.leaveAll(vf);
        vlans.join(vf, policy.vlan());
        registers.write(VmdqBlock.VMVIR, vf,
            policy.hasPortVlan() ? VmdqBlock.VMVIR_ALWAYS | policy.qos() << QOS_SHIFT | policy.vlan() : 0);
        registers.change(VmdqBlock.VMOLR, vf, VmdqBlock.VMOLR_UNTAGGED | VmdqBlock.STRIP_VLAN,
            (policy.vlan() == 0 ? VmdqBlock.VMOLR_UNTAGGED : 0) | (policy.hasPortVlan() ? VmdqBlock.STRIP_VLAN : 0));
    }

    /** Switches the checks of the VF's source addresses and tags as its policy says. */
    void spoofCheck(int vf) {
        int bits = 1 << vf | 1 << vf + VmdqBlock.DTXSWC_VLAN_SPOOF_SHIFT;
        registers.change(VmdqBlock.DTXSWC, 0, bits, vfs.get(vf).policy.spoofCheck() ? bits : 0);
    }

    /** Limits what the VF sends as its policy says; the limit of its first queue is that of both. */
    void rateLimit(int vf) {
        int rate = vfs.get(vf).policy.maxTxRate();
        registers.write(RateBlock.RTTDQSEL, vf);
        registers.write(RateBlock.RTTBCNRM, JUMBO_WINDOW_KIB);
        registers.write(RateBlock.RTTBCNRC, rate == 0 ? 0
            : RateBlock.RTTBCNRC_ENABLE | (LINK_RATE << RateBlock.RTTBCNRC_FRACTION_BITS) / rate);
    }

    /** Takes from the VF what only a trusted one may have. */
    void distrust(int vf) {
        promiscuity.set(vf, false);
    }

    /** Shows the VF the port's link, or what its policy says of it. */
    void link(int vf) {
        igb.forceVfLink(vf, vfs.get(vf).policy.link().shown());
        enableTraffic(vf);
    }

    /**
     * VFs keep their traffic when their clearance ends by a change of address, as with Linux; only a reset stops it.
     */
    private void enableTraffic(int vf) {
        VfState state = vfs.get(vf);
        int bit = state.running && state.policy.link() != LinkPolicy.DISABLE ? 1 << vf : 0;
        registers.change(VmdqBlock.VFRE, 0, 1 << vf, bit);
        registers.change(VmdqBlock.VFTE, 0, 1 << vf, bit);
    }
}
