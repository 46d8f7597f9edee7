package io.vfnic.testkit.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.dma.DmaAccess;
import io.vfnic.protocol.dma.DmaAccessLayout;
import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers the server's DMA_READ and DMA_WRITE as a QEMU does: in the layout it is set to, with E2BIG for more data than
 * allowed, ENODEV for an address that is not RAM and ENOSYS for anything else.
 */
public final class DmaResponder {
    private final List<GuestMemory> memories = new CopyOnWriteArrayList<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger largest = new AtomicInteger();
    private volatile DmaAccessLayout layout = DmaAccessLayout.SPECIFICATION;
    private volatile Errno failure = Errno.OK;

    DmaResponder() {
    }

    /** Sets the layout in which to answer; the specification's unless set. */
    public void layout(DmaAccessLayout newLayout) {
        layout = newLayout;
    }

    /** Makes memory reachable. */
    public void add(GuestMemory memory) {
        memories.add(memory);
    }

    /** Makes memory unreachable. */
    public void remove(GuestMemory memory) {
        memories.remove(memory);
    }

    /** Makes every access of more than no bytes fail, until set to {@link Errno#OK}. */
    public void failWith(Errno errno) {
        failure = errno;
    }

    /** How many reads of more than no bytes were answered. */
    public int reads() {
        return reads.get();
    }

    /** How many writes of more than no bytes were answered. */
    public int writes() {
        return writes.get();
    }

    /** The most bytes that one access asked for. */
    public int largestAccess() {
        return largest.get();
    }

    /** The whole reply to a command of the server. */
    byte[] answer(Message command) {
        if (command.commandNumber() == Command.DMA_READ.number()) {
            return read(command);
        }
        if (command.commandNumber() == Command.DMA_WRITE.number()) {
            return write(command);
        }
        return error(command, Errno.ENOSYS);
    }

    private byte[] read(Message command) {
        if (command.payload().length < DmaAccess.MIN_LENGTH) {
            return error(command, Errno.EINVAL);
        }
        DmaAccess request = new DmaAccess().wrap(command.buffer(), 0, DmaAccess.MIN_LENGTH, layout);
        long address = request.address();
        long count = request.count();
        Errno errno = check(address, count, ProtocolLimits.MAX_DATA_TRANSFER);
        if (errno != Errno.OK) {
            return error(command, errno);
        }
        int length = DmaAccess.lengthWith((int)count);
        byte[] reply = reply(command, length);
        UnsafeBuffer buffer = new UnsafeBuffer(reply, MessageHeader.LENGTH, length);
        DmaAccess payload = new DmaAccess().wrap(buffer, 0, length, layout).encode(address, (int)count);
        if (count > 0) {
            GuestMemory memory = memoryOf(address, count);
            buffer.putBytes(payload.dataOffset(), memory.buffer(), (int)(address - memory.iova()), (int)count);
            reads.incrementAndGet();
        }
        return reply;
    }

    private byte[] write(Message command) {
        if (command.payload().length < DmaAccess.MIN_LENGTH) {
            return error(command, Errno.EINVAL);
        }
        DmaAccess request = new DmaAccess().wrap(command.buffer(), 0, command.payload().length, layout);
        long address = request.address();
        long count = request.count();
        Errno errno = check(address, count, command.payload().length - DmaAccess.MIN_LENGTH);
        if (errno != Errno.OK) {
            return error(command, errno);
        }
        if (count > 0) {
            GuestMemory memory = memoryOf(address, count);
            memory.buffer().putBytes(
                (int)(address - memory.iova()), command.buffer(), request.dataOffset(), (int)count);
            writes.incrementAndGet();
        }
        byte[] reply = reply(command, layout.writeReplyLength());
        if (layout.writeReplyLength() > 0) {
            UnsafeBuffer buffer = new UnsafeBuffer(reply, MessageHeader.LENGTH, layout.writeReplyLength());
            new DmaAccess().wrap(buffer, 0, layout.writeReplyLength(), layout).encode(address, (int)count);
        }
        return reply;
    }

    private Errno check(long address, long count, long most) {
        if (count < 0 || count > most) {
            return Errno.E2BIG;
        }
        if (count == 0) {
            return Errno.OK;
        }
        largest.accumulateAndGet((int)count, Math::max);
        if (failure != Errno.OK) {
            return failure;
        }
        return memoryOf(address, count) == null ? Errno.ENODEV : Errno.OK;
    }

    private GuestMemory memoryOf(long address, long count) {
        for (GuestMemory memory : memories) {
            if (memory.contains(address, count)) {
                return memory;
            }
        }
        return null;
    }

    private static byte[] reply(Message command, int payloadLength) {
        byte[] reply = new byte[MessageHeader.LENGTH + payloadLength];
        new MessageHeader().wrap(new UnsafeBuffer(reply), 0)
            .encodeReply(command.id(), command.commandNumber(), payloadLength);
        return reply;
    }

    private static byte[] error(Message command, Errno errno) {
        byte[] reply = new byte[MessageHeader.LENGTH];
        new MessageHeader().wrap(new UnsafeBuffer(reply), 0)
            .encodeError(command.id(), command.commandNumber(), errno);
        return reply;
    }
}
