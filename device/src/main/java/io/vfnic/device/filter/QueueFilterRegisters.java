package io.vfnic.device.filter;

/**
 * A copy of the registers of the queue filters, named and laid out as in the 82576. The arrays have eight entries, one
 * a filter, and must not change.
 *
 * @param etqf    0x5CB0: EtherType filters.
 * @param ftqf    0x59E0: protocol, queue and which fields are compared.
 * @param daqf    0x59A0: IPv4 destination address, its first byte lowest.
 * @param saqf    0x5980: IPv4 source address, its first byte lowest.
 * @param spqf    0x59C0: source port, its first byte lowest.
 * @param imir    0x5A80: destination port, its first byte lowest, and priority.
 * @param imirext 0x5AA0: size and TCP flags.
 * @param imirvp  0x5AC0: VLAN priority whose frames' interrupts do not wait.
 * @param synqf   0x55FC: SYN filter.
 * @param rfctl   0x5008: among others, which of SYN and 5-tuple filters goes first.
 */
public record QueueFilterRegisters(
    int[] etqf, int[] ftqf, int[] daqf, int[] saqf, int[] spqf, int[] imir, int[] imirext, int imirvp, int synqf,
    int rfctl) {
    /** EtherType filters, and 5-tuple filters. */
    public static final int FILTERS = 8;

    /** No filter is enabled. */
    public static QueueFilterRegisters none() {
        return new QueueFilterRegisters(
            new int[FILTERS], new int[FILTERS], new int[FILTERS], new int[FILTERS], new int[FILTERS], new int[FILTERS],
            new int[FILTERS], 0, 0, 0);
    }
}
