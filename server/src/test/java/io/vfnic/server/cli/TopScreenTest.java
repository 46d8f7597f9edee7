package io.vfnic.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.Function;
import io.vfnic.protocol.control.v1.FunctionState;
import io.vfnic.protocol.control.v1.FunctionStats;
import io.vfnic.protocol.control.v1.Link;
import io.vfnic.protocol.control.v1.Stats;
import io.vfnic.server.posix.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What {@code vfnic top} draws of two looks at a card. */
final class TopScreenTest {
    private static final long SECOND = 1_000_000_000;
    private static final Card CARD = Card.newBuilder().setVersion("1.2.3").setVfs(1).setEnabledVfs(1)
        .setLink(Link.newBuilder().setUp(true))
        .addFunctions(Function.newBuilder().setName("vf0").setState(FunctionState.FUNCTION_STATE_RUNNING)).build();

    private final StringWriter out = new StringWriter();
    private final TopScreen screen = new TopScreen(new PrintWriter(out), () -> new Terminal.Size(0, 200));

    private static StatsTable stats(long nanos, long count, boolean uplink) {
        Stats.Builder stats = Stats.newBuilder().setMonotonicNs(nanos).addFunctions(FunctionStats.newBuilder()
            .setName("vf0").putCounters("tx_packets", count).putCounters("tx_spoofed_packets", 2 * count));
        if (uplink) {
            stats.addFunctions(FunctionStats.newBuilder().setName("uplink").putCounters("rx_packets", 3 * count)
                .putCounters("rx_bytes", 4 * count).putCounters("rx_dropped_unwanted", count)
                .putCounters("tx_dropped_full", 4 * count));
        }
        return new StatsTable(stats.build());
    }

    private String drawn(boolean uplink) {
        screen.open();
        screen.draw(CARD, stats(0, 0, uplink));
        out.getBuffer().setLength(0);
        screen.draw(CARD, stats(2 * SECOND, 20, uplink));
        return out.toString().replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replaceAll(" +", " ");
    }

    @Test
    void aFunctionAndTheUplinkHaveTheirRates() {
        assertThat(drawn(true).lines()).containsExactly(
            "vfnic 1.2.3: link up, 1 of 1 VFs enabled (q quits)",
            "FUNCTION STATE LINK RX PPS RX BIT/S TX PPS TX BIT/S DROPS/S INT/S CLIENT",
            "vf0 running down 0 0 10 0 20 0",
            "uplink up 30 320 0 0 50 0");
    }

    @Test
    void aCardWithoutUplinkHasNoLineForIt() {
        assertThat(drawn(false)).contains("vf0").doesNotContain("uplink");
    }
}
