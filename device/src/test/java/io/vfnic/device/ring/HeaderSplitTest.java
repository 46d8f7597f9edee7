package io.vfnic.device.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Header split and replication (82575 manual, table of header splitting and replication)")
final class HeaderSplitTest {
    private static final int HEADER_BUFFER = 128;

    private final HeaderSplit split = new HeaderSplit();

    @ParameterizedTest(name = "DESCTYPE {0}, frame {1}, headers {2}: SPH {3}, HBO {4}, HDR_LEN {5}")
    @CsvSource({
        "0, 500, 54, false, false, 0, 0, 0",
        "1, 500, 54, false, false, 0, 0, 0",
        "2, 500, 0, false, false, 0, 0, 0",
        "2, 100, 0, false, false, 0, 0, 0",
        "2, 500, 54, true, false, 54, 54, 54",
        "2, 54, 54, true, false, 54, 54, 54",
        "2, 500, 128, true, false, 128, 128, 128",
        "2, 500, 129, true, true, 129, 0, 0",
        "3, 500, 54, true, false, 54, 128, 0",
        "3, 100, 54, true, false, 54, 100, 0",
        "3, 500, 0, false, false, 0, 128, 0",
        "3, 500, 200, true, true, 200, 128, 0",
        "4, 100, 54, false, false, 100, 100, 100",
        "4, 500, 54, true, false, 54, 128, 0",
        "5, 128, 54, false, false, 128, 128, 128",
        "5, 129, 0, false, false, 128, 128, 128",
        "5, 500, 54, true, false, 54, 54, 54",
        "5, 500, 200, true, true, 200, 128, 128",
        "6, 500, 54, false, false, 0, 0, 0",
        "7, 500, 54, false, false, 0, 0, 0"})
    @DisplayName("What is found, what is stored in the header buffer, and what packet buffers do not get")
    void table(int type, int length, int headers, boolean sph, boolean hbo, int headerLength, int stored, int skipped) {
        split.open(type, HEADER_BUFFER);

        split.plan(length, headers);

        assertThat(split.dword0() < 0).as("SPH").isEqualTo(sph);
        assertThat(split.dword2()).as("HBO").isEqualTo(hbo ? 1 << 23 : 0);
        assertThat(split.dword0() >>> 21 & 0x3FF).as("HDR_LEN").isEqualTo(headerLength);
        assertThat(split.stored()).as("in the header buffer").isEqualTo(stored);
        assertThat(split.skipped()).as("not in packet buffers").isEqualTo(skipped);
    }

    @ParameterizedTest(name = "DESCTYPE {0}")
    @CsvSource({"2", "3", "4", "5"})
    @DisplayName("Without a header buffer everything goes to packet buffers")
    void noHeaderBuffer(int type) {
        split.open(type, 0);

        split.plan(60, 54);

        assertThat(split.stored()).isZero();
        assertThat(split.skipped()).isZero();
        assertThat(split.dword0()).isZero();
    }
}
