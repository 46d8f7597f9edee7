package io.vfnic.device.time;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import org.agrona.concurrent.NanoClock;

/**
 * Time synchronisation of the port (IEEE 1588): its clock, one timestamp of a frame sent, one of a frame received.
 * <p>
 * Threading: the session of the PF sets and reads registers, any agent stamps. Stamping neither allocates nor locks.
 */
public final class TimeSync {
    /** TSYNCTXCTL.EN and TSYNCRXCTL.EN. */
    public static final int ENABLED = 1 << 4;

    private final NanoClock clock;
    private final SystemTime systemTime = new SystemTime();
    private final TimestampLatch transmitted = new TimestampLatch();
    private final TimestampLatch received = new TimestampLatch();
    private volatile int transmitControl;
    private volatile int receiveControl;
    private volatile int receiveFilter;

    /** @param clock what everything in the card goes by. */
    public TimeSync(NanoClock clock) {
        this.clock = clock;
    }

    /** SYSTIM now. */
    public long now() {
        return systemTime.at(clock.nanoTime());
    }

    /** SYSTIM is set. */
    public void set(long value) {
        systemTime.set(clock.nanoTime(), value);
    }

    /** TIMADJ: added to SYSTIM. */
    public void adjust(long delta) {
        systemTime.adjust(delta);
    }

    /** TIMINCA. */
    public void rate(int timinca) {
        systemTime.rate(clock.nanoTime(), timinca);
    }

    /** TXSTMP. */
    public TimestampLatch transmitted() {
        return transmitted;
    }

    /** RXSTMP and RXSATR. */
    public TimestampLatch received() {
        return received;
    }

    /** TSYNCTXCTL. */
    public void transmitControl(int value) {
        transmitControl = value;
    }

    /** TSYNCRXCTL. */
    public void receiveControl(int value) {
        receiveControl = value;
    }

    /** TSYNCRXCFG. */
    public void receiveFilter(int value) {
        receiveFilter = value;
    }

    /** A frame whose descriptor asks for it is being sent: returns whether it was stamped. */
    public boolean stampTransmitted() {
        return (transmitControl & ENABLED) != 0 && transmitted.capture(now(), 0);
    }

    /**
     * A frame is being received.
     *
     * @param marked whether a filter for time synchronisation matches it (ETQF and FTQF, 1588).
     * @return whether it was stamped.
     */
    public boolean stampReceived(FrameView frame, FrameParser parser, boolean marked) {
        final int control = receiveControl;
        if ((control & ENABLED) == 0 || !PtpMessage.isSelected(frame, parser, control, receiveFilter, marked)) {
            return false;
        }
        return received.capture(now(), PtpMessage.attributes(frame, parser));
    }

    /** The frame that was stamped last found no room: nobody will ask for its timestamp. */
    public void withdrawReceived() {
        received.release();
    }

    /** Everything as made: CTRL.RST stops the clock at 0. */
    public void reset() {
        transmitControl = 0;
        receiveControl = 0;
        receiveFilter = 0;
        transmitted.clear();
        received.clear();
        systemTime.rate(clock.nanoTime(), 0);
        systemTime.set(clock.nanoTime(), 0);
    }
}
