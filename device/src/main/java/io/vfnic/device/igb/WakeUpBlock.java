package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/**
 * Wake-up: which packets wake the host, and the packet that did. Drivers set it up before they suspend; a function
 * whose machine is a guest wakes nobody, so that nothing is ever reported here.
 */
public final class WakeUpBlock implements RegisterBlock {
    /** Dwords of the flexible filters: four of 256 bytes. */
    public static final int FLEXIBLE_FILTER_DWORDS = 256;

    static final List<Register> PF_REGISTERS = List.of(
        Register.at(0x5800, "WUC", "wake-up control")
            .field("APME", 0).field("PME_EN", 1).field("PME_STATUS", 2).field("APMPME", 3)
            .readWrite(),
        Register.at(0x5808, "WUFC", "wake-up filter control")
            .field("LNKC", 0).field("MAG", 1).field("EX", 2).field("MC", 3).field("BC", 4).field("ARP", 5)
            .field("IPV4", 6).field("FLX0", 16).field("FLX1", 17).field("FLX2", 18).field("FLX3", 19)
            .readWrite(),
        Register.at(0x5810, "WUS", "wake-up status").build(Access.WRITE_1_CLEAR, -1),
        Register.at(0x5820, "MANC", "management control").field("BLK_PHY_RST_ON_IDE", 18).readWrite(),
        Register.at(0x5838, "IPAV", "IP addresses that are valid").readWrite(),
        Register.at(0x5840, "IP4AT", "IPv4 address table").array(4, 8).readWrite(),
        Register.at(0x5860, "MANC2H", "management packets for the host").readWrite(),
        Register.at(0x5880, "IP6AT", "IPv6 address table").array(4, 4).readWrite(),
        Register.at(0x5900, "WUPL", "length of the packet that woke").readOnly(),
        Register.at(0x5A00, "WUPM", "first 128 bytes of the packet that woke").array(32, 4).readOnly(),
        Register.at(0x5F00, "FFLT", "flexible filter length").array(4, 8).readWrite(),
        Register.at(0x9000, "FHFT", "flexible host filters").array(FLEXIBLE_FILTER_DWORDS, 4).readWrite(),
        Register.at(0x9800, "FFVT", "flexible filter values").array(128, 8).readWrite());

    @Override
    public void bind(RegisterSpace pf) {
        // Storage serves them all.
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF wakes nobody.
    }
}
