package io.vfnic.device.engine;

import io.vfnic.device.engine.AgentActivity.Counter;
import org.junit.jupiter.api.Test;

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
}
