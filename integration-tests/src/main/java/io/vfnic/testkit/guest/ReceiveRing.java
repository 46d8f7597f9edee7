package io.vfnic.testkit.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/** A receive queue with advanced descriptors of one buffer each. */
public final class ReceiveRing {
    /** Bytes of a buffer, what SRRCTL declares. */
    public static final int BUFFER_LENGTH = 2048;
    /** Bytes of guest memory that a ring takes for each descriptor. */
    public static final int BYTES_PER_ENTRY = 16 + BUFFER_LENGTH;

    private static final int ENTRY_LENGTH = 16;
    private static final int DONE = 1;
    private static final int END_OF_PACKET = 1 << 1;

    private final Bar bar;
    private final int registers;
    private final GuestMemory memory;
    private final int ring;
    private final int buffers;
    private final int entries;
    private int next;

    /** The parameters are those of {@link TransmitRing}. */
    ReceiveRing(Bar bar, int queue, GuestMemory memory, int offset, int entries) {
        this.memory = memory;
        this.entries = entries;
        this.bar = bar;
        registers = VfRegisters.RECEIVE_QUEUE + queue * VfRegisters.QUEUE_STRIDE;
        ring = offset;
        buffers = offset + entries * ENTRY_LENGTH;
    }

    /** A queue may be enabled at reset, so that every driver switches it off before it sets it up. */
    void start() {
        stop();
        next = 0;
        bar.write(registers + VfRegisters.SPLIT_CONTROL,
            VfRegisters.SPLIT_ONE_BUFFER_DROP | BUFFER_LENGTH / 1024);
        bar.write(registers + VfRegisters.RING_BASE_LOW, (int)(memory.iova() + ring));
        bar.write(registers + VfRegisters.RING_BASE_HIGH, (int)((memory.iova() + ring) >>> 32));
        bar.write(registers + VfRegisters.RING_LENGTH, entries * ENTRY_LENGTH);
        bar.write(registers + VfRegisters.RING_HEAD, 0);
        bar.write(registers + VfRegisters.RING_TAIL, 0);
        bar.write(registers + VfRegisters.QUEUE_CONTROL, VfRegisters.QUEUE_ENABLE);
        for (int i = 0; i < entries; i++) {
            offer(i);
        }
        bar.write(registers + VfRegisters.RING_TAIL, entries - 1);
    }

    void stop() {
        bar.write(registers + VfRegisters.QUEUE_CONTROL, 0);
    }

    /** The next frame, or null if there is none; gives its buffers back to the card. */
    public ReceivedFrame poll() {
        int last = next;
        while (isDone(last) && !isEnd(last)) {
            last = (last + 1) % entries;
        }
        if (!isDone(last)) {
            return null;
        }
        UnsafeBuffer buffer = memory.buffer();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int end = (last + 1) % entries;
        int descriptors = 0;
        int at = ring + last * ENTRY_LENGTH;
        int type = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
        int status = buffer.getInt(at + 8, ByteOrder.LITTLE_ENDIAN);
        int vlan = buffer.getShort(at + 14, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        while (next != end || descriptors == 0) {
            byte[] part = new byte[buffer.getShort(ring + next * ENTRY_LENGTH + 12, ByteOrder.LITTLE_ENDIAN) & 0xFFFF];
            buffer.getBytes(buffers + next * BUFFER_LENGTH, part);
            bytes.writeBytes(part);
            offer(next);
            next = (next + 1) % entries;
            descriptors++;
        }
        bar.write(registers + VfRegisters.RING_TAIL, (next + entries - 1) % entries);
        return new ReceivedFrame(bytes.toByteArray(), descriptors, type, status, vlan);
    }

    /** Waits for the next frame. */
    public ReceivedFrame await() {
        return Patience.untilPresent("a frame in the receive ring", this::poll);
    }

    private boolean isDone(int entry) {
        return (memory.buffer().getIntVolatile(ring + entry * ENTRY_LENGTH + 8) & DONE) != 0;
    }

    private boolean isEnd(int entry) {
        return (memory.buffer().getInt(ring + entry * ENTRY_LENGTH + 8, ByteOrder.LITTLE_ENDIAN) & END_OF_PACKET) != 0;
    }

    private void offer(int entry) {
        int at = ring + entry * ENTRY_LENGTH;
        memory.buffer().putLong(at, memory.iova() + buffers + (long)entry * BUFFER_LENGTH, ByteOrder.LITTLE_ENDIAN);
        memory.buffer().putLongRelease(at + 8, 0);
    }

    /** RDH as the card shows it. */
    public int head() {
        return bar.read(registers + VfRegisters.RING_HEAD);
    }
}
