package io.vfnic.server.control.watch;

import io.vfnic.device.watch.WatchReader;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.server.control.Errors;
import io.vfnic.server.control.Responder;
import io.vfnic.server.control.ResponseStream;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what one reader gets to one client. It looks for records every 20 ms, takes no more than the client reads, and
 * tells what the reader has lost meanwhile behind what it had before.
 */
final class WatchStream {
    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);
    /** Responses that wait for the client. */
    static final int WAITING = 32;

    private static final long INTERVAL_MILLIS = 20;
    private static final int RECORDS_AT_ONCE = 64;
    /** A message of the control plane has 1 MiB at the most, and a record no more than a quarter of that. */
    private static final int LARGE = 128 * 1024;

    private final WatchReader reader;
    private final RecordBatch batch;
    private ResponseStream stream;
    private Future<?> timer;
    private boolean closed;
    /** It cannot go on, of which the client is told. */
    private boolean broken;
    /** What was lost behind the records that waited when this was last asked. */
    private long lost;

    private WatchStream(WatchReader reader, RecordBatch batch) {
        this.reader = reader;
        this.batch = batch;
    }

    /** Starts to bring records; on the control plane's event loop. */
    static void start(Responder responder, WatchReader reader, RecordBatch batch, ScheduledExecutorService thread) {
        WatchStream watch = new WatchStream(reader, batch);
        watch.start(responder, thread);
    }

    private synchronized void start(Responder responder, ScheduledExecutorService thread) {
        Optional<ResponseStream> granted = responder.stream(WAITING, this::close);
        if (granted.isEmpty()) {
            closed = true;
            reader.close();
            return;
        }
        stream = granted.get();
        stream.offer(batch.take(0));
        timer = thread.scheduleWithFixedDelay(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        if (closed || broken) {
            return;
        }
        try {
            bring();
        } catch (RuntimeException bug) {
            // The timer would stop, and the client wait for ever.
            broken = true;
            LOG.error("what was recorded cannot be told", bug);
            stream.fail(Errors.of(Error.Code.CODE_INTERNAL, "the card failed: " + bug,
                "the server's log tells more; please report it"));
        }
    }

    private void bring() {
        long told = lost;
        lost = reader.takeLost();
        while (!stream.isFull()) {
            int taken;
            do {
                taken = reader.drain(batch::add, RECORDS_AT_ONCE);
            } while (taken > 0 && batch.size() < LARGE);
            boolean empty = batch.size() == 0;
            if (empty) {
                told += lost;
                lost = 0;
            }
            if (!empty || told > 0) {
                stream.offer(batch.take(told));
                told = 0;
            }
            if (empty) {
                return;
            }
        }
        lost += told;
    }

    /** What there is no room for in the stream goes into its last message, as far as one takes it; the rest is lost. */
    private void bringRest() {
        while (batch.size() < LARGE && reader.drain(batch::add, 1) > 0) {
            // The next one.
        }
        long rest = lost + reader.takeLost();
        int taken = reader.drain(record -> { }, Integer.MAX_VALUE);
        while (taken > 0) {
            rest += taken;
            taken = reader.drain(record -> { }, Integer.MAX_VALUE);
        }
        if (batch.size() > 0 || rest > 0) {
            stream.endWith(batch.take(rest));
        }
    }

    /** Nobody wants the stream any more, but what was recorded until now. */
    private synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        reader.close();
        timer.cancel(false);
        if (!broken) {
            bring();
            bringRest();
        }
    }
}
