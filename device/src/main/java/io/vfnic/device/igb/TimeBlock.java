package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.time.TimestampLatch;

import java.util.List;

/** Time synchronisation (82576 registers 0xB600 and on, and TSYNCRXCFG): the PF's IEEE 1588 clock and timestamps. */
public final class TimeBlock implements RegisterBlock {
    /** SYSTIML: reading it latches SYSTIMH. */
    public static final Register SYSTIML = Register.at(0xB600, "SYSTIML", "system time, low").readWrite();
    /** SYSTIMH: writing it takes up what was written to SYSTIML before. */
    public static final Register SYSTIMH = Register.at(0xB604, "SYSTIMH", "system time, high").readWrite();
    /** TIMINCA. */
    public static final Register TIMINCA = Register.at(0xB608, "TIMINCA", "time increment attributes")
        .field("INCVALUE", 23, 0).field("INCPERIOD", 31, 24)
        .readWrite();
    /** TIMADJL. */
    public static final Register TIMADJL = Register.at(0xB60C, "TIMADJL", "time adjustment, low").readWrite();
    /** TIMADJH: writing it adjusts the system time. */
    public static final Register TIMADJH = Register.at(0xB610, "TIMADJH", "time adjustment, high")
        .field("TADJH", 30, 0).field("SIGN", 31)
        .readWrite();
    /** TSYNCTXCTL. */
    public static final Register TSYNCTXCTL = Register.at(0xB614, "TSYNCTXCTL", "transmit time sync control")
        .field("TXTT", 0).field("EN", 4)
        .readWrite(TimeSync.ENABLED);
    /** TXSTMPL. */
    public static final Register TXSTMPL = Register.at(0xB618, "TXSTMPL", "transmit timestamp, low").readOnly();
    /** TXSTMPH: reading it makes room for the next timestamp. */
    public static final Register TXSTMPH = Register.at(0xB61C, "TXSTMPH", "transmit timestamp, high").readOnly();
    /** TSYNCRXCTL. */
    public static final Register TSYNCRXCTL = Register.at(0xB620, "TSYNCRXCTL", "receive time sync control")
        .field("RXTT", 0).field("TYPE", 3, 1).field("EN", 4)
        .readWrite(TimeSync.ENABLED | 0xE);
    /** RXSTMPL. */
    public static final Register RXSTMPL = Register.at(0xB624, "RXSTMPL", "receive timestamp, low").readOnly();
    /** RXSTMPH: reading it makes room for the next timestamp. */
    public static final Register RXSTMPH = Register.at(0xB628, "RXSTMPH", "receive timestamp, high").readOnly();
    /** RXSATRL. */
    public static final Register RXSATRL =
        Register.at(0xB62C, "RXSATRL", "receive timestamp attributes, low").field("SOURCE_ID", 31, 0).readOnly();
    /** RXSATRH. */
    public static final Register RXSATRH = Register.at(0xB630, "RXSATRH", "receive timestamp attributes, high")
        .field("SOURCE_ID", 15, 0).field("SEQUENCE_ID", 31, 16)
        .readOnly();
    /** TSYNCRXCFG. */
    public static final Register TSYNCRXCFG = Register.at(0x5F50, "TSYNCRXCFG", "receive time sync configuration")
        .field("CTRLT", 7, 0).field("MSGT", 15, 8)
        .readWrite(0xFFFF);

    static final List<Register> PF_REGISTERS = List.of(
        SYSTIML, SYSTIMH, TIMINCA, TIMADJL, TIMADJH, TSYNCTXCTL, TXSTMPL, TXSTMPH, TSYNCRXCTL, RXSTMPL, RXSTMPH,
        RXSATRL, RXSATRH, TSYNCRXCFG,
        Register.at(0xB640, "TSAUXC", "auxiliary time control").readWrite(),
        // ICR of the 82576 has no cause for them.
        Register.at(0xB66C, "TSICR", "time sync interrupt cause").build(Access.READ_CLEAR_WRITE_1_CLEAR, -1),
        Register.at(0xB674, "TSIM", "time sync interrupt mask").readWrite());

    private static final int VALID = 1;
    private static final long DWORD = 0xFFFF_FFFFL;

    private final TimeSync time;

    TimeBlock(TimeSync time) {
        this.time = time;
    }

    @Override
    public void bind(RegisterSpace pf) {
        bindSystemTime(pf);
        bindStamp(pf, time.transmitted(), TXSTMPL, TXSTMPH);
        bindStamp(pf, time.received(), RXSTMPL, RXSTMPH);
        pf.onRead(RXSATRL, element -> (int)time.received().attributes());
        pf.onRead(RXSATRH, element -> (int)(time.received().attributes() >>> Integer.SIZE));
        pf.onRead(TSYNCTXCTL, element -> pf.load(TSYNCTXCTL, 0) | (time.transmitted().isValid() ? VALID : 0));
        pf.onWrite(TSYNCTXCTL, (element, value) -> {
            pf.store(TSYNCTXCTL, 0, value);
            time.transmitControl(value);
        });
        pf.onRead(TSYNCRXCTL, element -> pf.load(TSYNCRXCTL, 0) | (time.received().isValid() ? VALID : 0));
        pf.onWrite(TSYNCRXCTL, (element, value) -> {
            pf.store(TSYNCRXCTL, 0, value);
            time.receiveControl(value);
        });
        pf.onWrite(TSYNCRXCFG, (element, value) -> {
            pf.store(TSYNCRXCFG, 0, value);
            time.receiveFilter(value);
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF has no clock.
    }

    /** CTRL.RST: the registers are at their reset values, and so is what they stand for. */
    void reset() {
        time.reset();
    }

    private void bindSystemTime(RegisterSpace pf) {
        pf.onPeek(SYSTIML, element -> (int)time.now());
        pf.onPeek(SYSTIMH, element -> (int)(time.now() >>> Integer.SIZE));
        pf.onRead(SYSTIML, element -> {
            long now = time.now();
            pf.store(SYSTIMH, 0, (int)(now >>> Integer.SIZE));
            return (int)now;
        });
        pf.onWrite(SYSTIMH, (element, value) -> {
            time.set((long)value << Integer.SIZE | pf.load(SYSTIML, 0) & DWORD);
            pf.store(SYSTIMH, 0, value);
        });
        pf.onWrite(TIMINCA, (element, value) -> {
            pf.store(TIMINCA, 0, value);
            time.rate(value);
        });
        pf.onWrite(TIMADJH, (element, value) -> {
            pf.store(TIMADJH, 0, value);
            long amount = (value & Integer.MAX_VALUE & DWORD) << Integer.SIZE | pf.load(TIMADJL, 0) & DWORD;
            time.adjust(value < 0 ? -amount : amount);
        });
    }

    private static void bindStamp(RegisterSpace pf, TimestampLatch latch, Register low, Register high) {
        pf.onRead(low, element -> (int)latch.stamp());
        pf.onPeek(high, element -> (int)(latch.stamp() >>> Integer.SIZE));
        pf.onRead(high, element -> {
            int value = (int)(latch.stamp() >>> Integer.SIZE);
            latch.release();
            return value;
        });
    }
}
