package io.vfnic.device.engine;

import io.vfnic.device.frame.Packets;

import java.util.Arrays;
import java.util.Random;

/** Frames for the tests' guests. */
final class Frames {
    static final long BROADCAST = 0xFFFF_FFFF_FFFFL;
    /** IEEE 802's EtherType for local experiments. */
    private static final int EXPERIMENT = 0x88B5;

    private Frames() {
    }

    /** A frame between two VFs with bytes that tell its length and its place. */
    static byte[] unicast(int from, int to, int length) {
        return to(TestSwitch.macOf(to), from, length);
    }

    static byte[] broadcast(int from, int length) {
        return to(BROADCAST, from, length);
    }

    static byte[] to(long destination, int from, int length) {
        final byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        Packets.put(frame, 12, EXPERIMENT);
        return addressed(frame, destination, TestSwitch.macOf(from));
    }

    /** The frame with these MAC addresses. */
    static byte[] addressed(byte[] frame, long destination, long source) {
        for (int i = 0; i < 6; i++) {
            frame[i] = (byte)(destination >>> 40 - 8 * i);
            frame[6 + i] = (byte)(source >>> 40 - 8 * i);
        }
        return frame;
    }

    /** A packet of {@link Packets} sent from one VF to another. */
    static byte[] between(int from, int to, byte[] packet) {
        return addressed(packet, TestSwitch.macOf(to), TestSwitch.macOf(from));
    }

    /** The frame with a tag behind its addresses. */
    static byte[] tagged(byte[] frame, int control) {
        return Packets.join(Arrays.copyOf(frame, 12), Packets.word(0x8100), Packets.word(control),
            Arrays.copyOfRange(frame, 12, frame.length));
    }

    static byte[] padded(byte[] frame, int length) {
        return Arrays.copyOf(frame, Math.max(frame.length, length));
    }

    static byte[] data(int length) {
        final byte[] data = new byte[length];
        new Random(~length).nextBytes(data);
        return data;
    }
}
