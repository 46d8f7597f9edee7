package io.vfnic.server.uplink;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;

import com.sun.management.ThreadMXBean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.spi.UplinkPort.Sent;

import static org.assertj.core.api.Assertions.assertThat;

/** What an agent does for frames to and from a peer leaves nothing to collect. */
@Timeout(120)
class PeerAllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 10_000;
    private static final int ROUNDS = 10;
    /** Less than the smallest object for each frame: a compilation may end while it is measured. */
    private static final long ALLOWED = MEASURED * 4L;

    private int received;
    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final FrameView frame = new FrameView().wrap(
        new UnsafeBuffer(ByteBuffer.allocateDirect(1_514)), 0, 1_514, new GatherList(1));
    private final FrameOffload offload = new FrameOffload();
    private final UplinkPort.Receiver receiver = (address, length, left) -> received++;
    @TempDir
    private Path directory;

    @Test
    void framesOnAStreamAllocateNothing() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (TestAgent one = new TestAgent("stream:" + path + ",server");
            TestAgent other = new TestAgent("stream:" + path)) {
            one.untilUp();
            other.untilUp();
            assertThat(leastAllocated(one.uplink, other.uplink)).isLessThan(ALLOWED);
        }
    }

    @Test
    void datagramsAllocateNothing() throws Exception {
        Path left = directory.resolve("left");
        Path right = directory.resolve("right");
        try (TestAgent one = new TestAgent("dgram:" + left + "," + right);
            TestAgent other = new TestAgent("dgram:" + right + "," + left)) {
            one.untilUp();
            other.untilUp();
            assertThat(leastAllocated(one.uplink, other.uplink)).isLessThan(ALLOWED);
        }
    }

    /** What a frame really costs, it costs in every round. */
    private long leastAllocated(HostUplink from, HostUplink to) {
        exchange(from, to, WARM_UP);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least >= ALLOWED; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            exchange(from, to, MEASURED);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void exchange(HostUplink from, HostUplink to, int frames) {
        received = 0;
        for (int sent = 0; sent < frames; sent++) {
            if (from.send(frame, offload) != Sent.SENT) {
                throw new IllegalStateException("not sent");
            }
            from.flush();
            final int goal = sent + 1;
            while (received < goal) {
                to.parker().park(1_000_000);
                to.receive(receiver, 32);
            }
        }
    }
}
