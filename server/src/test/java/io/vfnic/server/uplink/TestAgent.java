package io.vfnic.server.uplink;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

import org.agrona.concurrent.UnsafeBuffer;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.UplinkPort;

import static org.assertj.core.api.Assertions.assertThat;

/** An uplink and, in the test's thread, the agent that owns it. */
final class TestAgent implements AutoCloseable {
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long PAUSE_NANOS = 5_000_000L;
    private static final int BUDGET = 32;

    /** Something that is waited for. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    final HostUplink uplink;
    /** The frames that have come in. */
    final Queue<byte[]> received = new ArrayDeque<>();
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 17));
    private final GatherList nothing = new GatherList(1);
    private final FrameView view = new FrameView();
    private final FrameOffload offload = new FrameOffload();
    private final UplinkPort.Receiver receiver = (address, length, left) -> {
        assertThat(left.checksumStart()).isEqualTo(FrameOffload.COMPLETE);
        byte[] frame = new byte[length];
        new UnsafeBuffer(address, length).getBytes(0, frame);
        received.add(frame);
    };
    private final AtomicInteger losses = new AtomicInteger();
    private volatile boolean up;
    private int seenLosses;

    TestAgent(String spec) throws Exception {
        uplink = UplinkSpec.parse(spec).open();
        uplink.start(this::linkChanged);
    }

    private void linkChanged(boolean state) {
        if (up && !state) {
            losses.incrementAndGet();
        }
        up = state;
    }

    boolean isUp() {
        return up;
    }

    /** Runs duty cycles until something is so, sleeping between as an agent does. */
    void until(String what, Condition condition) throws Exception {
        final long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("not in time: " + what).isLessThan(deadline);
            if (dutyCycle() == 0) {
                uplink.parker().park(PAUSE_NANOS);
            }
        }
    }

    void untilUp() throws Exception {
        until("link up", this::isUp);
    }

    /** Until the link has gone down once more, though it may be up again by then. */
    void untilDown() throws Exception {
        seenLosses++;
        until("link down", () -> losses.get() >= seenLosses);
    }

    /** How often the link has gone down. */
    int losses() {
        return losses.get();
    }

    int dutyCycle() {
        return uplink.receive(receiver, BUDGET);
    }

    /** Waits for a frame. */
    byte[] receive() throws Exception {
        until("a frame", () -> !received.isEmpty());
        return received.remove();
    }

    /** Sends a frame with the next flush. */
    UplinkPort.Sent put(byte[] frame) {
        memory.putBytes(0, frame);
        return uplink.send(view.wrap(memory, 0, frame.length, nothing), offload.clear());
    }

    /** Sends a frame. */
    UplinkPort.Sent send(byte[] frame) {
        UplinkPort.Sent sent = put(frame);
        uplink.flush();
        return sent;
    }

    @Override
    public void close() {
        uplink.close();
    }
}
