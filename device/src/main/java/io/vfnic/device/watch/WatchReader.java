package io.vfnic.device.watch;

import io.vfnic.device.frame.FrameView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Somebody who watches a card: a bounded buffer of records, which any thread fills and one thread drains. Nobody waits
 * for the reader: what finds no room is lost, and counted.
 */
public final class WatchReader implements AutoCloseable {
    private static final int MAX_TEXT = 512;
    private static final int ADDRESSES_LENGTH = 12;
    private static final int TAG_LENGTH = 4;
    private static final short TAG_TYPE = (short)0x8100;

    private final WatchFilter filter;
    private final ManyToOneRingBuffer ring;
    private final Consumer<WatchReader> onClose;
    private final AtomicLong lost = new AtomicLong();
    private final MessageHandler handler = this::onRecord;
    private final WatchRecord record = new WatchRecord();
    private Consumer<WatchRecord> consumer;

    WatchReader(WatchFilter filter, int capacity, Consumer<WatchReader> onClose) {
        this.filter = filter;
        this.onClose = onClose;
        this.ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(capacity + RingBufferDescriptor.TRAILER_LENGTH)));
    }

    /** Bytes that wait at the most. */
    int capacity() {
        return ring.capacity();
    }

    /** What is recorded. */
    public WatchFilter filter() {
        return filter;
    }

    /**
     * Takes records in the order in which they were made.
     *
     * @param consumer gets each; the record is valid during the call.
     * @param limit    records at the most.
     * @return how many were taken.
     */
    public int drain(Consumer<WatchRecord> consumer, int limit) {
        this.consumer = consumer;
        final int taken = ring.read(handler, limit);
        // At the end of the buffer a read may find nothing but padding.
        return taken > 0 ? taken : ring.read(handler, limit);
    }

    /** Records that found no room since this was last asked. */
    public long takeLost() {
        return lost.getAndSet(0);
    }

    /** Nothing more is recorded; what is in the buffer can still be drained. */
    @Override
    public void close() {
        onClose.accept(this);
    }

    private void onRecord(int type, MutableDirectBuffer buffer, int index, int length) {
        consumer.accept(record.wrap(type, buffer, index, length));
    }

    void register(long now, int function, int offset, int value, int flags) {
        final int index = claim(WatchKind.REGISTER, WatchRecord.REGISTER_LENGTH, now, function, flags);
        if (index > 0) {
            final AtomicBuffer buffer = ring.buffer();
            buffer.putInt(index + WatchRecord.REGISTER_OFFSET, offset);
            buffer.putInt(index + WatchRecord.VALUE_OFFSET, value);
            ring.commit(index);
        }
    }

    void mailbox(long now, int function, int flags, int[] words) {
        final int index = claim(WatchKind.MAILBOX,
            WatchRecord.WORDS_OFFSET + words.length * Integer.BYTES, now, function, flags);
        if (index > 0) {
            for (int i = 0; i < words.length; i++) {
                ring.buffer().putInt(index + WatchRecord.WORDS_OFFSET + i * Integer.BYTES, words[i]);
            }
            ring.commit(index);
        }
    }

    void descriptor(long now, int function, int flags, int queue, int descriptor, long low, long high) {
        final int index = claim(WatchKind.DESCRIPTOR, WatchRecord.DESCRIPTOR_LENGTH, now, function, flags);
        if (index > 0) {
            final AtomicBuffer buffer = ring.buffer();
            buffer.putInt(index + WatchRecord.QUEUE_OFFSET, queue);
            buffer.putInt(index + WatchRecord.INDEX_OFFSET, descriptor);
            buffer.putLong(index + WatchRecord.LOW_OFFSET, low);
            buffer.putLong(index + WatchRecord.HIGH_OFFSET, high);
            ring.commit(index);
        }
    }

    void interrupt(long now, int function, int vector) {
        final int index = claim(WatchKind.INTERRUPT, WatchRecord.INTERRUPT_LENGTH, now, function, 0);
        if (index > 0) {
            ring.buffer().putInt(index + WatchRecord.VECTOR_OFFSET, vector);
            ring.commit(index);
        }
    }

    void frame(long now, int function, boolean incoming, int verdict, FrameView view, int vlanControl) {
        final boolean tagged = vlanControl >= 0 && view.length() >= ADDRESSES_LENGTH;
        final int whole = view.length() + (tagged ? TAG_LENGTH : 0);
        final int length = Math.min(whole, filter.snapshot());
        final int index = claim(WatchKind.FRAME, WatchRecord.BYTES_OFFSET + length, now, function,
            incoming ? WatchRecord.INCOMING : 0);
        if (index <= 0) {
            return;
        }
        boolean copied = false;
        try {
            final AtomicBuffer buffer = ring.buffer();
            buffer.putInt(index + WatchRecord.VERDICT_OFFSET, verdict);
            buffer.putInt(index + WatchRecord.WHOLE_LENGTH_OFFSET, whole);
            if (tagged) {
                copyTagged(view, vlanControl, buffer, index + WatchRecord.BYTES_OFFSET, length);
            } else {
                view.copyTo(0, buffer, index + WatchRecord.BYTES_OFFSET, length);
            }
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
    }

    void event(long now, int function, WatchEvent event, long first, long second, String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(bytes.length, MAX_TEXT);
        final int index = claim(WatchKind.EVENT, WatchRecord.TEXT_OFFSET + length, now, function, event.ordinal());
        if (index > 0) {
            final AtomicBuffer buffer = ring.buffer();
            buffer.putLong(index + WatchRecord.FIRST_OFFSET, first);
            buffer.putLong(index + WatchRecord.SECOND_OFFSET, second);
            buffer.putBytes(index + WatchRecord.TEXT_OFFSET, bytes, 0, length);
            ring.commit(index);
        }
    }

    private int claim(WatchKind kind, int length, long now, int function, int flags) {
        final int index = ring.tryClaim(kind.type(), length);
        if (index > 0) {
            final AtomicBuffer buffer = ring.buffer();
            buffer.putLong(index + WatchRecord.TIME_OFFSET, now);
            buffer.putInt(index + WatchRecord.FUNCTION_OFFSET, function);
            buffer.putInt(index + WatchRecord.FLAGS_OFFSET, flags);
        } else {
            lost.getAndIncrement();
        }
        return index;
    }

    private static void copyTagged(FrameView view, int vlanControl, AtomicBuffer buffer, int index, int length) {
        view.copyTo(0, buffer, index, Math.min(length, ADDRESSES_LENGTH));
        if (length >= ADDRESSES_LENGTH + TAG_LENGTH) {
            buffer.putShort(index + ADDRESSES_LENGTH, TAG_TYPE, ByteOrder.BIG_ENDIAN);
            buffer.putShort(index + ADDRESSES_LENGTH + Short.BYTES, (short)vlanControl, ByteOrder.BIG_ENDIAN);
            view.copyTo(ADDRESSES_LENGTH, buffer, index + ADDRESSES_LENGTH + TAG_LENGTH,
                length - ADDRESSES_LENGTH - TAG_LENGTH);
        }
    }
}
