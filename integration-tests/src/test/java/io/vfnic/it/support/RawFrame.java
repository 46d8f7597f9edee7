package io.vfnic.it.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Ethernet frames that a guest sends past its network stack, with whatever addresses a test wants. */
public final class RawFrame {
    /** IEEE 802: for local experiments, so that no kernel answers such a frame. */
    public static final int ETHERTYPE = 0x88b5;
    /** Everybody's address. */
    public static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

    private static final int SHORTEST = 60;
    private static final int VLAN_TPID = 0x8100;

    private RawFrame() {
    }

    /** Sends one frame that carries a short text, which a {@link Capture} shows. */
    public static void send(GuestNic nic, String destination, String source, String text) {
        transmit(nic, bytes(destination, source, text));
    }

    /** The bytes of what {@link #send} sends, to be replayed in numbers. */
    public static byte[] bytes(String destination, String source, String text) {
        return header(destination, source).putShort((short) ETHERTYPE).put(text.getBytes(StandardCharsets.US_ASCII))
            .array();
    }

    /** As {@link #send}, with a VLAN tag in the frame. */
    public static void sendTagged(GuestNic nic, String destination, String source, int vlan, String text) {
        transmit(nic, header(destination, source).putShort((short) VLAN_TPID).putShort((short) vlan)
            .putShort((short) ETHERTYPE).put(text.getBytes(StandardCharsets.US_ASCII)).array());
    }

    private static ByteBuffer header(String destination, String source) {
        HexFormat hex = HexFormat.ofDelimiter(":");
        return ByteBuffer.allocate(SHORTEST).put(hex.parseHex(destination)).put(hex.parseHex(source));
    }

    private static void transmit(GuestNic nic, byte[] frame) {
        nic.guest().check("echo " + HexFormat.of().formatHex(frame) + " | xxd -r -p > /tmp/frame");
        nic.check("socat -u OPEN:/tmp/frame INTERFACE:" + nic.name());
    }
}
