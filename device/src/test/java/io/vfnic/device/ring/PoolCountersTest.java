package io.vfnic.device.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Packets counted by runs make the same figures as packets counted one by one. */
class PoolCountersTest {
    private static final long STATION = 0x0200_0000_0001L;
    private static final long GROUP = 0x0100_5E00_0001L;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    private static final int[] LENGTHS = {64, 64, 64, 1518, 64, 64, 300, 300, 65};
    private static final long[] DESTINATIONS = {STATION, STATION, GROUP, STATION, BROADCAST, STATION};

    private final PoolCounters counters = new PoolCounters();
    private final PoolCounters single = new PoolCounters();

    @Test
    @DisplayName("A run is shown when it is published")
    void published() {
        counters.receivedRun().add(64, STATION, true);
        counters.receivedRun().add(64, STATION, true);
        counters.offered(64);

        counters.publish();

        assertThat(counters.get(Counter.GPRC)).isEqualTo(2);
        assertThat(counters.get(Counter.GORC)).isEqualTo(128);
        assertThat(counters.get(Counter.PRC64)).isEqualTo(2);
        assertThat(counters.get(Counter.GPRLBC)).isEqualTo(2);
        assertThat(counters.get(Counter.GORLBC)).isEqualTo(128);
        assertThat(counters.get(Counter.TPR)).isEqualTo(1);
        assertThat(counters.get(Counter.TOR)).isEqualTo(64);

        counters.publish();

        assertThat(counters.get(Counter.GPRC)).isEqualTo(2);
        assertThat(counters.get(Counter.TPR)).isEqualTo(1);
    }

    @Test
    @DisplayName("Lengths, destinations and directions in any order add up to what each packet says")
    void mixed() {
        for (int i = 0; i < 500; i++) {
            final int octets = LENGTHS[i % LENGTHS.length];
            final long destination = DESTINATIONS[i % DESTINATIONS.length];
            final boolean local = i / 4 % 3 != 0;
            counters.receivedRun().add(octets, destination, local);
            single.received(octets, destination, local);
            counters.transmittedRun().add(octets, destination, !local);
            single.transmitted(octets, destination, !local);
            if (i % 7 == 0) {
                counters.publish();
            }
        }
        counters.publish();

        for (Counter counter : Counter.values()) {
            assertThat(counters.get(counter)).as(counter.statistic()).isEqualTo(single.get(counter));
        }
        assertThat(single.get(Counter.GPRC)).isEqualTo(500);
    }
}
