package io.vfnic.device.uplink;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import io.vfnic.device.spi.Parker;
import io.vfnic.device.spi.UplinkPort;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A wire whose far end the test holds. */
public final class TestWire implements UplinkPort {
    /** What went out; a checksum or segments left to do as the card said, else -1 and 0. */
    public record Sent(byte[] data, int checksumStart, int checksumField, Segments segments, int segmentSize,
        int headerLength) {
    }

    private record Arrival(byte[] data, Consumer<FrameOffload> left) {
    }

    /** What has gone out. */
    public final List<Sent> sent = new ArrayList<>();
    /** What becomes of frames that go out. */
    public UplinkPort.Sent outcome = UplinkPort.Sent.SENT;
    /** Whether frames that go out may have something left to do. */
    public boolean offloads;
    public int flushes;
    /** Frames that got lost before the card could have them. */
    public volatile long missed;

    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private final FrameOffload offload = new FrameOffload();
    private LinkListener listener;
    private volatile String whyDown = "not started";

    /** Has a complete frame come in. */
    public void arrives(byte[] frame) {
        arrives(frame, left -> { });
    }

    /** Has a frame come in of which something is left to do. */
    public void arrives(byte[] frame, Consumer<FrameOffload> left) {
        arrivals.add(new Arrival(frame, left));
    }

    /** Takes what has gone out. */
    public List<Sent> take() {
        final List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Changes the link. */
    public void link(boolean up) {
        whyDown = up ? "" : "cut";
        listener.linkChanged(up);
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public boolean takesOffloads() {
        return offloads;
    }

    @Override
    public UplinkPort.Sent send(FrameView frame, FrameOffload left) {
        if (outcome == UplinkPort.Sent.SENT) {
            final UnsafeBuffer copy = new UnsafeBuffer(new byte[frame.length()]);
            frame.copyTo(0, copy, 0, frame.length());
            sent.add(new Sent(copy.byteArray(), left.checksumStart(), left.checksumField(), left.segments(),
                left.segmentSize(), left.headerLength()));
        }
        return outcome;
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public int receive(Receiver receiver, int budget) {
        int taken = 0;
        while (taken < budget && !arrivals.isEmpty()) {
            final Arrival arrival = arrivals.poll();
            // At the very end of a buffer's memory, and a fresh one each time, so that nothing depends on what is
            // around.
            final ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(1, arrival.data.length));
            memory.put(0, arrival.data);
            arrival.left.accept(offload.clear());
            receiver.receive(new UnsafeBuffer(memory).addressOffset(), arrival.data.length, offload);
            taken++;
        }
        return taken;
    }

    @Override
    public Parker parker() {
        return Parker.THREAD;
    }

    @Override
    public void start(LinkListener to) {
        listener = to;
        link(true);
    }

    @Override
    public String whyDown() {
        return whyDown;
    }

    @Override
    public long missed() {
        return missed;
    }
}
