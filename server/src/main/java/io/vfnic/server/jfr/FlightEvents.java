package io.vfnic.server.jfr;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchReader;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Hands what happens to a card to the Flight Recorder while a recording runs that wants it, whoever has started that:
 * an option, {@code jcmd} or another program. Until then it only listens for one, which does not start the Flight
 * Recorder.
 */
public final class FlightEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlightEvents.class);
    /** Of a size that holds a burst of interrupts between two looks. */
    private static final int CAPACITY = 1 << 20;
    private static final int BATCH = 1024;
    private static final long PAUSE_MILLIS = 10;
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private static final List<Class<? extends Event>> EVENTS =
        List.of(ClientConnected.class, ClientDisconnected.class, FunctionReset.class, LinkChange.class,
            ReceiveStall.class);

    private final Watch watch;
    private final NanoClock clock;
    private final FlightRecorderListener listener = new FlightRecorderListener() {
        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            follow();
        }

        @Override
        public void recordingStateChanged(Recording recording) {
            follow();
        }
    };
    private Pump pump;
    private boolean closed;

    private FlightEvents(Watch watch, NanoClock clock) {
        this.watch = watch;
        this.clock = clock;
    }

    /**
     * Hands over from now on.
     *
     * @param clock the card's.
     */
    public static FlightEvents of(Watch watch, NanoClock clock) {
        FlightEvents events = new FlightEvents(watch, clock);
        FlightRecorder.addListener(events.listener);
        return events;
    }

    private synchronized void follow() {
        int kinds = closed ? 0 : wantedKinds();
        if (pump != null && pump.reader.filter().kinds() != kinds) {
            pump.end();
            pump = null;
        }
        if (pump == null && kinds != 0) {
            try {
                pump = new Pump(watch.open(WatchFilter.of().withKinds(kinds).withSnapshot(0), CAPACITY));
            } catch (IllegalStateException full) {
                LOG.warn("the Flight Recorder gets no events of the card: {}", full.getMessage());
            }
        }
    }

    private static int wantedKinds() {
        if (FlightRecorder.getFlightRecorder().getRecordings().stream()
            .noneMatch(recording -> recording.getState() == RecordingState.RUNNING)) {
            return 0;
        }
        return (EVENTS.stream().anyMatch(FlightEvents::isWanted) ? WatchKind.EVENT.bit() : 0) |
            (isWanted(MailboxMessage.class) ? WatchKind.MAILBOX.bit() : 0) |
            (isWanted(InterruptSent.class) ? WatchKind.INTERRUPT.bit() : 0);
    }

    private static boolean isWanted(Class<? extends Event> event) {
        return EventType.getEventType(event).isEnabled();
    }

    /** Hands over what has happened up to now, and nothing more. */
    @Override
    public void close() {
        FlightRecorder.removeListener(listener);
        synchronized (this) {
            closed = true;
            if (pump != null) {
                pump.end();
                pump = null;
            }
        }
    }

    /** A reader and the thread that empties it. */
    private final class Pump implements Runnable {
        private final WatchReader reader;
        private final FlightEventWriter writer = new FlightEventWriter(clock);
        private final Thread thread;
        private volatile boolean ended;

        Pump(WatchReader reader) {
            this.reader = reader;
            thread = Thread.ofPlatform().daemon().name("vfnic-flight-recorder").start(this);
        }

        @Override
        public void run() {
            while (!ended) {
                reader.drain(writer, BATCH);
                try {
                    Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    // Asked to end.
                }
            }
            reader.close();
            while (reader.drain(writer, BATCH) > 0) {
                Thread.onSpinWait();
            }
        }

        void end() {
            ended = true;
            thread.interrupt();
            try {
                thread.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
