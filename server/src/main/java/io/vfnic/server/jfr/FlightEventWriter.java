package io.vfnic.server.jfr;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.agrona.concurrent.NanoClock;

import io.vfnic.device.decode.MessageDecoder;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchRecord;

/** Turns records of a card into events of the Flight Recorder; one thread's. */
final class FlightEventWriter implements Consumer<WatchRecord> {
    private static final int MAILBOX_DWORDS = 16;

    private final NanoClock clock;

    FlightEventWriter(NanoClock clock) {
        this.clock = clock;
    }

    @Override
    public void accept(WatchRecord record) {
        CardEvent event = switch (record.kind()) {
            case EVENT -> eventOf(record);
            case MAILBOX -> new MailboxMessage(record.is(WatchRecord.FROM_PF) ? "pf" : "vf",
                record.is(WatchRecord.ACKNOWLEDGED), MessageDecoder.decode(
                    // What is acknowledged is the other side's message.
                    record.is(WatchRecord.FROM_PF) != record.is(WatchRecord.ACKNOWLEDGED),
                    IntStream.range(0, MAILBOX_DWORDS).map(record::word).toArray()));
            case INTERRUPT -> new InterruptSent(record.vector());
            case REGISTER, DESCRIPTOR, FRAME -> null;
        };
        if (event != null) {
            long ago = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - record.time());
            event.commit(Watch.nameOf(record.function()), System.currentTimeMillis() - ago);
        }
    }

    private static CardEvent eventOf(WatchRecord record) {
        return switch (record.event()) {
            case CONNECTED -> new ClientConnected((int)record.first(), record.text());
            case DISCONNECTED -> new ClientDisconnected((int)record.first(), record.text());
            case DEVICE_RESET -> new FunctionReset("device");
            case FUNCTION_LEVEL_RESET -> new FunctionReset("function_level");
            case SOFTWARE_RESET -> new FunctionReset("software");
            case RESET_BY_PF -> new FunctionReset("by_pf");
            case LINK_UP -> new LinkChange(true);
            case LINK_DOWN -> new LinkChange(false);
            case STALLED -> new ReceiveStall(record.first(), record.second());
            default -> null;
        };
    }
}
