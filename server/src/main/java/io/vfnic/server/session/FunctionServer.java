package io.vfnic.server.session;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.agrona.concurrent.SystemNanoClock;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.version.TwinSocket;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.server.transport.FrameDecoder;
import io.vfnic.server.transport.ListeningSocket;
import io.vfnic.server.transport.UnixChannel;
import io.vfnic.server.transport.UnixServerChannel;

/**
 * Serves one function on one Unix socket, to one client at a time. The socket and all its connections live on one event
 * loop, which makes every call into the function's port.
 */
public final class FunctionServer {
    /**
     * What clients are told. No REGION_WRITE_MULTI: QEMU 10.1 and 10.2 then send every message through their queue of
     * batched writes.
     */
    public static final VersionCapabilities CAPABILITIES = new VersionCapabilities(16,
        ProtocolLimits.MAX_DATA_TRANSFER, 65535, 4096, false, TwinSocket.UNSUPPORTED, Optional.empty());

    /**
     * Connections at one time: the client's, its successor's and who only looks whether somebody listens. Each has
     * buffers, which one that says nothing would keep.
     */
    static final int MAX_CONNECTIONS = 4;

    private final EventLoop eventLoop;
    private final FunctionPort port;
    private final SharedPages pages;
    private final VersionCapabilities offered;
    private final EventFdWatchdog watchdog;
    private final Channel listener;
    private final Set<UnixChannel> connections = new HashSet<>();
    private final LogAllowance logAllowance = new LogAllowance(SystemNanoClock.INSTANCE);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** The session that has the function, or had it and is not done with it yet. */
    private Session holder;
    /** The session that gets the function when the holder is done with it. */
    private Session next;
    private boolean closing;

    /** What became of the wish to have the function. */
    enum Claim {
        /** The session has it. */
        TAKEN,
        /** It will be told when it has. */
        LATER,
        /** Another client has it. */
        BUSY
    }

    private FunctionServer(
        EventLoop eventLoop, ListeningSocket socket, FunctionPort port, SharedPages pages, EventFdWatchdog watchdog,
        VersionCapabilities offered, long doorbellPause)
        throws InterruptedException {
        this.eventLoop = eventLoop;
        this.port = port;
        this.pages = pages;
        this.offered = offered;
        this.watchdog = watchdog;
        this.listener = new ServerBootstrap().group(eventLoop)
            .channelFactory(() -> new UnixServerChannel(socket,
                (parent, client) -> new UnixChannel(parent, client, doorbellPause)))
            .childHandler(new ChannelInitializer<UnixChannel>() {
                @Override
                protected void initChannel(UnixChannel channel) {
                    accept(channel);
                }
            })
            .register().sync().channel();
    }

    /**
     * Listens from now on.
     *
     * @param eventLoop     of an epoll group; not to be called from.
     * @param pages         what clients may map; null for nothing. Stays the caller's to close.
     * @param watchdog      of the eventfds that clients give. Stays the caller's to close, after this.
     * @param doorbellPause nanoseconds for which doorbells may gather while there are a great many; 0 takes each at
     *                      once, as an event loop that polls must.
     * @throws IOException with a message for users, where the socket cannot be had.
     */
    public static FunctionServer start(
        EventLoop eventLoop, Path path, FunctionPort port, SharedPages pages, EventFdWatchdog watchdog,
        long doorbellPause)
        throws IOException, InterruptedException {
        return new FunctionServer(
            eventLoop, ListeningSocket.open(path), port, pages, watchdog, CAPABILITIES, doorbellPause);
    }

    static FunctionServer start(
        EventLoop eventLoop, Path path, FunctionPort port, SharedPages pages, EventFdWatchdog watchdog,
        VersionCapabilities offered)
        throws IOException, InterruptedException {
        return new FunctionServer(eventLoop, ListeningSocket.open(path), port, pages, watchdog, offered, 0);
    }

    private void accept(UnixChannel channel) {
        if (connections.size() == MAX_CONNECTIONS) {
            channel.close();
            return;
        }
        Session session = new Session(this, port, pages, offered, channel);
        connections.add(channel);
        channel.closeFuture().addListener(future -> connections.remove(channel));
        channel.pipeline().addLast(new ControlClientGuard(port.name(), logAllowance, channel), new FrameDecoder(),
            session);
    }

    /** How much is logged of the function's clients; on the event loop. */
    LogAllowance logAllowance() {
        return logAllowance;
    }

    EventFdWatchdog watchdog() {
        return watchdog;
    }

    /** How many connections there are; on the event loop. */
    int connections() {
        return connections.size();
    }

    Claim claim(Session session) {
        if (closing) {
            return Claim.BUSY;
        }
        if (holder == null || holder == session) {
            holder = session;
            return Claim.TAKEN;
        }
        if (holder.isOver() && next == null) {
            next = session;
            return Claim.LATER;
        }
        return Claim.BUSY;
    }

    /** Why a client was told {@link Claim#BUSY}, for the log. */
    String whyBusy() {
        if (closing) {
            return "the card is being stopped";
        }
        Session occupant = next == null ? holder : next;
        return occupant.describeProcess() + " has the function";
    }

    /** A session's connection is closed, and the function is done with its client if it had it. */
    void release(Session session) {
        if (session == next) {
            next = null;
        } else if (session == holder) {
            holder = next;
            next = null;
            if (holder != null) {
                holder.functionIsFree();
            } else if (closing) {
                closed.complete(null);
            }
        }
    }

    /**
     * Stops listening, removes the socket and disconnects the client.
     *
     * @return completes when the function is done with its client. Not to be waited for on the event loop.
     */
    public CompletableFuture<Void> close() {
        eventLoop.execute(() -> {
            closing = true;
            listener.close();
            List.copyOf(connections).forEach(Channel::close);
            if (holder == null) {
                closed.complete(null);
            }
        });
        return closed;
    }
}
