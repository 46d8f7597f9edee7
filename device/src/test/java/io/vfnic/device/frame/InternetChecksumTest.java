package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** RFC 1071, RFC 1624. */
class InternetChecksumTest {
    @Test
    void sumsTheExampleOfRfc1071Section3() {
        byte[] data = Packets.hex("0001 f203 f4f5 f6f7");

        assertThat(InternetChecksum.sum(new UnsafeBuffer(data), 0, 8)).isEqualTo(0xDDF2);
    }

    @Test
    void yieldsTheChecksumOfAnIpv4Header() {
        UnsafeBuffer header = new UnsafeBuffer(Packets.hex("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7"));

        assertThat(InternetChecksum.checksum(InternetChecksum.sum(header, 0, 20))).isEqualTo(0xB861);
    }

    @Test
    void agreesWithANaiveSumForAllShortLengthsAndAlignments() {
        Random random = Seed.random();
        byte[] data = Seed.bytes(random, 300);
        try (ScatteredMemory guest = new ScatteredMemory()) {
            long address = guest.place(data, 0, data.length);
            for (int from = 0; from < 9; from++) {
                for (int length = 0; length <= 200; length++) {
                    int expected = Reference.sum(data, from, length);
                    assertThat(InternetChecksum.sum(address + from, length)).isEqualTo(expected);
                    assertThat(InternetChecksum.sum(new UnsafeBuffer(data), from, length)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void losesNoCarryInAMegabyteOfOnes() {
        byte[] data = new byte[1 << 20];
        Arrays.fill(data, (byte) 0xFF);

        assertThat(InternetChecksum.sum(new UnsafeBuffer(data), 0, data.length)).isEqualTo(0xFFFF);
        assertThat(InternetChecksum.sum(new UnsafeBuffer(data), 0, data.length - 1))
                .isEqualTo(Reference.sum(data, 0, data.length - 1));
    }

    @Test
    void isZeroOnlyForZeros() {
        assertThat(InternetChecksum.sum(new UnsafeBuffer(new byte[100]), 0, 99)).isZero();
        assertThat(InternetChecksum.sum(new UnsafeBuffer(Packets.hex("ffff 0000")), 0, 4)).isEqualTo(0xFFFF);
        assertThat(InternetChecksum.sum(new UnsafeBuffer(Packets.hex("fffe 0001")), 0, 4)).isEqualTo(0xFFFF);
    }

    @Test
    void foldsTheGreatestAccumulator() {
        assertThat(InternetChecksum.fold(-1L)).isEqualTo(0xFFFF);
        assertThat(InternetChecksum.fold(0)).isZero();
        assertThat(InternetChecksum.fold(0x1_0000)).isEqualTo(1);
        assertThat(InternetChecksum.fold(0xFFFF_0000_0001L)).isEqualTo(1);
    }

    @Test
    void swapsTheSumOfDataAtAnOddOffset() {
        Random random = Seed.random();
        byte[] data = Seed.bytes(random, 101);
        UnsafeBuffer buffer = new UnsafeBuffer(data);

        int first = InternetChecksum.sum(buffer, 0, 33);
        int second = InternetChecksum.sum(buffer, 33, 68);

        assertThat(InternetChecksum.add(first, InternetChecksum.swap(second))).isEqualTo(Reference.sum(data, 0, 101));
    }

    @Test
    void updatesAChecksumAsInTheExampleOfRfc1624Section4() {
        assertThat(InternetChecksum.update(0xDD2F, 0x5555, 0x3285)).isZero();
    }

    @Test
    void updateEqualsANewChecksum() {
        Random random = Seed.random();
        for (int i = 0; i < 1000; i++) {
            byte[] data = Seed.bytes(random, 40);
            int before = InternetChecksum.checksum(Reference.sum(data, 0, 40));
            int at = 2 * random.nextInt(20);
            int oldWord = Reference.word(data, at);
            int newWord = random.nextInt(0x10000);
            Packets.put(data, at, newWord);

            assertThat(InternetChecksum.update(before, oldWord, newWord))
                    .isEqualTo(InternetChecksum.checksum(Reference.sum(data, 0, 40)));
        }
    }

    @Test
    void sumsThePseudoHeaders() {
        byte[] v4 = Packets.overIpv4(Packets.TCP, Packets.tcp(0, new byte[0]), new byte[0]);
        byte[] v6 = Packets.overIpv6(Packets.UDP, Packets.udp(0), new byte[0]);

        assertThat(InternetChecksum.pseudoHeaderIpv4(new UnsafeBuffer(v4), 14, 6, 0xFFFF))
                .isEqualTo(Reference.sum(Packets.join(Packets.IPV4_ADDRESSES, Packets.hex("0006 ffff")), 0, 12));
        assertThat(InternetChecksum.pseudoHeaderIpv6(new UnsafeBuffer(v6), 14, 17, 0x3FFFF))
                .isEqualTo(Reference.sum(
                        Packets.join(Packets.IPV6_ADDRESSES, Packets.hex("0003ffff 00000011")), 0, 40));
    }

    @Test
    void refusesARangeOutsideTheBuffer() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[10]);

        assertThatThrownBy(() -> InternetChecksum.sum(buffer, 8, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> InternetChecksum.sum(buffer, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
