package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** RFC 3720 section B.4, whose vectors list the bytes of the CRC in little-endian order. */
class Crc32cTest {
    private static int crc(byte[] data) {
        return Crc32c.finish(Crc32c.update(Crc32c.INITIAL, new UnsafeBuffer(data), 0, data.length));
    }

    @Test
    void yieldsTheVectorsOfRfc3720() {
        byte[] ones = new byte[32];
        byte[] ascending = new byte[32];
        byte[] descending = new byte[32];
        Arrays.fill(ones, (byte) 0xFF);
        for (int i = 0; i < 32; i++) {
            ascending[i] = (byte) i;
            descending[i] = (byte) (31 - i);
        }
        byte[] readCommand = Packets.hex("01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018"
                + "28000000 00000000 02000000 00000000");

        assertThat(crc(new byte[32])).isEqualTo(0x8A9136AA);
        assertThat(crc(ones)).isEqualTo(0x62A8AB43);
        assertThat(crc(ascending)).isEqualTo(0x46DD794E);
        assertThat(crc(descending)).isEqualTo(0x113FDB5C);
        assertThat(crc(readCommand)).isEqualTo(0xD9963A56);
    }

    @Test
    void agreesWithTheJdkForAllShortLengthsAndAlignments() {
        Random random = Seed.random();
        byte[] data = Seed.bytes(random, 300);
        try (ScatteredMemory guest = new ScatteredMemory()) {
            long address = guest.place(data, 0, data.length);
            for (int from = 0; from < 9; from++) {
                for (int length = 0; length <= 200; length++) {
                    assertThat(Crc32c.finish(Crc32c.update(Crc32c.INITIAL, address + from, length)))
                            .isEqualTo(Reference.crc32c(data, from, length));
                }
            }
        }
    }

    @Test
    void goesOnWhereItStopped() {
        Random random = Seed.random();
        byte[] data = Seed.bytes(random, 1000);
        UnsafeBuffer buffer = new UnsafeBuffer(data);

        int state = Crc32c.update(Crc32c.INITIAL, buffer, 0, 333);
        state = Crc32c.update(state, data[333]);
        state = Crc32c.update(state, buffer, 334, 666);

        assertThat(Crc32c.finish(state)).isEqualTo(Reference.crc32c(data, 0, 1000));
    }
}
