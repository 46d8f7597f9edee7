package io.vfnic.server.pcapng;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes one section of a pcapng file: a section header, an interface description for each function, an enhanced packet
 * block for each frame and, at the end, interface statistics. Numbers are little-endian, times have a resolution of a
 * nanosecond. The file can be read at any time after {@link #flush()}, by a reader of a pipe too.
 */
public final class PcapngWriter implements Closeable {
    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final short MAJOR = 1;
    private static final short MINOR = 0;
    private static final long LENGTH_UNKNOWN = -1;
    private static final short LINK_ETHERNET = 1;

    private static final int OPTION_END = 0;
    private static final int OPTION_COMMENT = 1;
    private static final int SECTION_APPLICATION = 4;
    private static final int INTERFACE_NAME = 2;
    private static final int INTERFACE_TIME_RESOLUTION = 9;
    private static final byte NANOSECONDS = 9;
    private static final int PACKET_FLAGS = 2;
    private static final int PACKET_DROP_COUNT = 4;
    private static final int STATISTICS_RECEIVED = 4;
    private static final int STATISTICS_DROPPED = 5;

    private static final int FLAG_INBOUND = 1;
    private static final int FLAG_OUTBOUND = 2;

    /** Type and two lengths. */
    private static final int BLOCK_OVERHEAD = 12;
    private static final int FIRST_CAPACITY = 4096;
    private static final int ALIGNMENT = 4;

    private final OutputStream out;
    private final long[] frames;
    private ByteBuffer block = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
    private long lastTime;
    private long dropped;
    private long droppedInAll;

    /**
     * Writes what stands before the frames.
     *
     * @param out        is flushed and closed with this.
     * @param program    that writes the file.
     * @param interfaces their names; an interface's number is its place here.
     * @param snaplen    bytes of a frame that are kept at the most; 0 for all.
     */
    public PcapngWriter(OutputStream out, String program, List<String> interfaces, int snaplen) throws IOException {
        this.out = out;
        frames = new long[interfaces.size()];
        begin(SECTION_HEADER);
        block.putInt(BYTE_ORDER_MAGIC).putShort(MAJOR).putShort(MINOR).putLong(LENGTH_UNKNOWN);
        option(SECTION_APPLICATION, program);
        end();
        for (String name : interfaces) {
            begin(INTERFACE_DESCRIPTION);
            block.putShort(LINK_ETHERNET).putShort((short)0).putInt(snaplen);
            option(INTERFACE_NAME, name);
            option(INTERFACE_TIME_RESOLUTION, new byte[] {NANOSECONDS});
            end();
        }
        flush();
    }

    /** Frames that belong here were lost: the next frame and the statistics say how many. */
    public void lost(long count) {
        dropped += count;
        droppedInAll += count;
    }

    /**
     * Writes a frame.
     *
     * @param port     number of the interface.
     * @param time     nanoseconds since 1970.
     * @param received whether the interface received it, rather than sent it.
     * @param length   of the frame, without CRC, bytes.
     * @param data     the frame, or its first bytes.
     * @param comment  shown with the frame; empty for none.
     */
    public void frame(int port, long time, boolean received, int length, byte[] data, String comment)
        throws IOException {
        lastTime = time;
        frames[port]++;
        begin(ENHANCED_PACKET);
        ensure(data.length + FIRST_CAPACITY);
        block.putInt(port);
        time(time);
        block.putInt(data.length).putInt(length).put(data);
        pad();
        option(PACKET_FLAGS, number(received ? FLAG_INBOUND : FLAG_OUTBOUND));
        if (dropped > 0) {
            option(PACKET_DROP_COUNT, number(dropped));
            dropped = 0;
        }
        if (!comment.isEmpty()) {
            option(OPTION_COMMENT, comment);
        }
        end();
    }

    /** Lets readers have what was written. */
    public void flush() throws IOException {
        out.flush();
    }

    /**
     * Writes how many frames there were, and closes the file. Frames that were lost are told of the first interface.
     */
    @Override
    public void close() throws IOException {
        try (out) {
            for (int port = 0; port < frames.length; port++) {
                begin(INTERFACE_STATISTICS);
                block.putInt(port);
                time(lastTime);
                option(STATISTICS_RECEIVED, number(frames[port]));
                option(STATISTICS_DROPPED, number(port == 0 ? droppedInAll : 0));
                end();
            }
            flush();
        }
    }

    private void begin(int type) {
        block.clear();
        block.putInt(type).putInt(0);
    }

    /** Ends the options and the block: its length stands behind its type, and at its end. */
    private void end() throws IOException {
        block.putShort((short)OPTION_END).putShort((short)0);
        int length = block.position() + Integer.BYTES;
        block.putInt(length).putInt(Integer.BYTES, length);
        out.write(block.array(), 0, block.position());
    }

    private void time(long nanoseconds) {
        block.putInt((int)(nanoseconds >>> Integer.SIZE)).putInt((int)nanoseconds);
    }

    private void option(int code, String text) {
        option(code, text.getBytes(StandardCharsets.UTF_8));
    }

    private void option(int code, byte[] value) {
        ensure(value.length + BLOCK_OVERHEAD);
        block.putShort((short)code).putShort((short)value.length).put(value);
        pad();
    }

    private void pad() {
        while (block.position() % ALIGNMENT != 0) {
            block.put((byte)0);
        }
    }

    private void ensure(int more) {
        if (block.remaining() < more + BLOCK_OVERHEAD) {
            int capacity = Math.max(2 * block.capacity(), block.position() + more + BLOCK_OVERHEAD);
            block = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(block.flip());
        }
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }
}
