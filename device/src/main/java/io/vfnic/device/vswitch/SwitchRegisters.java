package io.vfnic.device.vswitch;

import io.vfnic.device.filter.QueueFilterRegisters;

/**
 * A copy of the filter and VMDq registers that decide where frames go, named and laid out as in the 82576.
 *
 * @param vfs     how many of the pools, from 0 on, are VFs'; the others are the PF's.
 * @param ctrl    0x0000.
 * @param rctl    0x0100.
 * @param rlpml   0x5004.
 * @param tctl    0x0400.
 * @param mrqc    0x5818.
 * @param vtCtl   0x581C.
 * @param dtxswc  0x3500.
 * @param dtxctl  0x3590.
 * @param vfre    0x0C8C, a bit a pool.
 * @param vfte    0x0C90, a bit a pool.
 * @param qde     0x2408, a bit a queue.
 * @param rplolr  0x5AF0.
 * @param vet     0x0038.
 * @param rxcsum  0x5000.
 * @param ral     24 entries, 0x5400 and on.
 * @param rah     24 entries, 0x5404 and on.
 * @param mta     128 entries, 0x5200 and on.
 * @param uta     128 entries, 0xA000 and on.
 * @param vfta    128 entries, 0x5600 and on.
 * @param vlvf    32 entries, 0x5D00 and on.
 * @param vmolr   8 entries, 0x5AD0 and on.
 * @param vmvir   8 entries, 0x3700 and on.
 * @param psrtype 8 entries, 0x5480 and on.
 * @param reta    32 entries, 0x5C00 and on.
 * @param rssrk   10 entries, 0x5C80 and on.
 * @param rttbcnrm 0x3690.
 * @param rttbcnrc 0x36B0 of each of the 16 transmit queues.
 * @param filters of queues.
 * @param linkUp  whether the port's link is up.
 * @param vfLinks which VFs are shown a link, a bit a VF: the port's, or what their policy has them shown.
 * @param wireLoopback whether what is sent to the wire comes back from it (PHY loopback).
 */
public record SwitchRegisters(
    int vfs, int ctrl, int rctl, int rlpml, int tctl, int mrqc, int vtCtl, int dtxswc, int dtxctl, int vfre, int vfte,
    int qde, int rplolr, int vet, int rxcsum,
    int[] ral, int[] rah, int[] mta, int[] uta, int[] vfta, int[] vlvf, int[] vmolr, int[] vmvir, int[] psrtype,
    int[] reta, int[] rssrk, int rttbcnrm, int[] rttbcnrc, QueueFilterRegisters filters, boolean linkUp,
    int vfLinks, boolean wireLoopback) {
    /** Registers with which nothing is sent or received. */
    public static SwitchRegisters silent() {
        return new SwitchRegisters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            new int[24], new int[24], new int[128], new int[128],
            new int[128], new int[32], new int[8], new int[8], new int[8],
            new int[32], new int[10], 0, new int[16], QueueFilterRegisters.none(), false, 0, false);
    }

    /** These with other anti-spoofing, pool enables and rate limits. */
    SwitchRegisters with(int otherDtxswc, int otherVfre, int otherVfte, int[] otherRttbcnrc) {
        return new SwitchRegisters(vfs, ctrl, rctl, rlpml, tctl, mrqc, vtCtl, otherDtxswc, dtxctl, otherVfre, otherVfte,
            qde, rplolr, vet, rxcsum, ral, rah, mta, uta, vfta, vlvf, vmolr, vmvir, psrtype, reta, rssrk, rttbcnrm,
            otherRttbcnrc, filters, linkUp, vfLinks, wireLoopback);
    }

    /** These with other VLANs. */
    SwitchRegisters with(int[] otherVfta, int[] otherVlvf, int[] otherVmolr, int[] otherVmvir) {
        return new SwitchRegisters(vfs, ctrl, rctl, rlpml, tctl, mrqc, vtCtl, dtxswc, dtxctl, vfre, vfte,
            qde, rplolr, vet, rxcsum, ral, rah, mta, uta, otherVfta, otherVlvf, otherVmolr, otherVmvir, psrtype, reta,
            rssrk, rttbcnrm, rttbcnrc, filters, linkUp, vfLinks, wireLoopback);
    }
}
