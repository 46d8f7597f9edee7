package io.vfnic.server.transport;

import java.net.SocketAddress;
import java.util.function.BiFunction;

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
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.posix.UnixSockets;

/** Listens on a Unix socket, and makes a channel of each client. Closing it removes the socket's file. */
public final class UnixServerChannel extends AbstractChannel implements ServerChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final int ACCEPTS_PER_EVENT = 16;

    private final ListeningSocket listening;
    private final BiFunction<Channel, Fd, Channel> children;
    private final FileDescriptor nettyFd;
    private final DomainSocketAddress address;
    private final EpollRegistration epoll = new EpollRegistration(EpollIoOps.EPOLLERR);
    private final ChannelConfig config = new Config();

    /** @param listening owned by this channel from now on. */
    public UnixServerChannel(ListeningSocket listening) {
        this(listening, UnixChannel::new);
    }

    /**
     * @param listening owned by this channel from now on.
     * @param children  makes the channel of a client, whose non-blocking socket it owns then; gets this channel as
     *                  well.
     */
    public UnixServerChannel(ListeningSocket listening, BiFunction<Channel, Fd, Channel> children) {
        super(null);
        this.listening = listening;
        this.children = children;
        this.nettyFd = new FileDescriptor(listening.fd().number());
        this.address = new DomainSocketAddress(listening.path().toString());
    }

    private final class Config extends DefaultChannelConfig {
        Config() {
            super(UnixServerChannel.this);
        }

        @Override
        protected void autoReadCleared() {
            if (isRegistered() && eventLoop().inEventLoop()) {
                epoll.remove(EpollIoOps.EPOLLIN);
            }
        }
    }

    private final class AcceptUnsafe extends AbstractUnsafe implements EpollIoHandle {
        @Override
        public FileDescriptor fd() {
            return nettyFd;
        }

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a listening socket does not connect"));
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            accept();
        }

        @Override
        public void close() {
            close(voidPromise());
        }
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTS_PER_EVENT && isOpen() && epoll.waitsFor(EpollIoOps.EPOLLIN); i++) {
                Fd client = UnixSockets.accept(listening.fd());
                if (client == null) {
                    break;
                }
                pipeline().fireChannelRead(children.apply(this, client));
            }
            pipeline().fireChannelReadComplete();
        } catch (PosixException e) {
            // Out of descriptors, most likely: Netty's acceptor pauses for a second and tries again.
            pipeline().fireExceptionCaught(e);
        }
    }

    @Override
    protected void doBeginRead() {
        epoll.add(EpollIoOps.EPOLLIN);
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        epoll.register(eventLoop(), (EpollIoHandle)unsafe(), true, promise);
    }

    @Override
    protected void doDeregister() {
        epoll.cancel();
    }

    @Override
    protected void doClose() {
        epoll.cancel();
        listening.close();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AcceptUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return EpollRegistration.isCompatible(loop);
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("the socket is bound already");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        throw new UnsupportedOperationException("a listening socket does not send");
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return listening.fd().isOpen();
    }

    @Override
    public boolean isActive() {
        return isOpen();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return null;
    }
}
