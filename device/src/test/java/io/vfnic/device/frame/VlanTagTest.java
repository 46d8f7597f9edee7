package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** IEEE 802.1Q clause 9. */
class VlanTagTest {
    private static final int TAGGED = 0x8100_0000;
    private final ScatteredMemory guest = new ScatteredMemory();

    @AfterEach
    void release() {
        guest.close();
    }

    private FrameView frame(byte[] bytes) {
        return guest.frame(bytes, Math.min(60, bytes.length), new Random(1));
    }

    private static byte[] bytes(int... tags) {
        return Packets.overIpv4(Packets.UDP, Packets.udp(90), new byte[90], tags);
    }

    @Test
    void insertsATagAfterTheAddresses() {
        FrameView frame = frame(bytes());

        assertThat(VlanTag.insert(frame, 0x8100, 0xE123)).isTrue();

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(bytes(TAGGED | 0xE123));
        assertThat(frame.length()).isEqualTo(bytes().length + VlanTag.LENGTH);
    }

    @Test
    void insertsATagBeforeAnotherOne() {
        FrameView frame = frame(bytes(TAGGED | 5));

        VlanTag.insert(frame, 0x88A8, 6);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(bytes(0x88A8_0006, TAGGED | 5));
    }

    @Test
    void stripsTheOutermostTagOnly() {
        FrameView frame = frame(bytes(TAGGED | 0xFFFF, TAGGED | 5));

        assertThat(VlanTag.isTagged(frame, 0x8100)).isTrue();
        assertThat(VlanTag.control(frame)).isEqualTo(0xFFFF);
        assertThat(VlanTag.strip(frame, 0x8100)).isEqualTo(0xFFFF);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(bytes(TAGGED | 5));
    }

    @Test
    void insertUndoesStrip() {
        FrameView frame = frame(bytes(TAGGED | 0x0FFF));

        int control = VlanTag.strip(frame, 0x8100);
        VlanTag.insert(frame, 0x8100, control);

        assertThat(ScatteredMemory.bytes(frame)).isEqualTo(bytes(TAGGED | 0x0FFF));
    }

    @Test
    void leavesAFrameWithoutThatTagAlone() {
        FrameView untagged = frame(bytes());
        FrameView service = frame(bytes(0x88A8_0001));

        assertThat(VlanTag.strip(untagged, 0x8100)).isEqualTo(-1);
        assertThat(VlanTag.strip(service, 0x8100)).isEqualTo(-1);

        assertThat(ScatteredMemory.bytes(untagged)).isEqualTo(bytes());
        assertThat(ScatteredMemory.bytes(service)).isEqualTo(bytes(0x88A8_0001));
    }

    @Test
    void refusesHeadersTooShortForIt() {
        byte[] tagged = bytes(TAGGED | 1);
        for (int length = 0; length < 18; length++) {
            FrameView frame = guest.frame(tagged, length, new Random(1));

            assertThat(VlanTag.strip(frame, 0x8100)).isEqualTo(-1);
            assertThat(VlanTag.insert(frame, 0x8100, 1)).isEqualTo(length >= 14);
        }
    }

    @Test
    void refusesToInsertWithoutRoomInTheScratch() {
        UnsafeBuffer scratch = new UnsafeBuffer(new byte[64]);
        FrameView frame = new FrameView().wrap(scratch, 3, 60, new GatherList(1));

        assertThat(VlanTag.insert(frame, 0x8100, 1)).isFalse();

        assertThat(frame.headerIndex()).isEqualTo(3);
        assertThat(scratch.byteArray()).containsOnly(0);
    }
}
