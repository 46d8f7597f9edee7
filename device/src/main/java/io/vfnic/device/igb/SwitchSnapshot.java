package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.vswitch.SwitchRegisters;

/** Copies the registers that decide where frames go out of the PF's view. */
final class SwitchSnapshot {
    private SwitchSnapshot() { }

    static SwitchRegisters of(
        RegisterSpace pf, boolean linkUp, int vfLinks, int vfs, int[] rates, boolean wireLoopback) {
        return new SwitchRegisters(
            vfs, pf.load(GeneralBlock.CTRL, 0), pf.load(ReceiveBlock.RCTL, 0), pf.load(ReceiveBlock.RLPML, 0),
            pf.load(TransmitBlock.TCTL, 0), pf.load(VmdqBlock.MRQC, 0), pf.load(VmdqBlock.VT_CTL, 0),
            pf.load(VmdqBlock.DTXSWC, 0), pf.load(TransmitBlock.DTXCTL, 0),
            pf.load(VmdqBlock.VFRE, 0), pf.load(VmdqBlock.VFTE, 0), pf.load(VmdqBlock.QDE, 0),
            pf.load(VmdqBlock.RPLOLR, 0), pf.load(GeneralBlock.VET, 0), pf.load(ReceiveBlock.RXCSUM, 0),
            joined(pf, FilterBlock.RAL, FilterBlock.RAL_16), joined(pf, FilterBlock.RAH, FilterBlock.RAH_16),
            all(pf, FilterBlock.MTA), all(pf, FilterBlock.UTA), all(pf, FilterBlock.VFTA),
            all(pf, VmdqBlock.VLVF), all(pf, VmdqBlock.VMOLR), all(pf, VmdqBlock.VMVIR),
            all(pf, ReceiveBlock.PF_PSRTYPE), all(pf, RssBlock.RETA), all(pf, RssBlock.RSSRK),
            pf.load(RateBlock.RTTBCNRM, 0), rates, QueueFilterBlock.snapshot(pf), linkUp, vfLinks, wireLoopback);
    }

    static int[] all(RegisterSpace pf, Register register) {
        int[] values = new int[register.count()];
        copy(pf, register, values, 0);
        return values;
    }

    private static int[] joined(RegisterSpace pf, Register first, Register second) {
        int[] values = new int[first.count() + second.count()];
        copy(pf, first, values, 0);
        copy(pf, second, values, first.count());
        return values;
    }

    private static void copy(RegisterSpace pf, Register register, int[] values, int at) {
        for (int i = 0; i < register.count(); i++) {
            values[at + i] = pf.load(register, i);
        }
    }
}
