package io.vfnic.load;

import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A transmit ring as a poll-mode driver works it: pieces are queued in batches, the last of which asks for its status,
 * and are taken back by that. Every piece has a buffer of its own that is filled once, unless contents are verified.
 */
final class LoadTransmit {
    static final int DESCRIPTOR_LENGTH = 16;
    /** Linux cuts what a descriptor points to into pieces like this; the card takes up to 65,535. */
    private static final int MAX_DESCRIPTOR_DATA = 16 << 10;
    private static final int CONTEXT = 1 << 29 | 2 << 20 | 1 << 11 | 1 << 10;
    private static final int DATA = 1 << 29 | 3 << 20 | 1 << 25;
    private static final int END_OF_PACKET = 1 << 24;
    private static final int REPORT_STATUS = 1 << 27;
    private static final int SEGMENT = 1 << 31;
    private static final int INSERT_CHECKSUMS = 3 << 8;
    private static final int PAYLOAD_LENGTH_SHIFT = 14;
    private static final long CONTEXT_LENGTHS = (long)LoadPlan.ETHERNET_LENGTH << 9 | 20;
    private static final int DONE = 1;

    private final LoadPlan plan;
    private final UnsafeBuffer memory;
    private final Tail tail;
    private final long address;
    private final int ring;
    private final int buffers;
    private final int bufferLength;
    private final int bufferCount;
    private final int entries;
    private final int descriptorsOfPiece;
    /** Descriptors that ask for their status, oldest first, and how many pieces each stands for. */
    private final int[] reports;
    private final int[] pieces;
    /** How many receive descriptors had been given back when the report was asked for. */
    private final long[] returned;
    private long acknowledged;
    private int firstReport;
    private int reportCount;
    private int unreported;
    private int next;
    private int free;
    private int freeBuffers;
    private int nextBuffer;

    /**
     * @param at where the ring may lie in the memory; the buffers follow.
     */
    LoadTransmit(LoadPlan plan, GuestMemory memory, int at, Tail tail) {
        this.plan = plan;
        this.memory = memory.buffer();
        this.tail = tail;
        this.address = memory.iova();
        entries = plan.ringEntries();
        ring = at;
        buffers = at + entries * DESCRIPTOR_LENGTH;
        bufferLength = bufferLength(plan);
        bufferCount = bufferCount(plan);
        descriptorsOfPiece = dataDescriptors(plan) + (plan.isSegmented() ? 1 : 0);
        reports = new int[entries];
        pieces = new int[entries];
        returned = new long[entries];
        free = entries - 1;
        freeBuffers = bufferCount;
    }

    /** Bytes of guest memory that ring and buffers take. */
    static int memoryLength(LoadPlan plan) {
        return plan.ringEntries() * DESCRIPTOR_LENGTH + bufferCount(plan) * bufferLength(plan);
    }

    private static int bufferLength(LoadPlan plan) {
        return plan.isSegmented() ? 64 << 10 : 2048;
    }

    private static int bufferCount(LoadPlan plan) {
        return plan.isSegmented() ? Math.min(16, plan.ringEntries() / 8) : plan.ringEntries();
    }

    private static int dataDescriptors(LoadPlan plan) {
        return (plan.pieceLength() + MAX_DESCRIPTOR_DATA - 1) / MAX_DESCRIPTOR_DATA;
    }

    /** Index of the ring in guest memory. */
    int ring() {
        return ring;
    }

    /** Index in guest memory of the n-th buffer, to be filled before the start. */
    int buffer(int n) {
        return buffers + n * bufferLength;
    }

    int bufferCount() {
        return bufferCount;
    }

    UnsafeBuffer memory() {
        return memory;
    }

    /** How many pieces can be queued now. */
    int room() {
        return Math.min(freeBuffers, free / descriptorsOfPiece);
    }

    /** Index in guest memory of the buffer that the next piece will be sent from. */
    int nextBuffer() {
        return buffer(nextBuffer);
    }

    /**
     * Queues a piece; there is {@link #room()}. The last one of a batch asks for its status.
     *
     * @param givenBack how many receive descriptors the function has given back by now.
     */
    void queue(boolean isLast, long givenBack) {
        final int report = isLast ? REPORT_STATUS : 0;
        if (plan.isSegmented()) {
            put(CONTEXT_LENGTHS, CONTEXT, plan.segmentPayload() << 16 | 20 << 8);
        }
        final int length = plan.pieceLength();
        final int status = plan.isSegmented() ? INSERT_CHECKSUMS | plan.sendLength() << PAYLOAD_LENGTH_SHIFT :
            length << PAYLOAD_LENGTH_SHIFT;
        final int kind = plan.isSegmented() ? DATA | SEGMENT : DATA;
        final int buffer = nextBuffer();
        for (int at = 0; at < length; at += MAX_DESCRIPTOR_DATA) {
            final int part = Math.min(MAX_DESCRIPTOR_DATA, length - at);
            final int end = at + part == length ? END_OF_PACKET | report : 0;
            put(address + buffer + at, kind | part | end, status);
        }
        unreported++;
        if (isLast) {
            final int slot = (firstReport + reportCount++) % entries;
            reports[slot] = (next + entries - 1) % entries;
            pieces[slot] = unreported;
            returned[slot] = givenBack;
            unreported = 0;
        }
        free -= descriptorsOfPiece;
        freeBuffers--;
        nextBuffer = nextBuffer + 1 == bufferCount ? 0 : nextBuffer + 1;
    }

    /** The doorbell. */
    void ringDoorbell() {
        tail.write(next);
    }

    /** Takes back what the card reports as sent. */
    void reclaim() {
        while (reportCount > 0 && isDone(reports[firstReport])) {
            free += pieces[firstReport] * descriptorsOfPiece;
            freeBuffers += pieces[firstReport];
            acknowledged = returned[firstReport];
            firstReport = firstReport + 1 == entries ? 0 : firstReport + 1;
            reportCount--;
        }
    }

    /**
     * How many receive descriptors the card is known to have got back: it has sent what was handed to it after them,
     * and takes the function's doorbells in their order.
     */
    long acknowledged() {
        return acknowledged;
    }

    /** The card is known to have got back this many. */
    void acknowledged(long count) {
        acknowledged = count;
    }

    private boolean isDone(int index) {
        return (memory.getIntVolatile(ring + index * DESCRIPTOR_LENGTH + 12) & DONE) != 0;
    }

    private void put(long low, int dword2, int dword3) {
        final int at = ring + next * DESCRIPTOR_LENGTH;
        memory.putLong(at, low);
        memory.putLong(at + 8, Integer.toUnsignedLong(dword2) | (long)dword3 << Integer.SIZE);
        next = next + 1 == entries ? 0 : next + 1;
    }
}
