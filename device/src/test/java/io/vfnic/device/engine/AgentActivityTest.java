package io.vfnic.device.engine;

import io.vfnic.device.engine.AgentActivity.Counter;
import java.io.IOException;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** An agent's time is counted by the duty cycles in which there was work, each up to the begin of the next. */
class AgentActivityTest {
    private final AgentActivity activity = new AgentActivity("agent");

    private void cycle(long now, int work) {
        activity.begin(now);
        activity.end(work);
    }

    @Test
    void onlyCyclesWithWorkAreBusyTime() {
        cycle(100, 0);
        cycle(200, 5);
        cycle(350, 1);
        cycle(360, 0);
        cycle(900, 0);

        assertThat(activity.get(Counter.CYCLES)).isEqualTo(5);
        assertThat(activity.get(Counter.BUSY_CYCLES)).isEqualTo(2);
        assertThat(activity.get(Counter.BUSY_NANOS)).isEqualTo(160);
    }

    @Test
    void aCycleThatTheNextOneDoesNotFollowAtOnceEndsAtThePause() {
        cycle(100, 1);
        activity.pause(130);
        cycle(10_000, 0);

        assertThat(activity.get(Counter.BUSY_NANOS)).isEqualTo(30);
    }

    @Test
    void longCyclesAreStalls() {
        cycle(0, 1);
        cycle(AgentActivity.STALL_NANOS, 1);
        cycle(2 * AgentActivity.STALL_NANOS + 1, 0);

        assertThat(activity.get(Counter.STALLS)).isEqualTo(1);
    }

    @Test
    void stallsAreInTheFlightRecordersRecordings(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("r.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            cycle(0, 1);
            cycle(AgentActivity.STALL_NANOS + 5, 0);
            recording.stop();
            recording.dump(file);
        }

        assertThat(RecordingFile.readAllEvents(file))
            .filteredOn(event -> event.getEventType().getName().equals("vfnic.AgentStall")).singleElement()
            .satisfies(event -> assertThat(event.getString("agent")).isEqualTo("agent"))
            .satisfies(event -> assertThat(event.getLong("dutyCycle")).isEqualTo(AgentActivity.STALL_NANOS + 5));
    }
}
