package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.Arrays;
import java.util.List;

/**
 * The transmit rate scheduler: a limit for each transmit queue, reached through RTTDQSEL. Linux' igb limits queue n for
 * VF n; here that holds for the VF's other queue, n + 8, too, unless that has a limit of its own: a VF's driver chooses
 * its queue, and should not choose its limit with it.
 */
public final class RateBlock implements RegisterBlock {
    /** Transmit queues. */
    static final int QUEUES = 16;

    /** RTTDQSEL: the queue that RTTBCNRC is of. */
    public static final Register RTTDQSEL = Register.at(0x3604, "RTTDQSEL", "transmit rate, queue select")
        .field("TXDQ_IDX", 3, 0)
        .readWrite(QUEUES - 1);
    /** RTTBCNRM: what an idle queue may catch up, of all queues. */
    public static final Register RTTBCNRM = Register.at(0x3690, "RTTBCNRM", "transmit rate, memory")
        .field("MMW_SIZE", 9, 0)
        .readWrite();
    /** RTTBCNRC of the selected queue: the link's rate over the queue's. */
    public static final Register RTTBCNRC = Register.at(0x36B0, "RTTBCNRC", "transmit rate, configuration")
        .field("RF_DEC", 13, 0).field("RF_INT", 27, 14).field("RS_ENA", 31)
        .readWrite(0x8FFFFFFF);

    /** RTTBCNRC.RS_ENA. */
    public static final int RTTBCNRC_ENABLE = 1 << 31;
    /** RTTBCNRC: fractional bits of the rate factor. */
    public static final int RTTBCNRC_FRACTION_BITS = 14;

    static final List<Register> PF_REGISTERS = List.of(RTTDQSEL, RTTBCNRM, RTTBCNRC);

    private final ControlLock control;
    private final int[] limits = new int[QUEUES];

    RateBlock(ControlLock control) {
        this.control = control;
    }

    @Override
    public void bind(RegisterSpace pf) {
        VmdqBlock.publishOnWrite(pf, control, RTTBCNRM);
        pf.onRead(RTTBCNRC, element -> limits[pf.load(RTTDQSEL, 0)]);
        pf.onWrite(RTTBCNRC, (element, value) -> {
            limits[pf.load(RTTDQSEL, 0)] = value;
            control.switchChanged();
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF neither sees nor sets its limit.
    }

    /** RTTBCNRC of each queue, a copy. */
    int[] limits() {
        return limits.clone();
    }

    /** CTRL.RST: no limits. */
    void reset() {
        Arrays.fill(limits, 0);
    }
}
