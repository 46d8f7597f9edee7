package io.vfnic.server.session;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import io.vfnic.device.spi.MessageDma;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.dma.DmaAccess;
import io.vfnic.protocol.dma.DmaAccessLayout;
import io.vfnic.server.transport.Frame;
import io.vfnic.server.transport.OutboundFrame;

/**
 * Guest memory by DMA_READ and DMA_WRITE messages to the client. An engine agent calls {@link #read} and
 * {@link #write} and waits; the event loop sends the requests and takes the replies. The lock between the two is held
 * for copies only, never while waiting.
 * <p>
 * A transfer goes in chunks of at most 32 KiB, four of them under way at most: QEMU cuts a reply that its socket buffer
 * has no room for. Which of the two message layouts the client speaks is asked once, by a write of no bytes, before the
 * first transfer.
 */
final class MessageDmaClient implements MessageDma {
    /** Most bytes of guest memory in one message. */
    static final int MAX_CHUNK = 32 * 1024;
    /** Most requests that wait for their replies. */
    static final int WINDOW = 4;
    private static final int PROBE = -1;

    /** A request on its way; kept until its reply comes, even if nobody waits for it any more. */
    private static final class Request {
        private boolean pending;
        private int id;
        private long transfer;
        private int offset;
        private int length;
    }

    /** How the client's connection takes messages; called on its event loop. */
    interface Outlet {
        OutboundFrame allocate(int length);

        void request(OutboundFrame frame);
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private final Executor eventLoop;
    private final Outlet outlet;
    private final long timeoutNanos;
    private final int maxChunk;
    private final Request[] requests = new Request[WINDOW];
    private final MessageHeader header = new MessageHeader();
    private final DmaAccess access = new DmaAccess();
    private final Runnable pump = this::pump;
    private int nextId;
    private DmaAccessLayout layout;
    private boolean suspended;
    private boolean closed;

    /** The transfer under way. */
    private boolean active;
    private boolean failed;
    private long transfer;
    private boolean isRead;
    private long iova;
    private MutableDirectBuffer destination;
    private DirectBuffer source;
    private int index;
    private int length;
    private int sent;
    private int completed;

    /** @param clientMaxTransfer the client's {@code max_data_xfer_size} in bytes. */
    MessageDmaClient(Executor eventLoop, Outlet outlet, long clientMaxTransfer, long timeoutNanos) {
        this.eventLoop = eventLoop;
        this.outlet = outlet;
        this.timeoutNanos = timeoutNanos;
        this.maxChunk = (int)Math.min(MAX_CHUNK, clientMaxTransfer);
        for (int i = 0; i < WINDOW; i++) {
            requests[i] = new Request();
        }
    }

    @Override
    public boolean read(long from, MutableDirectBuffer to, int toIndex, int bytes) {
        return transfer(true, from, to, to, toIndex, bytes);
    }

    @Override
    public boolean write(long to, DirectBuffer from, int fromIndex, int bytes) {
        return transfer(false, to, null, from, fromIndex, bytes);
    }

    private boolean transfer(
        boolean reads, long address, MutableDirectBuffer to, DirectBuffer from, int bufferIndex, int bytes) {
        if (bytes == 0) {
            return true;
        }
        lock.lock();
        if (closed || suspended || active) {
            lock.unlock();
            return false;
        }
        try {
            active = true;
            failed = false;
            transfer++;
            isRead = reads;
            iova = address;
            destination = to;
            source = from;
            index = bufferIndex;
            length = bytes;
            sent = 0;
            completed = 0;
            eventLoop.execute(pump);
            return await();
        } catch (RejectedExecutionException e) {
            return false;
        } finally {
            active = false;
            destination = null;
            source = null;
            lock.unlock();
        }
    }

    private boolean await() {
        long remaining = timeoutNanos;
        try {
            while (!failed && completed < length && remaining > 0) {
                remaining = finished.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !failed && completed == length;
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            suspended = true;
            fail();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resume() {
        lock.lock();
        try {
            suspended = false;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone: every call fails from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            fail();
        } finally {
            lock.unlock();
        }
    }

    private void fail() {
        failed = true;
        finished.signalAll();
    }

    /** Sends what the window allows. On the event loop. */
    private void pump() {
        lock.lock();
        try {
            if (layout == null) {
                if (active && !failed && !isProbing()) {
                    sendProbe();
                }
                return;
            }
            while (active && !failed && sent < length) {
                Request request = freeRequest();
                if (request == null) {
                    return;
                }
                sendChunk(request);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isProbing() {
        for (Request request : requests) {
            if (request.pending && request.offset == PROBE) {
                return true;
            }
        }
        return false;
    }

    private Request freeRequest() {
        for (Request request : requests) {
            if (!request.pending) {
                return request;
            }
        }
        return null;
    }

    private void sendProbe() {
        OutboundFrame frame = prepare(requests[0], Command.DMA_WRITE, PROBE, 0);
        access.wrap(frame.buffer(), MessageHeader.LENGTH, DmaAccess.MIN_LENGTH, DmaAccessLayout.SPECIFICATION)
            .encode(0, 0);
        outlet.request(frame);
    }

    private void sendChunk(Request request) {
        int chunk = Math.min(maxChunk, length - sent);
        OutboundFrame frame = prepare(request, isRead ? Command.DMA_READ : Command.DMA_WRITE, sent, chunk);
        int payload = isRead ? DmaAccess.MIN_LENGTH : DmaAccess.lengthWith(chunk);
        access.wrap(frame.buffer(), MessageHeader.LENGTH, payload, layout).encode(iova + sent, chunk);
        if (!isRead) {
            // The legacy layout ends in spare bytes that must not carry what an earlier message left there.
            int spare = DmaAccess.MIN_LENGTH - layout.dataOffset();
            frame.buffer().setMemory(frame.length() - spare, spare, (byte)0);
            frame.buffer().putBytes(MessageHeader.LENGTH + layout.dataOffset(), source, index + sent, chunk);
        }
        sent += chunk;
        outlet.request(frame);
    }

    private OutboundFrame prepare(Request request, Command command, int offset, int bytes) {
        request.pending = true;
        request.id = nextId++ & 0xFFFF;
        request.transfer = transfer;
        request.offset = offset;
        request.length = bytes;
        int payload = command == Command.DMA_READ ? DmaAccess.MIN_LENGTH : DmaAccess.lengthWith(bytes);
        OutboundFrame frame = outlet.allocate(MessageHeader.LENGTH + payload);
        header.wrap(frame.buffer(), 0).encodeCommand(request.id, command, payload);
        return frame;
    }

    /** A reply of the client. One that belongs to no request is ignored. On the event loop. */
    void onReply(Frame frame) {
        lock.lock();
        try {
            for (Request request : requests) {
                if (request.pending && request.id == frame.header().id()) {
                    request.pending = false;
                    complete(request, frame);
                    break;
                }
            }
        } finally {
            lock.unlock();
        }
        pump();
    }

    private void complete(Request request, Frame frame) {
        boolean isError = frame.header().isError();
        if (request.offset == PROBE) {
            // Only a client that is not QEMU refuses it: it should follow the specification then.
            layout = isError ? DmaAccessLayout.SPECIFICATION :
                DmaAccessLayout.ofProbeReply(frame.header().size());
            return;
        }
        if (!active || failed || request.transfer != transfer) {
            return;
        }
        int dataAt = MessageHeader.LENGTH + layout.dataOffset();
        if (isError || isRead && frame.buffer().capacity() < dataAt + request.length) {
            fail();
            return;
        }
        if (isRead) {
            destination.putBytes(index + request.offset, frame.buffer(), dataAt, request.length);
        }
        completed += request.length;
        if (completed == length) {
            finished.signalAll();
        }
    }
}
