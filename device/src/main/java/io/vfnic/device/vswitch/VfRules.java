package io.vfnic.device.vswitch;

/**
 * What the switch's registers say of one VF.
 *
 * @param vlan       the VLAN that its frames are put into, 0 for none (VMVIR).
 * @param priority   priority of that tag, 0 to 7.
 * @param spoofCheck whether its source addresses are checked (DTXSWC.MACAS).
 * @param maxTxRate  its limit in Mbit/s, rounded; 0 for none (RTTBCNRC of its first queue).
 */
public record VfRules(int vlan, int priority, boolean spoofCheck, int maxTxRate) {
    private static final int VMVIR_ALWAYS = 1 << 30;
    private static final int VLAN = 0xFFF;
    private static final int PRIORITY_SHIFT = 13;
    private static final int PRIORITIES = 7;
    private static final int RATE_FACTOR = 0x0FFF_FFFF;
    private static final int RATE_FRACTION_BITS = 14;
    private static final int LINK_RATE = 1000;

    /** Reads the rules out of the registers. */
    public static VfRules of(SwitchRegisters registers, int vf) {
        int tag = (registers.vmvir()[vf] & VMVIR_ALWAYS) != 0 ? registers.vmvir()[vf] : 0;
        return new VfRules(tag & VLAN, tag >>> PRIORITY_SHIFT & PRIORITIES, (registers.dtxswc() & 1 << vf) != 0,
            rate(registers.rttbcnrc()[vf]));
    }

    private static int rate(int control) {
        int factor = control & RATE_FACTOR;
        // RS_ENA is the sign bit.
        return control >= 0 || factor == 0 ? 0
            : (int)Math.min(LINK_RATE, Math.round((double)(LINK_RATE << RATE_FRACTION_BITS) / factor));
    }
}
