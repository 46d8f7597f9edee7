package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: statistics (82576 facts, 2.9)")
final class PfStatisticsRegistersTest {
    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("clear when read, 64-bit pairs with their high half")
    void readToClear() {
        card.port.counters().add(Counter.GPRC, 3);
        card.port.counters().add(Counter.GORC, 0x1_0000_0005L);

        assertThat(read(0x4074)).isEqualTo(3);
        assertThat(read(0x4074)).isZero();
        assertThat(read(0x4088)).isEqualTo(5);
        assertThat(read(0x408C)).isEqualTo(1);
        assertThat(read(0x4088)).isZero();
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
