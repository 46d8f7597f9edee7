package io.vfnic.server.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.UnixSockets;

/**
 * A connected Unix socket that receives bytes with their descriptors in one recvmsg, and sends each
 * {@link OutboundFrame} with one sendmsg: QEMU takes a header that arrives in two pieces for the end of the
 * connection. What a full socket does not take is sent when there is room again.
 */
public final class UnixChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final int RECEIVE_CAPACITY = 64 * 1024;
    private static final int DISCARD_CAPACITY = 4 * 1024;
    /** Receives in a row before other connections of this event loop have their turn. */
    private static final int RECEIVES_PER_EVENT = 16;
    private static final int MAX_IOVECS = 1;
    private static final int MAX_FDS = 16;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final Fd socket;
    private final FileDescriptor nettyFd;
    private final int peerProcess;
    private final EpollRegistration epoll = new EpollRegistration(EpollIoOps.EPOLLRDHUP);
    private final MessageReceiver receiver = new MessageReceiver();
    private final MessageSender sender = new MessageSender(MAX_IOVECS, MAX_FDS);
    private final ByteBuffer receiveMemory = ByteBuffer.allocateDirect(RECEIVE_CAPACITY);
    private final long receiveAddress = BufferUtil.address(receiveMemory);
    private final Chunk chunk = new Chunk(new UnsafeBuffer(receiveMemory), receiver);
    private final OutboundFramePool frames = new OutboundFramePool();
    private final ChannelConfig config = new Config();
    private final ReceiveCoalescing coalescing;
    /** Null where there are no pauses. */
    private PauseTimer pauseTimer;
    private boolean wantsToRead;
    private boolean pausing;
    private boolean answered;
    private long unjudgedBytes;

    /**
     * @param parent the listening channel, or null.
     * @param socket connected and non-blocking; owned by this channel from now on.
     */
    public UnixChannel(Channel parent, Fd socket) {
        this(parent, socket, 0);
    }

    /**
     * @param parent   the listening channel, or null.
     * @param socket   connected and non-blocking; owned by this channel from now on.
     * @param maxPause nanoseconds for which the socket may be left unread where the other end sends a great many
     *                 messages that need no answer; 0 for never, as an event loop that polls must have it.
     */
    public UnixChannel(Channel parent, Fd socket, long maxPause) {
        super(parent);
        this.coalescing = new ReceiveCoalescing(maxPause);
        this.socket = socket;
        this.nettyFd = new FileDescriptor(socket.number());
        this.peerProcess = peerProcess(socket);
    }

    /** Where the frames to be written to this channel come from; for its event loop only. */
    public OutboundFramePool frames() {
        return frames;
    }

    /**
     * The process at the other end, as it was when it connected, also when the connection is closed; 0 where that is in
     * a namespace that this one cannot look into.
     */
    public int peerProcess() {
        return peerProcess;
    }

    private static int peerProcess(Fd socket) {
        try {
            return UnixSockets.peer(socket).pid();
        } catch (PosixException e) {
            // No connection any more: it is closed as soon as it is read.
            return 0;
        }
    }

    private final class Config extends DefaultChannelConfig {
        Config() {
            super(UnixChannel.this);
            setMessageSizeEstimator(FrameSize.ESTIMATOR);
            setWriteBufferWaterMark(WATER_MARK);
        }

        @Override
        protected void autoReadCleared() {
            if (isRegistered() && eventLoop().inEventLoop()) {
                wantsToRead = false;
                epoll.remove(EpollIoOps.EPOLLIN);
            }
        }
    }

    private static final class FrameSize implements MessageSizeEstimator, MessageSizeEstimator.Handle {
        static final FrameSize ESTIMATOR = new FrameSize();

        @Override
        public Handle newHandle() {
            return this;
        }

        @Override
        public int size(Object message) {
            return ((OutboundFrame)message).length();
        }
    }

    private final class SocketUnsafe extends AbstractUnsafe implements PolledHandle {
        @Override
        public FileDescriptor fd() {
            return nettyFd;
        }

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("the socket is connected already"));
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            EpollIoOps ready = ((EpollIoEvent)event).ops();
            if (ready.contains(EpollIoOps.EPOLLOUT) && isOpen()) {
                epoll.remove(EpollIoOps.EPOLLOUT);
                super.flush0();
            }
            if (!isOpen()) {
                return;
            }
            if (wantsToRead) {
                // In a pause this is the end of the connection, before which there may be messages.
                receive();
            } else if (ready.contains(EpollIoOps.EPOLLRDHUP) || ready.contains(EpollIoOps.EPOLLERR)) {
                // The client is gone while we do not read: nobody is left to answer what it may have sent.
                close(voidPromise());
            }
        }

        @Override
        public boolean poll() {
            return wantsToRead && receive();
        }

        @Override
        public boolean isPollable() {
            return isOpen();
        }

        @Override
        protected void flush0() {
            // While the socket is full, only EPOLLOUT may resume sending.
            if (!epoll.waitsFor(EpollIoOps.EPOLLOUT)) {
                super.flush0();
            }
        }

        @Override
        public void close() {
            close(voidPromise());
        }
    }

    /** Returns whether there was anything, be it the end. */
    private boolean receive() {
        boolean received = false;
        for (int i = 0; i < RECEIVES_PER_EVENT && isOpen() && wantsToRead; i++) {
            int result = receiver.receive(socket, receiveAddress, RECEIVE_CAPACITY);
            if (result == -PosixErrno.EAGAIN) {
                break;
            }
            if (result <= 0) {
                // The end of the stream, or a connection that the client reset: both say that it is gone.
                unsafe().close(unsafe().voidPromise());
                return true;
            }
            received = true;
            unjudgedBytes += result;
            pipeline().fireChannelRead(chunk.length(result));
            if (result < RECEIVE_CAPACITY && !chunk.hasFds()) {
                break;
            }
        }
        if (received && isOpen()) {
            pipeline().fireChannelReadComplete();
            if (coalescing.isOn() && !pausing && isOpen()) {
                pauseIfWorthwhile();
            }
        }
        return received;
    }

    private void pauseIfWorthwhile() {
        long pause = coalescing.pauseAfter(unjudgedBytes, answered, System.nanoTime());
        unjudgedBytes = 0;
        answered = false;
        if (pause == 0) {
            if (wantsToRead) {
                epoll.add(EpollIoOps.EPOLLIN);
            }
        } else if (wantsToRead) {
            pausing = true;
            epoll.remove(EpollIoOps.EPOLLIN);
            pauseTimer.arm(pause);
        }
    }

    /** Reads before the pause is over: where the next one follows, epoll is told of neither. */
    private void endPause() {
        if (isOpen() && wantsToRead) {
            receive();
        }
        pausing = false;
        if (isOpen()) {
            pauseIfWorthwhile();
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        for (OutboundFrame frame = (OutboundFrame)out.current(); frame != null; frame = (OutboundFrame)out.current()) {
            int result = frame.sendTo(sender, socket);
            if (result == -PosixErrno.EAGAIN) {
                epoll.add(EpollIoOps.EPOLLOUT);
                return;
            }
            answered = true;
            if (result < 0) {
                throw new IOException("the client does not take messages any more: errno " + -result);
            }
            out.progress(result);
            if (frame.isSent()) {
                out.remove();
            }
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof OutboundFrame) {
            return message;
        }
        throw new UnsupportedOperationException("cannot send a " + message.getClass().getName());
    }

    @Override
    protected void doBeginRead() {
        wantsToRead = true;
        if (!pausing) {
            epoll.add(EpollIoOps.EPOLLIN);
        }
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        if (coalescing.isOn()) {
            try {
                pauseTimer = PauseTimer.create(eventLoop(), this::endPause);
            } catch (PosixException e) {
                promise.setFailure(e);
                return;
            }
        }
        epoll.register(eventLoop(), (EpollIoHandle)unsafe(), true, promise);
    }

    @Override
    protected void doDeregister() {
        epoll.cancel();
    }

    @Override
    protected void doClose() {
        epoll.cancel();
        if (pauseTimer != null) {
            pauseTimer.close();
        }
        if (socket.isOpen()) {
            discardReceived();
        }
        socket.close();
        receiver.close();
        sender.close();
    }

    /**
     * Takes what the client has sent and nobody has read off the socket, after which it can send no more. Else the
     * kernel would tell the client of a reset connection instead of its end, and QEMU (11.1) aborts on that: it then
     * sets the error of a read that has failed twice.
     */
    private void discardReceived() {
        try {
            UnixSockets.shutdown(socket);
        } catch (PosixException e) {
            // Not connected any more: nobody is left to be told anything.
            return;
        }
        // Memory of its own: the decoder that closes this channel may still be in the midst of a chunk.
        ByteBuffer unread = ByteBuffer.allocateDirect(DISCARD_CAPACITY);
        int result;
        do {
            result = receiver.receive(socket, BufferUtil.address(unread), DISCARD_CAPACITY);
        } while (result > 0);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new SocketUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return EpollRegistration.isCompatible(loop);
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("the socket is connected already");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public boolean isActive() {
        return socket.isOpen();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected SocketAddress localAddress0() {
        return parent() == null ? null : parent().localAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return null;
    }
}
