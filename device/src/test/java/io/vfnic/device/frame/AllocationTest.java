package io.vfnic.device.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The hot path of the card allocates nothing. */
class AllocationTest {
    private static final int ROUNDS = 10_000;

    private final FrameView frame = new FrameView();
    private final FrameView segment = new FrameView();
    private final FrameParser parser = new FrameParser();
    private final Segmenter segmenter = new Segmenter();
    private final RssHash rss = new RssHash();
    private int sink;

    @Test
    void allocatesNothingPerFrame() {
        try (ScatteredMemory guest = new ScatteredMemory()) {
            byte[] send = Packets.overIpv4(Packets.TCP, Packets.tcp(0x10, new byte[12]), new byte[4000]);
            GatherList whole = guest.scatter(send, 0, new Random(1));
            UnsafeBuffer scratch = new UnsafeBuffer(new byte[256]);
            long destination = guest.place(send, 0, send.length);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int i = 0; i < ROUNDS; i++) {
                round(scratch, whole, destination);
            }

            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round(scratch, whole, destination);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(sink).isNotZero();
            assertThat(allocated).as("bytes allocated by %d rounds", ROUNDS).isLessThan(ROUNDS);
        }
    }

    private void round(UnsafeBuffer scratch, GatherList whole, long destination) {
        whole.copyTo(0, scratch, 16, 128);
        frame.wrapWhole(scratch, 16, 128, whole);
        VlanTag.insert(frame, 0x8100, 5);
        TransmitChecksum.insertIpv4(frame, 18, 20);
        TransmitChecksum.insertL4(frame, 18, 20, L4Type.TCP);
        segmenter.begin(frame, 18, 20, 32, L4Type.TCP, 1448);
        while (segmenter.next(segment)) {
            parser.parse(segment);
            rss.compute(segment, parser, RssHash.ENABLE_TCP_IPV4);
            sink |= ReceiveChecksum.validate(segment, parser, ReceiveChecksum.IPOFL | ReceiveChecksum.TUOFL);
            VlanTag.strip(segment, 0x8100);
            sink |= segment.read(destination, 2048) | rss.hash();
        }
    }
}
