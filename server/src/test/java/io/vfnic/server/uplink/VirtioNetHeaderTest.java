package io.vfnic.server.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;

import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Virtual I/O Device 1.2, section 5.1.6: struct virtio_net_hdr. */
class VirtioNetHeaderTest {
    private final FrameOffload offload = new FrameOffload();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[VirtioNetHeader.LENGTH]);

    private void read(String hex, int moved) {
        buffer.putBytes(0, HexFormat.of().parseHex(hex));
        VirtioNetHeader.read(buffer, 0, moved, offload);
    }

    @Test
    @DisplayName("A frame with nothing left to do has a header of zeros, both ways")
    void plain() {
        read("00000000000000000000", 0);
        assertThat(offload.checksumStart()).isEqualTo(FrameOffload.COMPLETE);
        assertThat(offload.segments()).isEqualTo(Segments.NONE);

        buffer.setMemory(0, VirtioNetHeader.LENGTH, (byte)0xFF);
        VirtioNetHeader.write(buffer, 0, offload.clear());
        assertThat(buffer.byteArray()).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"1,TCP_IPV4", "129,TCP_IPV4", "4,TCP_IPV6", "132,TCP_IPV6", "5,UDP", "3,UNKNOWN", "2,UNKNOWN",
        "127,UNKNOWN"})
    @DisplayName("A large send: its kind, with or without ECN, its sizes and its checksum")
    void large(int type, Segments kind) {
        read("01%02x4200a80522001000".formatted(type), 0);

        assertThat(offload.segments()).isEqualTo(kind);
        assertThat(offload.headerLength()).isEqualTo(0x42);
        assertThat(offload.segmentSize()).isEqualTo(0x5A8);
        assertThat(offload.checksumStart()).isEqualTo(0x22);
        assertThat(offload.checksumField()).isEqualTo(0x32);
    }

    @Test
    @DisplayName("Offsets move with a tag that has been put in front of the headers")
    void moved() {
        read("01014200a80522001000", 4);

        assertThat(offload.checksumStart()).isEqualTo(0x26);
        assertThat(offload.checksumField()).isEqualTo(0x36);
        assertThat(offload.headerLength()).isEqualTo(0x46);
    }

    @Test
    @DisplayName("What is written is read as it was")
    void roundTrip() {
        offload.checksum(54, 70);
        offload.segments(Segments.TCP_IPV6, 1428, 86);

        VirtioNetHeader.write(buffer, 0, offload);
        VirtioNetHeader.read(buffer, 0, 0, offload);

        assertThat(buffer.byteArray()).isEqualTo(HexFormat.of().parseHex("01045600940536001000"));
        assertThat(offload.checksumField()).isEqualTo(70);
        assertThat(offload.segments()).isEqualTo(Segments.TCP_IPV6);
    }

    @Test
    @DisplayName("No header makes an error, whatever its bytes")
    void hostile() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(buffer.byteArray());
            VirtioNetHeader.read(buffer, 0, random.nextInt(5), offload);
            assertThat(offload.checksumStart()).isBetween(-1, 65539);
            assertThat(offload.checksumField()).isBetween(0, 131074);
            assertThat(offload.segmentSize()).isBetween(0, 65535);
        }
    }
}
