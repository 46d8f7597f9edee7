package io.vfnic.device.engine;

import io.vfnic.device.filter.QueueFilterRegisters;
import io.vfnic.device.vswitch.SwitchRegisters;

/** The switch's registers as a headless PF programs them for some VFs, to be changed by the test (82576 facts, 6). */
public final class TestSwitch {
    public static final int VMOLR_LPE = 1 << 16;
    public static final int VMOLR_AUPE = 1 << 24;
    public static final int VMOLR_ROMPE = 1 << 25;
    public static final int VMOLR_ROPE = 1 << 26;
    public static final int VMOLR_BAM = 1 << 27;
    public static final int VMOLR_MPME = 1 << 28;
    public static final int VMOLR_STRIP = 1 << 30;
    public static final int VMVIR_INSERT = 1 << 30;
    public static final int VMVIR_NEVER = 1 << 31;
    public static final int VT_CTL_REPLICATION = 1 << 30;
    public static final int VT_CTL_NO_DEFAULT_POOL = 1 << 29;
    public static final int DTXSWC_LOOPBACK = 1 << 31;

    public int ctrl;
    public int rctl = 1 << 1 | 1 << 15 | 1 << 5 | 1 << 18 | 1 << 26;
    public int tctl = 1 << 1;
    public int vfs = 8;
    public int vtCtl = VT_CTL_REPLICATION | VT_CTL_NO_DEFAULT_POOL;
    public int dtxswc;
    public int dtxctl = 1 << 3 | 1 << 6;
    public int vfre;
    public int vfte;
    public int qde = 0xFFFF;
    public int rxcsum = 0x300 | 1 << 11 | 1 << 13;
    public boolean linkUp = true;
    /** VFs that are shown a link while the port has none. */
    public int forcedUp;
    public boolean wireLoopback;
    public final int[] ral = new int[24];
    public final int[] rah = new int[24];
    public final int[] mta = new int[128];
    public final int[] uta = new int[128];
    public final int[] vfta = new int[128];
    public final int[] vlvf = new int[32];
    public final int[] vmolr = new int[8];
    public final int[] vmvir = new int[8];
    public final int[] psrtype = new int[8];
    public int mrqc = 3;
    public final int[] reta = new int[32];
    public final int[] rssrk = new int[10];
    public int rttbcnrm;
    public final int[] rttbcnrc = new int[16];
    public QueueFilterRegisters filters = QueueFilterRegisters.none();
    private int vlans;

    public TestSwitch(int vfs) {
        final int pools = (1 << vfs) - 1;
        vfre = pools;
        vfte = pools;
        dtxswc = DTXSWC_LOOPBACK | pools | pools << 8;
        for (int vf = 0; vf < vfs; vf++) {
            address(23 - vf, macOf(vf), 1 << vf);
            vmolr[vf] = 1 << 31 | VMOLR_BAM | VMOLR_AUPE;
            maxFrame(vf, 1522);
        }
        vlan(0, pools);
    }

    /** The MAC address of a VF: 02:00:00:00:00:01 for VF 0. */
    public static long macOf(int vf) {
        return 0x0200_0000_0001L + vf;
    }

    /** Makes the pools those of a receive address register. */
    public void address(int register, long mac, int pools) {
        ral[register] = Integer.reverseBytes((int)(mac >>> 16));
        rah[register] = Short.toUnsignedInt(Short.reverseBytes((short)mac)) | pools << 18 | 1 << 31;
    }

    /** Makes the pools the members of a VLAN. */
    public void vlan(int vid, int pools) {
        vfta[vid >>> 5] |= 1 << (vid & 31);
        vlvf[vlans++] = 1 << 31 | pools << 12 | vid;
    }

    /** VMOLR.RLPML: bytes with CRC and tag. */
    public void maxFrame(int vf, int bytes) {
        vmolr[vf] = vmolr[vf] & ~0x3FFF | VMOLR_LPE | bytes;
    }

    public SwitchRegisters registers() {
        return new SwitchRegisters(vfs, ctrl, rctl, 0x2600, tctl, mrqc, vtCtl, dtxswc, dtxctl, vfre, vfte, qde, 1 << 31,
            0x81008100,
            rxcsum, ral.clone(), rah.clone(), mta.clone(), uta.clone(), vfta.clone(), vlvf.clone(), vmolr.clone(),
            vmvir.clone(), psrtype.clone(), reta.clone(), rssrk.clone(),
            rttbcnrm, rttbcnrc.clone(), filters, linkUp, linkUp ? 0xFF : forcedUp,
            wireLoopback);
    }
}
