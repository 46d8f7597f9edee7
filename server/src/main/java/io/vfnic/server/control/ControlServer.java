package io.vfnic.server.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.server.transport.ListeningSocket;
import io.vfnic.server.transport.UnixServerChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the control plane on a Unix socket of mode 0600. Its clients are processes of the socket's owner and of root;
 * others, to whom the socket may have been handed, are told so and disconnected.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int ROOT = 0;
    private static final int LOW_WATER = 64 * 1024;
    private static final int HIGH_WATER = 256 * 1024;
    private static final long CLOSE_TIMEOUT_SECONDS = 2;

    private final EventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("vfnic-control", true),
            EpollIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Map<Request.RequestCase, RequestHandler> handlers;
    private final Path path;
    private final int owner;
    private final Channel listener;

    private ControlServer(ListeningSocket socket, int owner, Map<Request.RequestCase, RequestHandler> handlers)
        throws InterruptedException {
        this.path = socket.path();
        this.owner = owner;
        this.handlers = new EnumMap<>(handlers);
        listener = new ServerBootstrap().group(eventLoop)
            .channelFactory(() -> new UnixServerChannel(
                socket, (parent, client) -> new EpollDomainSocketChannel(client.release(), true)))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
            .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                @Override
                protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                    accept(channel);
                }
            })
            .register().sync().channel();
    }

    /**
     * Listens from now on.
     *
     * @param handlers by the kind of request that they handle.
     * @throws IOException with a message for users, where the socket cannot be had.
     */
    public static ControlServer start(Path path, Map<Request.RequestCase, RequestHandler> handlers)
        throws IOException, InterruptedException {
        ListeningSocket socket = ListeningSocket.open(path);
        return new ControlServer(socket, (int)Files.getAttribute(path, "unix:uid"), handlers);
    }

    private void accept(EpollDomainSocketChannel channel) throws IOException {
        connections.add(channel);
        ControlSession session = new ControlSession(handlers);
        channel.pipeline().addLast(new VfioUserGuard(path, channel.peerCredentials().pid()), new RequestDecoder(),
            new ResponseEncoder(), session);
        int user = channel.peerCredentials().uid();
        if (user != owner && user != ROOT) {
            LOG.warn("user {} was refused at the control socket", user);
            session.disconnect(Errors.of(Error.Code.CODE_REFUSED,
                "this card is user " + owner + "'s, and you are user " + user,
                "run the command as that user or as root"));
        }
    }

    /** Stops listening, removes the socket and disconnects the clients. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        eventLoop.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
