package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Options IXSM and TXSM of the advanced data descriptor, command IC of the legacy one. */
class TransmitChecksumTest {
    private static final byte[] NONE = new byte[0];

    private final ScatteredMemory guest = new ScatteredMemory();

    @AfterEach
    void release() {
        guest.close();
    }

    /** What a driver hands over: the pseudo-header's sum in the checksum field (SCTP: anything). */
    private static byte[] seeded(byte[] finished, int ip, int l4, int protocol) {
        byte[] frame = finished.clone();
        int field = l4 + (protocol == Packets.TCP ? 16 : protocol == Packets.UDP ? 6 : 8);
        byte[] zeros = new byte[frame.length];
        System.arraycopy(frame, ip, zeros, ip, l4 - ip);
        Packets.put(frame, field, Reference.l4Sum(zeros, ip, l4, frame.length - l4, protocol));
        return frame;
    }

    @Test
    void insertsTheIpv4HeaderChecksumOverAnyOldValue() {
        byte[] expected = Packets.join(Packets.ethernet(0x0800), Packets.ipv4(17, 8, 0, Packets.hex("94040000")),
                Packets.udp(0));
        byte[] given = expected.clone();
        Packets.put(given, 24, 0xABCD);
        FrameView frame = guest.frame(given, 46, new Random(1));

        assertThat(TransmitChecksum.insertIpv4(frame, 14, 24)).isTrue();

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void completesTcpAndUdpChecksumsFromTheSeedWhateverTheSplit() {
        Random random = Seed.random();
        for (int round = 0; round < 500; round++) {
            byte[] data = Seed.bytes(random, random.nextInt(400));
            boolean v4 = random.nextBoolean();
            boolean tcp = random.nextBoolean();
            byte[] header = tcp ? Packets.tcp(0x18, new byte[12]) : Packets.udp(data.length);
            int protocol = tcp ? Packets.TCP : Packets.UDP;
            byte[] expected = v4 ? Packets.overIpv4(protocol, header, data) : Packets.overIpv6(protocol, header, data);
            int ipLength = v4 ? 20 : 40;
            byte[] given = seeded(expected, 14, 14 + ipLength, protocol);
            int inHeader = Math.min(given.length, 14 + ipLength + 18 + random.nextInt(60));
            FrameView frame = guest.wholeFrame(given, inHeader, random);

            assertThat(TransmitChecksum.insertL4(frame, 14, ipLength, tcp ? L4Type.TCP : L4Type.UDP)).isTrue();

            assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
        }
    }

    @Test
    void storesAUdpChecksumOfZeroAsAllOnes() {
        byte[] expected = Packets.overIpv4(Packets.UDP, Packets.udp(2), new byte[2]);
        Packets.put(expected, 42, Reference.word(expected, 40));
        Packets.finish(expected, 14, 20, Packets.UDP);
        Packets.put(expected, 40, 0);
        Packets.finish(expected, 14, 20, Packets.UDP);
        assertThat(Reference.word(expected, 40)).isEqualTo(0xFFFF);
        FrameView frame = guest.frame(seeded(expected, 14, 34, Packets.UDP), 44, new Random(1));

        TransmitChecksum.insertL4(frame, 14, 20, L4Type.UDP);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void storesATcpChecksumOfZeroAsZero() {
        byte[] expected = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[2]);
        Packets.put(expected, 54, Reference.word(expected, 50));
        Packets.put(expected, 50, 0);
        FrameView frame = guest.frame(seeded(expected, 14, 34, Packets.TCP), 56, new Random(1));

        TransmitChecksum.insertL4(frame, 14, 20, L4Type.TCP);

        assertThat(Reference.l4Sum(expected, 14, 34, 22, 6)).isEqualTo(0xFFFF);
        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void insertsTheSctpCrcOverAnyOldValueWhateverTheSplit() {
        Random random = Seed.random();
        for (int round = 0; round < 100; round++) {
            byte[] expected = Packets.overIpv6(Packets.SCTP, Packets.sctp(), Seed.bytes(random, random.nextInt(300)));
            byte[] given = expected.clone();
            Packets.put(given, 54 + 8, random.nextInt());
            FrameView frame = guest.frame(given, Math.min(given.length, 66 + random.nextInt(60)), random);

            assertThat(TransmitChecksum.insertL4(frame, 14, 40, L4Type.SCTP)).isTrue();

            assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
        }
    }

    @Test
    void insertsTheLegacyChecksum() {
        byte[] expected = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[55]);
        FrameView frame = guest.frame(seeded(expected, 14, 34, Packets.TCP), 60, new Random(1));

        assertThat(TransmitChecksum.insertLegacy(frame, 34, 50)).isTrue();

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void countsAnInsertedTagAsPartOfMacLength() {
        byte[] expected = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[55], 0x8100_0007);
        byte[] untagged = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[55]);
        FrameView frame = guest.frame(seeded(untagged, 14, 34, Packets.TCP), 60, new Random(1));

        VlanTag.insert(frame, 0x8100, 7);
        TransmitChecksum.insertL4(frame, 14 + VlanTag.LENGTH, 20, L4Type.TCP);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(expected);
    }

    @Test
    void refusesFieldsOutsideTheScratch() {
        byte[] given = Packets.overIpv4(Packets.TCP, Packets.tcp(0, NONE), new byte[100]);
        FrameView frame = guest.frame(given, 50, new Random(1));

        assertThat(TransmitChecksum.insertIpv4(frame, 14, 37)).isFalse();
        assertThat(TransmitChecksum.insertIpv4(frame, 14, 11)).isFalse();
        assertThat(TransmitChecksum.insertIpv4(frame, -1, 20)).isFalse();
        assertThat(TransmitChecksum.insertL4(frame, 14, 20, L4Type.TCP)).isFalse();
        assertThat(TransmitChecksum.insertL4(frame, 14, 20, 3)).isFalse();
        assertThat(TransmitChecksum.insertL4(frame, 14, 25, L4Type.SCTP)).isFalse();
        assertThat(TransmitChecksum.insertLegacy(frame, 154, 10)).isFalse();
        assertThat(TransmitChecksum.insertLegacy(frame, 34, 49)).isFalse();

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(given);
    }

    @Test
    void touchesNothingButTheFieldWhateverTheLengths() {
        Random random = Seed.random();
        for (int round = 0; round < 20_000; round++) {
            byte[] given = Seed.bytes(random, random.nextInt(201));
            int inHeader = random.nextInt(given.length + 1);
            int macLength = random.nextInt(128);
            int ipLength = random.nextInt(random.nextBoolean() ? 64 : 512);
            int operation = random.nextInt(6);
            try (ScatteredMemory other = new ScatteredMemory()) {
                FrameView frame = other.frame(given, inHeader, random);

                boolean done = switch (operation) {
                    case 0 -> TransmitChecksum.insertIpv4(frame, macLength, ipLength);
                    case 1 -> TransmitChecksum.insertLegacy(frame, macLength, ipLength);
                    default -> TransmitChecksum.insertL4(frame, macLength, ipLength, operation - 2);
                };

                int field = switch (operation) {
                    case 0 -> macLength + 10;
                    case 1 -> ipLength;
                    case 2 -> macLength + ipLength + 6;
                    case 3 -> macLength + ipLength + 16;
                    default -> macLength + ipLength + 8;
                };
                byte[] expected = given.clone();
                byte[] found = ScatteredMemory.bytes(frame);
                if (done) {
                    int width = operation == 4 ? 4 : 2;
                    assertThat(field + width).isLessThanOrEqualTo(inHeader);
                    System.arraycopy(found, field, expected, field, width);
                }
                assertThat(found).isEqualTo(expected);
                assertThat(other.isUndamaged()).isTrue();
            }
        }
    }
}
