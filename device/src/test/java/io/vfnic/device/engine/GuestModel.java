package io.vfnic.device.engine;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.MessageDma;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A guest with one VF: a megabyte of memory, the VF's queue registers and a driver that fills rings as Linux igbvf
 * does.
 * It is the session's link too.
 */
class GuestModel implements ClientLink, MessageDma {
    static final int RAM_LENGTH = 1 << 20;
    static final long IOVA = 0x7_4000_0000L;
    static final int RING_ENTRIES = 128;
    static final int RING_LENGTH = RING_ENTRIES * 16;
    static final int RECEIVE_BUFFER = 2048;
    static final int TX_RING = 0x1000;
    static final int RX_RING = 0x4000;
    static final int HEADER_BUFFERS = 0x8000;
    static final int HEADER_STRIDE = 128;
    static final int HEAD_REPORT = 0xF000;
    static final int TX_BUFFERS = 0x1_0000;
    static final int TX_BUFFERS_END = 0x9_0000;
    static final int RX_BUFFERS = 0xA_0000;

    static final int DEXT = 1 << 29;
    static final int EOP = 1 << 24;
    static final int IFCS = 1 << 25;
    static final int RS = 1 << 27;
    static final int IC = 1 << 26;
    static final int VLE = 1 << 30;
    static final int TSE = 1 << 31;
    static final int DATA = DEXT | 3 << 20 | IFCS;
    static final int IXSM = 1 << 8;
    static final int TXSM = 1 << 9;
    static final int UDP = 0;
    static final int TCP = 1;
    static final int SCTP = 2;
    static final int ENABLE = QueueRegisters.CONTROL_ENABLE;
    static final int ONE_BUFFER = 1 << 25;
    static final int HEADER_SPLIT = 2 << 25;
    static final int SPLIT_ALWAYS = 5 << 25;
    static final int HEADER_OVERFLOW = 1 << 23;
    static final int VECTOR_TX = 0;
    static final int VECTOR_RX = 1;

    final int vf;
    final UnsafeBuffer ram;
    final InterruptState interrupts;
    final VectorUnit vectors;
    final PoolCounters counters = new PoolCounters();
    final QueueRegisters[] receive = new QueueRegisters[2];
    final QueueRegisters[] transmit = new QueueRegisters[2];
    final PoolEngine pool;
    final AtomicInteger[] raised = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
    final List<String> failures = new ArrayList<>();
    final AtomicInteger memoryChecks = new AtomicInteger();
    final AtomicInteger messages = new AtomicInteger();
    volatile boolean cancelled;
    /** Which message from now on is the last to be answered well: the one after it finds itself cancelled. */
    volatile int messagesUntilCancel = Integer.MAX_VALUE;

    private int queue;
    private int tail;
    private int nextBuffer = TX_BUFFERS;
    private int clean;

    /** @param ram the guest's memory, {@link #RAM_LENGTH} bytes. */
    GuestModel(int vf, InterruptState interrupts, ByteBuffer ram) {
        this.vf = vf;
        this.ram = new UnsafeBuffer(ram);
        this.interrupts = interrupts;
        this.vectors = new VectorUnit(interrupts, InterruptState.firstVectorOfVf(vf), 3);
        final UnsafeBuffer page = new UnsafeBuffer(BufferUtil.allocateDirectAligned(4096, 4096));
        for (int k = 0; k < 2; k++) {
            receive[k] = new QueueRegisters(page, k * 0x100);
            transmit[k] = new QueueRegisters(page, 0x800 + k * 0x100);
        }
        pool = new PoolEngine(vf, receive, transmit, interrupts, vectors, counters);
    }

    static ByteBuffer newRam() {
        return BufferUtil.allocateDirectAligned(RAM_LENGTH, 4096);
    }

    // The session

    /** Attaches with all memory mapped and bus mastering on. */
    void attach() {
        connect();
        mapAll();
        pool.busMaster(true);
    }

    /** Attaches without memory. */
    void connect() {
        pool.client(this);
        for (int v = 0; v < 3; v++) {
            final AtomicInteger count = raised[v];
            vectors.signal(v, count::incrementAndGet);
        }
    }

    void mapAll() {
        map(0, RAM_LENGTH);
    }

    /** Maps a part of the memory in this process. */
    int map(int offset, int length) {
        return pool.memory().map(
            new MemoryRange(IOVA + offset, length, ram.addressOffset() + offset, true, true));
    }

    /** Makes a part of the memory known that only messages reach. */
    int mapByMessage(int offset, int length) {
        return pool.memory().map(new MemoryRange(IOVA + offset, length, 0, true, true));
    }

    /** Leaves as a session does whose client is gone. */
    void detach() {
        pool.client(null);
        pool.busMaster(false);
        pool.memory().clear();
        for (int v = 0; v < 3; v++) {
            vectors.signal(v, null);
        }
        pool.resetQueues();
    }

    int unmap(int offset, int length) {
        final int errno = pool.memory().unmap(IOVA + offset, length);
        pool.quiesce();
        return errno;
    }

    @Override
    public void fail(String reason) {
        failures.add(reason);
    }

    @Override
    public void checkMemory() {
        memoryChecks.incrementAndGet();
    }

    @Override
    public int process() {
        return 0;
    }

    @Override
    public MessageDma messageDma() {
        return this;
    }

    @Override
    public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
        if (isCancelled()) {
            return false;
        }
        destination.putBytes(index, ram, (int)(iova - IOVA), length);
        return true;
    }

    @Override
    public boolean write(long iova, DirectBuffer source, int index, int length) {
        if (isCancelled()) {
            return false;
        }
        ram.putBytes((int)(iova - IOVA), source, index, length);
        return true;
    }

    private boolean isCancelled() {
        messages.incrementAndGet();
        if (messagesUntilCancel-- == 0) {
            cancelled = true;
        }
        return cancelled;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void resume() {
        cancelled = false;
        messagesUntilCancel = Integer.MAX_VALUE;
    }

    // The driver: bring-up

    /** Starts transmit and receive queue 0 and the interrupts as igbvf's open does. */
    void start() {
        startTransmit(0);
        startReceive(ONE_BUFFER);
        routeInterrupts();
    }

    void startTransmit(int k) {
        final QueueRegisters q = transmit[k];
        q.set(QueueRegisters.CONTROL_OFFSET, 0);
        q.set(QueueRegisters.LENGTH_OFFSET, RING_LENGTH);
        base(q, IOVA + TX_RING + k * RING_LENGTH);
        q.set(QueueRegisters.HEAD_OFFSET, 0);
        q.set(QueueRegisters.TAIL_OFFSET, 0);
        q.set(QueueRegisters.CONTROL_OFFSET, ENABLE);
        pool.queueControlChanged();
        queue = k;
        tail = 0;
    }

    /** Starts receive queue 0 with all but one descriptor handed over. */
    void startReceive(int descriptorType) {
        final QueueRegisters q = receive[0];
        q.set(QueueRegisters.CONTROL_OFFSET, 0);
        q.set(QueueRegisters.LENGTH_OFFSET, RING_LENGTH);
        base(q, IOVA + RX_RING);
        q.set(QueueRegisters.HEAD_OFFSET, 0);
        q.set(QueueRegisters.TAIL_OFFSET, 0);
        q.set(QueueRegisters.SPLIT_CONTROL_OFFSET, QueueRegisters.SPLIT_CONTROL_DROP_ENABLE | descriptorType
            | HEADER_STRIDE << 2 | RECEIVE_BUFFER >> 10);
        q.set(QueueRegisters.CONTROL_OFFSET, ENABLE | 16 | 8 << 8 | 1 << 16);
        pool.queueControlChanged();
        for (int i = 0; i < RING_ENTRIES; i++) {
            refill(i);
        }
        clean = 0;
        receiveTail(RING_ENTRIES - 1);
    }

    static void base(QueueRegisters q, long iova) {
        q.set(QueueRegisters.BASE_LOW_OFFSET, (int)iova);
        q.set(QueueRegisters.BASE_HIGH_OFFSET, (int)(iova >>> 32));
    }

    /** VTIVAR, EIAC, EIAM and EIMS as igbvf sets them. */
    void routeInterrupts() {
        final int first = InterruptState.firstVectorOfVf(vf);
        interrupts.transmitVector(vf, first + VECTOR_TX);
        interrupts.receiveVector(vf, first + VECTOR_RX);
        interrupts.autoClear(window(), window());
        interrupts.autoMask(window(), window());
        interrupts.autoMasking(true);
        interrupts.unmask(window());
    }

    int window() {
        return 7 << InterruptState.firstVectorOfVf(vf);
    }

    int bit(int vector) {
        return 1 << InterruptState.firstVectorOfVf(vf) + vector;
    }

    int raised(int vector) {
        return raised[vector].get();
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    // The driver: sending

    /** Which transmit queue the following descriptors go to. */
    void useQueue(int k) {
        queue = k;
        tail = transmit[k].tail();
    }

    /** Puts bytes where the device can fetch them and says where. */
    long put(byte[] bytes) {
        if (nextBuffer + bytes.length > TX_BUFFERS_END) {
            nextBuffer = TX_BUFFERS;
        }
        final int at = nextBuffer;
        ram.putBytes(at, bytes);
        nextBuffer += bytes.length + 63 & ~63;
        return IOVA + at;
    }

    /** Writes a descriptor at the tail, without telling the device. Returns its index. */
    int post(long low, int dword2, int dword3) {
        final int index = tail;
        final int at = TX_RING + queue * RING_LENGTH + index * 16;
        ram.putLong(at, low);
        ram.putInt(at + 8, dword2);
        ram.putInt(at + 12, dword3);
        tail = (index + 1) % RING_ENTRIES;
        return index;
    }

    int postData(byte[] bytes, int commands, int options) {
        return post(put(bytes), DATA | commands | bytes.length, options | bytes.length << 14);
    }

    int postContext(int index, int macLength, int ipLength, int l4Length, int l4Type, int mss, int vlan) {
        return post(vlan << 16 | macLength << 9 | ipLength, DEXT | 2 << 20 | l4Type << 11,
            mss << 16 | l4Length << 8 | index << 4);
    }

    /** The doorbell. */
    void ring() {
        transmit[queue].set(QueueRegisters.TAIL_OFFSET, tail);
        pool.doorbell();
    }

    /** Sends frames as they are, a descriptor each. */
    void send(byte[]... frames) {
        for (byte[] frame : frames) {
            postData(frame, EOP | RS, 0);
        }
        ring();
    }

    boolean isDone(int index) {
        return (ram.getInt(TX_RING + queue * RING_LENGTH + index * 16 + 12) & 1) != 0;
    }

    int transmitHead() {
        return transmit[queue].get(QueueRegisters.HEAD_OFFSET);
    }

    // The driver: receiving

    /**
     * A frame as the driver finds it.
     *
     * @param header dword 0 of the first descriptor.
     * @param type   dword 0 of the last descriptor.
     * @param status dword 2 of the last descriptor.
     */
    record Received(byte[] data, int descriptors, int header, int type, int rss, int status, int vlan) {
        boolean has(int bits) {
            return (status & bits) == bits;
        }
    }

    /** Takes what has been written back, as igbvf's receive loop does, and hands the descriptors over again. */
    List<Received> receive() {
        final List<Received> frames = new ArrayList<>();
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        int descriptors = 0;
        int first = 0;
        while ((descriptorHigh(clean) & 1) != 0) {
            final long low = ram.getLong(RX_RING + clean * 16);
            final long high = descriptorHigh(clean);
            first = descriptors++ == 0 ? (int)low : first;
            data.writeBytes(bytes(HEADER_BUFFERS + clean * HEADER_STRIDE, storedHeader((int)low, (int)high)));
            data.writeBytes(bytes(bufferOf(clean), (int)(high >>> 32) & 0xFFFF));
            refill(clean);
            clean = (clean + 1) % RING_ENTRIES;
            if ((high & 2) != 0) {
                frames.add(new Received(data.toByteArray(), descriptors, first, (int)low, (int)(low >>> 32), (int)high,
                    (int)(high >>> 48)));
                data.reset();
                descriptors = 0;
            }
        }
        receiveTail((clean + RING_ENTRIES - 1) % RING_ENTRIES);
        return frames;
    }

    /** How much of a frame is in the header buffer (DESCTYPE 2 and 5). */
    private int storedHeader(int dword0, int dword2) {
        final int type = receive[0].descriptorType() << 25;
        final int header = dword0 >>> 21 & 0x3FF;
        if (type == SPLIT_ALWAYS) {
            return Math.min(header, HEADER_STRIDE);
        }
        return type == HEADER_SPLIT && dword0 < 0 && (dword2 & HEADER_OVERFLOW) == 0 ? header : 0;
    }

    Received receiveOne() {
        final List<Received> frames = receive();
        if (frames.size() != 1) {
            throw new AssertionError("expected one frame, got " + frames.size());
        }
        return frames.getFirst();
    }

    void receiveTail(int index) {
        receive[0].set(QueueRegisters.TAIL_OFFSET, index);
    }

    long descriptorHigh(int index) {
        return ram.getLong(RX_RING + index * 16 + 8);
    }

    static int bufferOf(int index) {
        return RX_BUFFERS + index * RECEIVE_BUFFER;
    }

    byte[] bytes(int offset, int length) {
        final byte[] copy = new byte[length];
        ram.getBytes(offset, copy);
        return copy;
    }

    /** Hands a receive descriptor over again. */
    void refill(int index) {
        ram.putLong(RX_RING + index * 16, IOVA + bufferOf(index));
        ram.putLong(RX_RING + index * 16 + 8, IOVA + HEADER_BUFFERS + index * HEADER_STRIDE);
    }
}
