package io.vfnic.device.vswitch;

/**
 * What an operator has set for a VF above what the PF's driver programs; null is what is the driver's.
 *
 * @param vlan       port VLAN, 1 to 4094; 0 for none.
 * @param priority   priority of the port VLAN's tag, 0 to 7.
 * @param spoofCheck whether source addresses and VLANs are checked.
 * @param maxTxRate  Mbit/s, 1 to 1000; 0 for no limit.
 * @param silent     whether the VF neither sends nor receives.
 */
public record VfOverlay(Integer vlan, Integer priority, Boolean spoofCheck, Integer maxTxRate, boolean silent) {
    /** Everything is the driver's. */
    public static final VfOverlay NONE = new VfOverlay(null, null, null, null, false);
}
