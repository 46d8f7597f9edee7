package io.vfnic.server.jfr;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchRecord;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import static org.assertj.core.api.Assertions.assertThat;

/** What happens to a card is in the Flight Recorder's recordings, and costs nothing where there is none. */
class FlightEventsTest {
    private static final int VF_RESET_ACKNOWLEDGED = 0x8000_0001;

    @TempDir
    private Path directory;
    private final Watch watch = new Watch(SystemNanoClock.INSTANCE);
    private FlightEvents events;

    @BeforeEach
    void listen() {
        events = FlightEvents.of(watch, SystemNanoClock.INSTANCE);
    }

    @AfterEach
    void close() {
        events.close();
    }

    /** What a recording has of the card, in the order of time, after something has happened. */
    private List<RecordedEvent> record(Recording recording, Runnable happening) throws IOException {
        Path file = directory.resolve("r.jfr");
        try (recording) {
            recording.start();
            happening.run();
            // What waits to be handed over is, when it is closed.
            events.close();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("vfnic."))
            .sorted((a, b) -> a.getStartTime().compareTo(b.getStartTime())).toList();
    }

    private static List<String> names(List<RecordedEvent> events) {
        return events.stream().map(event -> event.getEventType().getName()).toList();
    }

    @Test
    void withoutARecordingNobodyWatchesTheCard() {
        assertThat(Stream.of(WatchKind.values())).noneMatch(watch::wants);
    }

    @Test
    void whatHappensToFunctionsIsRecorded() throws IOException {
        long before = System.currentTimeMillis();
        List<RecordedEvent> recorded = record(new Recording(), () -> {
            watch.point(1).event(WatchEvent.CONNECTED, 4711, 0, "qemu-system-x86");
            watch.point(1).event(WatchEvent.DEVICE_RESET);
            watch.point(1).event(WatchEvent.FUNCTION_LEVEL_RESET);
            watch.point(1).event(WatchEvent.SOFTWARE_RESET);
            watch.point(1).event(WatchEvent.RESET_BY_PF);
            watch.point(Watch.PF).event(WatchEvent.LINK_UP);
            watch.point(0).event(WatchEvent.STALLED, 12, 1, "");
            watch.point(1).event(WatchEvent.DISCONNECTED, 4711, 0, "qemu-system-x86");
        });

        assertThat(names(recorded))
            .containsExactly("vfnic.ClientConnected", "vfnic.FunctionReset", "vfnic.FunctionReset",
            "vfnic.FunctionReset", "vfnic.FunctionReset", "vfnic.LinkChange", "vfnic.ReceiveStall",
            "vfnic.ClientDisconnected");
        assertThat(recorded.getFirst().getString("function")).isEqualTo("vf1");
        assertThat(recorded.getFirst().getInt("process")).isEqualTo(4711);
        assertThat(recorded.getFirst().getString("processName")).isEqualTo("qemu-system-x86");
        assertThat(recorded.getFirst().getLong("occurred")).isBetween(before, System.currentTimeMillis());
        assertThat(recorded.subList(1, 5)).extracting(event -> event.getString("kind"))
            .containsExactly("device", "function_level", "software", "by_pf");
        assertThat(recorded.get(5).getString("function")).isEqualTo("pf");
        assertThat(recorded.get(5).getBoolean("up")).isTrue();
        assertThat(recorded.get(6).getLong("frames")).isEqualTo(12);
        assertThat(recorded.get(6).getLong("queue")).isEqualTo(1);
    }

    @Test
    void mailboxMessagesAreRecordedInWords() throws IOException {
        int[] words = new int[16];
        words[0] = VF_RESET_ACKNOWLEDGED;
        List<RecordedEvent> recorded =
            record(new Recording(), () -> watch.point(0).mailbox(WatchRecord.FROM_PF, words));

        assertThat(names(recorded)).containsExactly("vfnic.MailboxMessage");
        assertThat(recorded.getFirst().getString("function")).isEqualTo("vf0");
        assertThat(recorded.getFirst().getString("sender")).isEqualTo("pf");
        assertThat(recorded.getFirst().getString("message")).isEqualTo("VF_RESET");
        assertThat(recorded.getFirst().getString("flags")).isEqualTo("ACK");
        assertThat(recorded.getFirst().getBoolean("acknowledgement")).isFalse();
    }

    @Test
    void interruptsAreRecordedOnlyWhereTheyAreAskedFor() throws IOException {
        assertThat(record(new Recording(), () -> {
            assertThat(watch.wants(WatchKind.INTERRUPT)).isFalse();
            watch.point(0).interrupt(2);
        })).isEmpty();

        listen();
        Recording recording = new Recording();
        recording.enable("vfnic.Interrupt");
        List<RecordedEvent> recorded = record(recording, () -> watch.point(0).interrupt(2));
        assertThat(names(recorded)).containsExactly("vfnic.Interrupt");
        assertThat(recorded.getFirst().getInt("vector")).isEqualTo(2);
    }

    @Test
    void nothingIsWatchedAnyMoreWhenTheRecordingEnds() {
        try (Recording recording = new Recording()) {
            recording.start();
            assertThat(watch.wants(WatchKind.EVENT)).isTrue();
        }
        assertThat(Stream.of(WatchKind.values())).noneMatch(watch::wants);
    }
}
