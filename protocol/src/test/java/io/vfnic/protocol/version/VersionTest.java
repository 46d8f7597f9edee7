package io.vfnic.protocol.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Specification, section "VFIO_USER_VERSION". */
class VersionTest {
    @Test
    void hasTwoNumbersAndJsonWithANul() {
        UnsafeBuffer buffer = Hex.dirty(Version.lengthWith("{}"));
        Version version = new Version().wrap(buffer, 0, buffer.capacity());

        version.major(0).minor(1).json("{}");

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0000 0100 7b7d00"));
        assertThat(version.minor()).isEqualTo(1);
        assertThat(version.hasJson()).isTrue();
        assertThat(version.isJsonTerminated()).isTrue();
        assertThat(version.json()).isEqualTo("{}");
    }

    @Test
    void theJsonIsOptional() {
        Version version = new Version().wrap(Hex.buffer("0000 0000"), 0, 4);

        assertThat(version.hasJson()).isFalse();
        assertThat(version.isJsonTerminated()).isFalse();
        assertThat(version.json()).isEmpty();
    }

    @Test
    void jsonWithoutANulIsNotTerminated() {
        assertThat(new Version().wrap(Hex.buffer("0000 0000 7b7d"), 0, 6).isJsonTerminated()).isFalse();
    }
}
