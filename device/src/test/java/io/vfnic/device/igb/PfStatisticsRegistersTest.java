package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    @DisplayName("stick at their largest value")
    void saturate() {
        card.port.counters().add(Counter.GPTC, 0x1_0000_0007L);

        assertThat(read(0x4080)).isEqualTo(-1);
        assertThat(read(0x4080)).isZero();
    }

    @Test
    @DisplayName("lose nothing that is counted between a pair's halves, and clear though only the high one is read")
    void pairs() {
        card.port.counters().add(Counter.GOTC, 100);
        assertThat(read(0x4090)).isEqualTo(100);
        card.port.counters().add(Counter.GOTC, 0x1_0000_0000L);

        assertThat(read(0x4094)).as("of the 100 alone").isZero();
        assertThat(read(0x4090)).isZero();
        assertThat(read(0x4094)).isEqualTo(1);

        card.port.counters().add(Counter.TOR, 0x2_0000_0001L);
        assertThat(read(0x40C4)).isEqualTo(2);
        assertThat(read(0x40C0)).isZero();
    }

    @Test
    @DisplayName("start anew with CTRL.RST")
    void reset() {
        card.port.counters().add(Counter.GPRC, 3);
        card.port.counters().add(Counter.GORC, 300);
        read(0x4088);

        card.igb.pfWrite(0x0000, 1 << 26);

        assertThat(read(0x4074)).isZero();
        assertThat(read(0x4088)).isZero();
        assertThat(read(0x408C)).isZero();
    }

    @ParameterizedTest(name = "{0} octets: bucket {1}")
    @CsvSource({"18,0", "64,0", "65,1", "127,1", "128,2", "255,2", "256,3", "511,3", "512,4", "1023,4", "1024,5",
        "9728,5"})
    @DisplayName("sort packets by their size with the CRC")
    void sizes(int octets, int bucket) {
        card.port.counters().received(octets, 0x0200_0000_0001L, false);
        card.port.counters().transmitted(octets, 0x0200_0000_0001L, false);

        for (int i = 0; i < 6; i++) {
            assertThat(read(0x405C + 4 * i)).as("PRC, bucket %d", i).isEqualTo(i == bucket ? 1 : 0);
            assertThat(read(0x40D8 + 4 * i)).as("PTC, bucket %d", i).isEqualTo(i == bucket ? 1 : 0);
        }
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }
}
