package io.vfnic.device.memory;

import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.MessageDma;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An agent's access to one guest's memory: every address and length that comes from the guest is checked here.
 * <p>
 * Used by one thread, the agent that owns the function. It holds one map from one {@link #refresh()} to the next.
 */
public final class DmaView {
    /** The device reads. */
    public static final int READ = 1;
    /** The device writes. */
    public static final int WRITE = 2;

    private final GuestMemory memory;
    private final UnsafeBuffer piece = new UnsafeBuffer(0, 0);
    private IovaMap map = IovaMap.EMPTY;
    private MemoryRange last;
    private boolean messagesAllowed;
    private boolean messagesWanted;

    /** A view that sees nothing until the first {@link #refresh()}. */
    public DmaView(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Takes up the map as it is now.
     *
     * @return whether it differs from the one held before: addresses learned from that one are void.
     */
    public boolean refresh() {
        final IovaMap current = memory.current();
        if (current == map) {
            return false;
        }
        map = current;
        last = null;
        messagesWanted = false;
        return true;
    }

    /**
     * Whether accesses may go to message-backed ranges, which blocks the agent for a round trip: only on an agent that
     * serves this function alone.
     */
    public void allowMessages(boolean allowed) {
        messagesAllowed = allowed;
        messagesWanted = false;
    }

    /**
     * Says that accesses to an address are to come: where they will need messages, they are wanted before the first one
     * fails for want of them.
     */
    public void expectAccess(long iova) {
        final MemoryRange range = find(iova, READ);
        if (range != null && range.isMessageBacked()) {
            messages();
        }
    }

    /**
     * Whether an access has failed, or one that is expected will fail, only because the range is message-backed and
     * messages are not allowed here.
     */
    public boolean areMessagesWanted() {
        return messagesWanted;
    }

    /**
     * Where a part of guest memory lies in this process.
     *
     * @param length in bytes, at least 1.
     * @param access {@link #READ} or {@link #WRITE}.
     * @return the address, or 0 where the part is not wholly inside one range that is mapped here and allows the
     *         access.
     */
    public long address(long iova, int length, int access) {
        final MemoryRange range = find(iova, access);
        if (range == null || range.isMessageBacked()) {
            return 0;
        }
        final long offset = iova - range.iova();
        return length <= range.size() - offset ? range.address() + offset : 0;
    }

    /**
     * How many bytes from the address on lie in one range, up to {@code length}; 0 where there is no range with that
     * access.
     */
    public int contiguous(long iova, int length, int access) {
        final MemoryRange range = find(iova, access);
        return range == null ? 0 : (int)Math.min(length, range.size() - (iova - range.iova()));
    }

    /** Whether a part of guest memory lies wholly in ranges that the device may read and write. */
    public boolean isMapped(long iova, int length) {
        int done = 0;
        while (done < length) {
            final int part = Math.min(contiguous(iova + done, length - done, READ),
                contiguous(iova + done, length - done, WRITE));
            if (part == 0) {
                return false;
            }
            done += part;
        }
        return true;
    }

    /**
     * Copies guest memory out; the part may span ranges.
     *
     * @return whether all of it was readable.
     */
    public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
        int done = 0;
        while (done < length) {
            final long from = iova + done;
            final int part = contiguous(from, length - done, READ);
            if (part == 0) {
                return false;
            }
            final long address = address(from, part, READ);
            if (address != 0) {
                piece.wrap(address, part);
                destination.putBytes(index + done, piece, 0, part);
            } else {
                final MessageDma messages = messages();
                if (messages == null || !messages.read(from, destination, index + done, part)) {
                    return false;
                }
            }
            done += part;
        }
        return true;
    }

    /**
     * Copies into guest memory; the part may span ranges.
     *
     * @return whether all of it was written; false may leave a part written.
     */
    public boolean write(long iova, UnsafeBuffer source, int index, int length) {
        int done = 0;
        while (done < length) {
            final long to = iova + done;
            final int part = contiguous(to, length - done, WRITE);
            if (part == 0) {
                return false;
            }
            final long address = address(to, part, WRITE);
            if (address != 0) {
                piece.wrap(address, part);
                piece.putBytes(0, source, index + done, part);
            } else {
                final MessageDma messages = messages();
                if (messages == null || !messages.write(to, source, index + done, part)) {
                    return false;
                }
            }
            done += part;
        }
        return true;
    }

    /** The way to message-backed ranges, or null where there is none or this agent may not take it. */
    private MessageDma messages() {
        final MessageDma access = memory.messageDma();
        if (messagesAllowed) {
            return access;
        }
        messagesWanted |= access != null;
        return null;
    }

    private MemoryRange find(long iova, int access) {
        MemoryRange range = last;
        if (range == null || Long.compareUnsigned(iova - range.iova(), range.size()) >= 0) {
            final int index = map.indexOf(iova);
            if (index < 0) {
                return null;
            }
            range = map.range(index);
            last = range;
        }
        return (access == READ ? range.readable() : range.writable()) ? range : null;
    }
}
