package io.vfnic.device.engine;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.ring.Frame;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.nio.ByteBuffer;

/** Frames that other agents send to the pools of one agent: bounded, copied, dropped by the sender when full. */
final class FrameRing {
    private static final int FRAME = 1;
    private static final int CAPACITY = 1 << 20;
    private static final int POOLS_OFFSET = 0;
    private static final int VLAN_OFFSET = 4;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int BYTES_OFFSET = 12;
    private static final int HEADROOM = 16;
    private static final int HEADER_LENGTH = 256;
    private static final int MAX_BATCH = 256;

    /** Takes the frames that have arrived. */
    @FunctionalInterface
    interface Receiver {
        /** A frame for the pools of the mask; valid during the call. */
        void receive(Frame frame, int pools);
    }

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(
        ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
    private final AgentIdle idle;
    private final Receiver receiver;
    private final MessageHandler handler = this::onFrame;
    private final Frame frame = new Frame();
    private final GatherList bytes = new GatherList(1);
    private final UnsafeBuffer header = new UnsafeBuffer(ByteBuffer.allocateDirect(HEADROOM + HEADER_LENGTH));

    FrameRing(AgentIdle idle, Receiver receiver) {
        this.idle = idle;
        this.receiver = receiver;
    }

    /** Called by other agents: hands a frame over, or returns false when the ring is full. */
    boolean offer(Frame from, int pools) {
        final FrameView view = from.view();
        final int length = view.length();
        final int index = ring.tryClaim(FRAME, BYTES_OFFSET + length);
        if (index <= 0) {
            return false;
        }
        boolean copied = false;
        try {
            final UnsafeBuffer buffer = (UnsafeBuffer)ring.buffer();
            buffer.putInt(index + POOLS_OFFSET, pools);
            buffer.putInt(index + VLAN_OFFSET, from.vlanControl());
            buffer.putInt(index + CHECKSUM_OFFSET, from.checksumOffset());
            view.copyTo(0, buffer, index + BYTES_OFFSET, length);
            copied = true;
        } finally {
            // Guest memory may vanish under the copy; a claim that is neither committed nor aborted would block the
            // ring.
            if (copied) {
                ring.commit(index);
            } else {
                ring.abort(index);
            }
        }
        idle.wake();
        return true;
    }

    /** Called by the owning agent. */
    int drain() {
        final int frames = ring.read(handler, MAX_BATCH);
        // At the end of the buffer a read may find nothing but padding: frames behind it must not be slept on.
        return frames > 0 ? frames : ring.read(handler, MAX_BATCH);
    }

    private void onFrame(int type, MutableDirectBuffer buffer, int index, int length) {
        final int frameLength = length - BYTES_OFFSET;
        final int inHeader = Math.min(frameLength, HEADER_LENGTH);
        bytes.clear();
        bytes.add(buffer.addressOffset() + index + BYTES_OFFSET, frameLength);
        buffer.getBytes(index + BYTES_OFFSET, header, HEADROOM, inHeader);
        frame.view().wrapWhole(header, HEADROOM, inHeader, bytes);
        frame.describe(buffer.getInt(index + VLAN_OFFSET), false, buffer.getInt(index + CHECKSUM_OFFSET));
        receiver.receive(frame, buffer.getInt(index + POOLS_OFFSET));
    }
}
