package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;

import static org.assertj.core.api.Assertions.assertThat;

/** IEEE 802.3 has frames of 60 bytes at least, without CRC; shorter ones are padded with zeros. */
class PaddingTest {
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int VLAN = 0x8100;
    private static final int BARE_ACKNOWLEDGEMENT = 40;

    @Test
    void isWhatFollowsAnIpv4Datagram() {
        assertThat(Padding.lengthWithout(frame(60, IPV4, BARE_ACKNOWLEDGEMENT))).isEqualTo(54);
        assertThat(Padding.lengthWithout(frame(60, IPV4, 46))).isEqualTo(60);
    }

    @Test
    void isOnlyZeros() {
        FrameView frame = frame(60, IPV4, BARE_ACKNOWLEDGEMENT);
        frame.header().putByte(59, (byte)1);
        assertThat(Padding.lengthWithout(frame)).isEqualTo(60);
    }

    @Test
    void isLeftAloneInOtherFrames() {
        assertThat(Padding.lengthWithout(frame(60, ARP, BARE_ACKNOWLEDGEMENT))).isEqualTo(60);
        assertThat(Padding.lengthWithout(frame(60, VLAN, BARE_ACKNOWLEDGEMENT))).isEqualTo(60);
        assertThat(Padding.lengthWithout(frame(61, IPV4, BARE_ACKNOWLEDGEMENT))).isEqualTo(61);
        assertThat(Padding.lengthWithout(frame(54, IPV4, BARE_ACKNOWLEDGEMENT))).isEqualTo(54);
    }

    @Test
    void isNotFoundByALengthThatLies() {
        assertThat(Padding.lengthWithout(frame(60, IPV4, 0xFFFF))).isEqualTo(60);
        assertThat(Padding.lengthWithout(frame(60, IPV4, 47))).isEqualTo(60);
        FrameView frame = frame(60, IPV4, 0);
        frame.header().putByte(40, (byte)1);
        assertThat(Padding.lengthWithout(frame)).isEqualTo(60);
    }

    private static FrameView frame(int length, int etherType, int totalLength) {
        byte[] bytes = ByteBuffer.allocate(length).putShort(12, (short)etherType).putShort(16, (short)totalLength)
            .array();
        return new FrameView().wrap(new UnsafeBuffer(bytes), 0, length, new GatherList(1));
    }
}
