package io.vfnic.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.vfnic.protocol.version.VersionCapabilities;

/** A fake function, served. */
final class SessionFixture implements AutoCloseable {
    final FakePort port = new FakePort();
    final FunctionServer server;
    private final EventFdWatchdog watchdog = EventFdWatchdog.start();
    private final MultiThreadIoEventLoopGroup loops;
    private final Path directory;

    SessionFixture() throws Exception {
        this(FunctionServer.CAPABILITIES);
    }

    SessionFixture(VersionCapabilities offered) throws Exception {
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        directory = Files.createTempDirectory("vfnic-session");
        server = FunctionServer.start(loops.next(), path(), port, null, watchdog, offered);
    }

    Path path() {
        return directory.resolve("vf0.sock");
    }

    /** A client that has not said anything. */
    TestClient connect() throws Exception {
        return new TestClient(path());
    }

    /** Waits until the session has called the port like this. */
    void awaitCall(String call) throws InterruptedException {
        while (!port.calls().contains(call)) {
            Thread.sleep(1);
        }
    }

    /** Waits until the server has so many connections. */
    void awaitConnections(int count) throws Exception {
        while (loops.next().submit(server::connections).sync().getNow() != count) {
            Thread.sleep(1);
        }
    }

    void onEventLoop(Runnable task) throws Exception {
        loops.next().submit(task).sync();
    }

    /** Waits until the event loop has done what it has to do by now. */
    void settle() throws Exception {
        for (int i = 0; i < 3; i++) {
            loops.next().submit(() -> { }).sync();
        }
    }

    @Override
    public void close() throws IOException {
        port.slow = false;
        port.becomeQuiet();
        server.close().join();
        watchdog.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        Files.deleteIfExists(directory);
    }
}
