package io.vfnic.it.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Capture files, as tcpdump and tcpreplay read and write them: the classic pcap format, little-endian, Ethernet. */
public final class Pcap {
    private static final int MAGIC = 0xa1b2c3d4;
    private static final int FILE_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int SNAP_LENGTH = 65_535;

    private Pcap() {
    }

    /** The size of a file of these frames, in bytes. */
    public static int size(List<byte[]> frames) {
        return FILE_HEADER + frames.stream().mapToInt(frame -> RECORD_HEADER + frame.length).sum();
    }

    /** Writes frames, all at time 0. */
    public static void write(Path file, List<byte[]> frames) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(size(frames)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
        out.putInt(SNAP_LENGTH).putInt(LINKTYPE_ETHERNET);
        for (byte[] frame : frames) {
            out.putInt(0).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
        }
        Files.write(file, out.array());
    }

    /** The frames in a file, in its order. */
    public static List<byte[]> read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(0) != MAGIC) {
            throw new IOException("not a little-endian pcap file: " + file);
        }
        in.position(FILE_HEADER);
        List<byte[]> frames = new ArrayList<>();
        while (in.remaining() >= RECORD_HEADER) {
            int captured = in.getInt(in.position() + 8);
            byte[] frame = new byte[captured];
            in.position(in.position() + RECORD_HEADER).get(frame);
            frames.add(frame);
        }
        return frames;
    }
}
