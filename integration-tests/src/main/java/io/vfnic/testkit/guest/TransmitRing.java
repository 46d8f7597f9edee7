package io.vfnic.testkit.guest;

import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A transmit queue with advanced descriptors. A frame longer than a buffer takes several descriptors; each frame asks
 * for write-back on its last one.
 */
public final class TransmitRing {
    /** Bytes of a buffer. */
    public static final int BUFFER_LENGTH = 2048;
    /** Bytes of guest memory that a ring takes for each descriptor. */
    public static final int BYTES_PER_ENTRY = 16 + BUFFER_LENGTH;

    /** Command: VLAN tag insertion from the context. */
    public static final int VLAN_ENABLE = 1 << 30;
    /** Command: segmentation by the context. */
    public static final int SEGMENT = 1 << 31;
    /** Option: insert the IPv4 header's checksum. */
    public static final int INSERT_IP_CHECKSUM = 1 << 8;
    /** Option: insert the layer 4 checksum. */
    public static final int INSERT_L4_CHECKSUM = 1 << 9;

    private static final int ENTRY_LENGTH = 16;
    private static final int TYPE_CONTEXT = 2 << 20;
    private static final int TYPE_DATA = 3 << 20;
    private static final int END_OF_PACKET = 1 << 24;
    private static final int INSERT_CRC = 1 << 25;
    private static final int REPORT_STATUS = 1 << 27;
    private static final int EXTENDED = 1 << 29;
    private static final int DONE = 1;
    private static final int PAYLOAD_LENGTH_SHIFT = 14;

    private final Bar bar;
    private final int registers;
    private final GuestMemory memory;
    private final int ring;
    private final int buffers;
    private final int entries;
    private int next;
    private int clean;

    /**
     * @param queue   0 or 1.
     * @param memory  where ring and buffers are.
     * @param offset  in the memory, a multiple of 128.
     * @param entries descriptors, a multiple of 8.
     */
    TransmitRing(Bar bar, int queue, GuestMemory memory, int offset, int entries) {
        this.memory = memory;
        this.entries = entries;
        this.bar = bar;
        registers = VfRegisters.TRANSMIT_QUEUE + queue * VfRegisters.QUEUE_STRIDE;
        ring = offset;
        buffers = offset + entries * ENTRY_LENGTH;
    }

    /** A queue may be enabled at reset, so that every driver switches it off before it sets it up. */
    void start() {
        stop();
        next = 0;
        clean = 0;
        memory.buffer().setMemory(ring, entries * ENTRY_LENGTH, (byte)0);
        bar.write(registers + VfRegisters.RING_LENGTH, entries * ENTRY_LENGTH);
        bar.write(registers + VfRegisters.RING_BASE_LOW, (int)(memory.iova() + ring));
        bar.write(registers + VfRegisters.RING_BASE_HIGH, (int)((memory.iova() + ring) >>> 32));
        bar.write(registers + VfRegisters.RING_HEAD, 0);
        bar.write(registers + VfRegisters.RING_TAIL, 0);
        bar.write(registers + VfRegisters.QUEUE_CONTROL, VfRegisters.QUEUE_ENABLE);
    }

    void stop() {
        bar.write(registers + VfRegisters.QUEUE_CONTROL, 0);
    }

    /** How many descriptors are free; one always stays unused. */
    public int free() {
        return (clean - next - 1 + entries) % entries;
    }

    /** Transmits a frame without CRC; returns the index of its last descriptor. */
    public int send(byte[] frame) {
        return send(frame, 0, 0, frame.length);
    }

    /**
     * Transmits a frame with offloads.
     *
     * @param command       {@link #VLAN_ENABLE}, {@link #SEGMENT}.
     * @param options       {@link #INSERT_IP_CHECKSUM}, {@link #INSERT_L4_CHECKSUM}.
     * @param payloadLength the frame's, or with segmentation that of what follows its headers.
     */
    public int send(byte[] frame, int command, int options, int payloadLength) {
        int last = fill(frame, command, options, payloadLength);
        doorbell();
        return last;
    }

    /** Puts a frame into the ring without telling the card. */
    public int fill(byte[] frame, int command, int options, int payloadLength) {
        int segments = (frame.length + BUFFER_LENGTH - 1) / BUFFER_LENGTH;
        Patience.until("room in the transmit ring", () -> {
            clean();
            return free() >= segments;
        });
        int last = next;
        for (int at = 0; at < frame.length; at += BUFFER_LENGTH) {
            int length = Math.min(BUFFER_LENGTH, frame.length - at);
            boolean isLast = at + length == frame.length;
            last = next;
            int buffer = buffers + last * BUFFER_LENGTH;
            memory.buffer().putBytes(buffer, frame, at, length);
            put(memory.iova() + buffer,
                length | TYPE_DATA | EXTENDED | INSERT_CRC | command | (isLast ? END_OF_PACKET | REPORT_STATUS : 0),
                options | payloadLength << PAYLOAD_LENGTH_SHIFT);
        }
        return last;
    }

    /** Hands the card a descriptor with an address of the caller's choice. */
    public void sendFrom(long address, int length) {
        put(address, length | TYPE_DATA | EXTENDED | INSERT_CRC | END_OF_PACKET | REPORT_STATUS,
            length << PAYLOAD_LENGTH_SHIFT);
        doorbell();
    }

    /** Puts a context descriptor into the ring; the four dwords are those of the descriptor, its type is added. */
    public void context(int lengthsAndVlan, int command, int segmentation) {
        put(Integer.toUnsignedLong(lengthsAndVlan), command | TYPE_CONTEXT | EXTENDED, segmentation);
    }

    /** Tells the card of what was filled in. */
    public void doorbell() {
        bar.write(registers + VfRegisters.RING_TAIL, next);
    }

    /** Writes the tail register, whatever it says. */
    public void writeTail(int tail) {
        bar.write(registers + VfRegisters.RING_TAIL, tail);
    }

    private void put(long address, int command, int status) {
        int at = ring + next * ENTRY_LENGTH;
        UnsafeBuffer buffer = memory.buffer();
        buffer.putLong(at, address, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(at + 8, command, ByteOrder.LITTLE_ENDIAN);
        buffer.putIntRelease(at + 12, status);
        next = (next + 1) % entries;
    }

    /** Whether the descriptor was written back as done. */
    public boolean isDone(int entry) {
        return (memory.buffer().getIntVolatile(ring + entry * ENTRY_LENGTH + 12) & DONE) != 0;
    }

    /** Waits until the descriptor was written back. */
    public void awaitDone(int entry) {
        Patience.until("write-back of transmit descriptor " + entry, () -> isDone(entry));
        clean();
    }

    /** Takes back what was written back: everything up to the last descriptor that is done. */
    private void clean() {
        for (int i = clean; i != next; i = (i + 1) % entries) {
            if (isDone(i)) {
                clean = (i + 1) % entries;
            }
        }
    }

    /** TDH as the card shows it. */
    public int head() {
        return bar.read(registers + VfRegisters.RING_HEAD);
    }
}
