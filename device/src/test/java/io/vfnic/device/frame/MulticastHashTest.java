package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Register RCTL.MO: bits 47:36, 46:35, 45:34 or 43:32 of the address, byte 0 being the least significant. */
class MulticastHashTest {
    @ParameterizedTest(name = "{0}, MO {1}")
    @CsvSource({
        "01aa00123456, 0, 563",
        "01aa00123456, 1, ac6",
        "01aa00123456, 2, 58d",
        "01aa00123456, 3, 634",
        "01005e000001, 0, 010",
        "333300000001, 0, 010",
        "ffffffffffff, 0, fff",
        "000000000000, 3, 000",
    })
    void hashesAnAddress(String address, int multicastOffset, String expected) {
        UnsafeBuffer buffer = new UnsafeBuffer(Packets.join(new byte[3], Packets.hex(address)));

        assertThat(MulticastHash.of(buffer, 3, multicastOffset)).isEqualTo(Integer.parseInt(expected, 16));
    }
}
