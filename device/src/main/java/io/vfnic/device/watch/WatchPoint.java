package io.vfnic.device.watch;

import io.vfnic.device.frame.FrameView;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.concurrent.NanoClock;

/**
 * Where what concerns one function, or the uplink, is recorded. Any thread may record; a recorder asks {@link #wants}
 * first, so that what nobody reads costs that branch. Recording takes no lock and allocates nothing but what an event's
 * text takes; a reader whose buffer is full loses the record and counts it.
 */
public final class WatchPoint {
    private static final WatchReader[] NOBODY = {};

    private final int index;
    private final NanoClock clock;
    private final AtomicLongArray events = new AtomicLongArray(WatchEvent.values().length);
    private final AtomicLongArray messages = new AtomicLongArray(2);
    private volatile WatchReader[] readers = NOBODY;
    private volatile int wanted;

    WatchPoint(int index, NanoClock clock) {
        this.index = index;
        this.clock = clock;
    }

    /** A point that nobody can read, for parts of a card that are not in one. */
    public static WatchPoint unread() {
        return new WatchPoint(0, () -> 0);
    }

    /** Whether there is a reader for records of this kind. */
    public boolean wants(WatchKind kind) {
        return (wanted & kind.bit()) != 0;
    }

    /** The clock that records are stamped with, nanoseconds. */
    public long now() {
        return clock.nanoTime();
    }

    /** The point's number, see {@link Watch}. */
    public int index() {
        return index;
    }

    void readers(Collection<WatchReader> all) {
        final WatchReader[] mine =
            all.stream().filter(reader -> (reader.filter().functions() & 1 << index) != 0).toArray(WatchReader[]::new);
        int kinds = 0;
        for (WatchReader reader : mine) {
            kinds |= reader.filter().kinds();
        }
        readers = mine;
        wanted = kinds;
    }

    /**
     * An access to a register.
     *
     * @param block of the register, 0 to 31.
     * @param flags of {@link WatchRecord#WRITE} and {@link WatchRecord#UNDECLARED}.
     */
    public void register(int block, int offset, int value, int flags) {
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.REGISTER) && reader.filter().wantsBlock(block)) {
                reader.register(now, index, offset, value, flags);
            }
        }
    }

    /**
     * A message in a mailbox, or that it was read. The point is the VF's.
     *
     * @param flags of {@link WatchRecord#FROM_PF} and {@link WatchRecord#ACKNOWLEDGED}.
     * @param words the mailbox' 16 dwords.
     */
    public void mailbox(int flags, int[] words) {
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.MAILBOX)) {
                reader.mailbox(now, index, flags, words);
            }
        }
    }

    /**
     * A descriptor was fetched or written back.
     *
     * @param flags      of {@link WatchRecord#TRANSMIT}, {@link WatchRecord#WRITTEN_BACK} and {@link
     *                   WatchRecord#LEGACY}.
     * @param queue      as the function numbers it.
     * @param descriptor index in the ring.
     */
    public void descriptor(int flags, int queue, int descriptor, long low, long high) {
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.DESCRIPTOR)) {
                reader.descriptor(now, index, flags, queue, descriptor, low, high);
            }
        }
    }

    /**
     * An interrupt was raised.
     *
     * @param vector of the function; {@link WatchRecord#LEGACY_VECTOR} for that of INTx and MSI.
     */
    public void interrupt(int vector) {
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.INTERRUPT)) {
                reader.interrupt(now, index, vector);
            }
        }
    }

    /**
     * A frame.
     *
     * @param incoming    whether the function (or the wire's far side) gets it, rather than sends it.
     * @param verdict     see {@link Verdict}.
     * @param vlanControl the outermost tag, which the view is without; negative for none.
     */
    public void frame(boolean incoming, int verdict, FrameView view, int vlanControl) {
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.FRAME)) {
                reader.frame(now, index, incoming, verdict, view, vlanControl);
            }
        }
    }

    /**
     * How often an event has happened, whoever reads; of those that are told once in a while only, how often they were.
     */
    public long count(WatchEvent event) {
        return events.get(event.ordinal());
    }

    /** Counts a message in the mailbox of the VF whose point this is. */
    public void countMessage(boolean fromPf) {
        messages.incrementAndGet(fromPf ? 1 : 0);
    }

    /** How many messages the VF or its PF has sent in their mailbox, whoever reads. */
    public long messages(boolean fromPf) {
        return messages.get(fromPf ? 1 : 0);
    }

    /** An event; what the numbers and the text mean, the event says. */
    public void event(WatchEvent event, long first, long second, String text) {
        events.incrementAndGet(event.ordinal());
        if (!wants(WatchKind.EVENT)) {
            return;
        }
        final long now = clock.nanoTime();
        for (WatchReader reader : readers) {
            if (reader.filter().wants(WatchKind.EVENT)) {
                reader.event(now, index, event, first, second, text);
            }
        }
    }

    /** An event of which there is nothing more to say. */
    public void event(WatchEvent event) {
        event(event, 0, 0, "");
    }
}
