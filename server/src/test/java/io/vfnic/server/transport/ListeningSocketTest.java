package io.vfnic.server.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class ListeningSocketTest {
    @TempDir
    private Path directory;

    @Test
    void isForItsUserOnlyAndGoesWhenClosed() throws Exception {
        Path path = directory.resolve("vf0.sock");
        ListeningSocket socket = ListeningSocket.open(path);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        socket.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void replacesTheFileOfAServerThatWasKilled() throws Exception {
        Path path = directory.resolve("vf0.sock");
        try (Fd killed = UnixSockets.open(true)) {
            UnixSockets.bind(killed, path);
            UnixSockets.listen(killed, 1);
        }
        try (ListeningSocket socket = ListeningSocket.open(path); Fd client = UnixSockets.open(false)) {
            UnixSockets.connect(client, path);
            try (Fd accepted = UnixSockets.accept(socket.fd())) {
                assertThat(accepted).isNotNull();
            }
        }
    }

    @Test
    void refusesToTakeThePlaceOfALiveServerAndNamesIt() throws Exception {
        Path path = directory.resolve("vf0.sock");
        try (ListeningSocket live = ListeningSocket.open(path)) {
            assertThatThrownBy(() -> ListeningSocket.open(path)).isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("in use by process " + ProcessHandle.current().pid() +
                "; stop that one, or choose another path");
            assertThat(live.path()).exists();
            assertThat(UnixSockets.accept(live.fd())).as("who only looks does not connect").isNull();
        }
    }

    @Test
    void refusesToDeleteWhatIsNoSocket() throws Exception {
        Path path = Files.writeString(directory.resolve("vf0.sock"), "precious");
        assertThatThrownBy(() -> ListeningSocket.open(path)).isInstanceOf(IOException.class)
            .hasMessageContaining("not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void leavesTheSocketOfItsSuccessorAlone() throws Exception {
        Path path = directory.resolve("vf0.sock");
        ListeningSocket first = ListeningSocket.open(path);
        Files.delete(path);
        try (ListeningSocket second = ListeningSocket.open(path)) {
            first.close();
            assertThat(second.path()).exists();
        }
    }

    @Test
    void aServerChannelAcceptsItsClientsOnOneEventLoop() throws Exception {
        var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Path path = directory.resolve("vf0.sock");
        CountDownLatch active = new CountDownLatch(3);
        ListeningSocket listening = ListeningSocket.open(path);
        Channel server = new ServerBootstrap().group(loops.next())
            .channelFactory(() -> new UnixServerChannel(listening))
            .childHandler(new ChannelInitializer<UnixChannel>() {
                @Override
                protected void initChannel(UnixChannel channel) {
                    channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext context) {
                            active.countDown();
                            context.close();
                        }
                    });
                }
            }).register().sync().channel();
        for (int i = 0; i < 3; i++) {
            try (Fd client = UnixSockets.open(false); RawPeer peer = new RawPeer(client)) {
                UnixSockets.connect(client, path);
                assertThat(peer.receive(1)).isEmpty();
            }
        }
        active.await();
        server.close().sync();
        assertThat(path).doesNotExist();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
}
