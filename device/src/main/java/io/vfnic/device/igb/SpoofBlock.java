package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.vswitch.SpoofReports;

import java.util.List;

/** What the PF's driver learns of VFs that sent with an address or in a VLAN not theirs (DTXSWC anti-spoofing). */
public final class SpoofBlock implements RegisterBlock {
    /** WVBR: a bit for each transmit queue. */
    public static final Register WVBR = Register.at(0x3554, "WVBR", "wrong VM behaviour")
        .field("QUEUES", 15, 0).field("BLOCKED", 31, 16)
        .build(Access.READ_CLEAR, 0);
    /** LVMMC. */
    public static final Register LVMMC = Register.at(0x3548, "LVMMC", "last VM misbehaviour cause")
        .field("ADDRESS", 0).field("VLAN", 1).field("BLOCK", 4, 2).field("LAST_Q", 19, 16)
        .build(Access.READ_CLEAR, 0);

    static final List<Register> PF_REGISTERS = List.of(WVBR, LVMMC);

    private final SpoofReports reports;

    SpoofBlock(SpoofReports reports) {
        this.reports = reports;
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onPeek(WVBR, element -> reports.queues());
        pf.onPeek(LVMMC, element -> reports.last());
        pf.onRead(WVBR, element -> reports.takeQueues());
        pf.onRead(LVMMC, element -> reports.takeLast());
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF is not told.
    }

    /** CTRL.RST: nothing has happened. */
    void reset() {
        reports.reset();
    }
}
