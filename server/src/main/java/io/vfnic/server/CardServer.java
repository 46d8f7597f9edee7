package io.vfnic.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vfnic.device.Card;
import io.vfnic.device.CardConfig;
import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.control.v1.Request.RequestCase;
import io.vfnic.server.control.CardRequests;
import io.vfnic.server.control.ChangeRequests;
import io.vfnic.server.control.ControlServer;
import io.vfnic.server.control.RequestHandler;
import io.vfnic.server.control.watch.WatchRequests;
import io.vfnic.server.jfr.FlightEvents;
import io.vfnic.server.metrics.MetricsServer;
import io.vfnic.server.session.EventFdWatchdog;
import io.vfnic.server.session.FunctionServer;
import io.vfnic.server.session.SharedPages;
import io.vfnic.server.transport.PollingIoHandler;
import io.vfnic.server.transport.SessionEventLoops;
import io.vfnic.server.uplink.HostUplink;

/** A card whose functions listen on Unix sockets in one directory: {@code vf0.sock} and so on. */
public final class CardServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CardServer.class);
    private static final String DIRECTORY_MODE = "rwx------";
    private static final String CONTROL_SOCKET = "control.sock";
    private static final String SOCKET_SUFFIX = ".sock";
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final Card card;
    /** Null where the card has none. */
    private final HostUplink uplink;
    private final EventLoopGroup eventLoops;
    private final EventFdWatchdog watchdog = EventFdWatchdog.start();
    private final List<FunctionServer> functions = new ArrayList<>();
    private final List<SharedPages> pages = new ArrayList<>();
    private final List<Path> sockets = new ArrayList<>();
    private final WatchRequests watching;
    private ControlServer control;
    private MetricsServer metrics;
    private FlightEvents flightEvents;
    private final AtomicBoolean closed = new AtomicBoolean();

    private CardServer(CardConfig config, ServerOptions options, HostUplink uplink) {
        this.uplink = uplink;
        card = new Card(config, SystemNanoClock.INSTANCE, new HostThreads(options.agentCpus()),
            UndeclaredAccessLog.forCard(), new CardLog(SystemNanoClock.INSTANCE),
            error -> LOG.error("an engine agent failed; traffic may have been lost", error), uplink);
        watching = new WatchRequests(
            card.watch(), card.dumper(), config.vfs(), config.guestPf(), uplink != null, SystemNanoClock.INSTANCE);
        ThreadFactory threads = new DefaultThreadFactory("vfnic-sessions", true);
        int functions = Math.max(1, config.vfs() + (config.guestPf() ? 1 : 0));
        boolean polling = options.pollingLoops() > 0;
        int loops = polling ? options.pollingLoops() : Runtime.getRuntime().availableProcessors();
        eventLoops = new SessionEventLoops(Math.min(functions, loops), threads,
            polling ? PollingIoHandler.newFactory() : EpollIoHandler.newFactory());
    }

    /**
     * Starts a card that clients can connect to as soon as this returns.
     *
     * @param directory for the sockets; made, for its user only, where it does not exist.
     * @throws IOException with a message for users, where a socket, the directory or the uplink cannot be had.
     */
    public static CardServer start(CardConfig config, ServerOptions options, Path directory)
        throws IOException, InterruptedException {
        makeDirectory(directory);
        CardServer server = new CardServer(config, options, options.uplink().open());
        try {
            List<SharedPages> pagesOfFunctions = new ArrayList<>();
            for (FunctionPort port : server.card.functions()) {
                pagesOfFunctions.add(options.doorbell().isMapped() ? server.share(port) : null);
            }
            server.flightEvents = FlightEvents.of(server.card.watch(), SystemNanoClock.INSTANCE);
            server.card.start();
            server.set(options.policies());
            long doorbellPause =
                options.pollingLoops() > 0 ? 0 : TimeUnit.MICROSECONDS.toNanos(options.doorbellPause());
            for (int i = 0; i < pagesOfFunctions.size(); i++) {
                FunctionPort port = server.card.functions().get(i);
                Path socket = directory.resolve(port.name() + SOCKET_SUFFIX);
                server.functions.add(FunctionServer.start(
                    server.eventLoops.next(), socket, port, pagesOfFunctions.get(i), server.watchdog, doorbellPause));
                server.sockets.add(socket);
            }
            server.control = ControlServer.start(directory.resolve(CONTROL_SOCKET), server.requests());
            if (options.metrics() != null) {
                server.metrics = MetricsServer.start(options.metrics(), server.card.admin(), ServerVersion.get());
            }
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private Map<RequestCase, RequestHandler> requests() throws IOException {
        Map<RequestCase, RequestHandler> handlers = new EnumMap<>(RequestCase.class);
        handlers.putAll(new CardRequests(card.admin(), ServerVersion.get(), SystemNanoClock.INSTANCE).handlers());
        handlers.putAll(new ChangeRequests(card.admin()).handlers());
        handlers.putAll(watching.handlers());
        return handlers;
    }

    private void set(Map<Integer, VfSettings> policies) throws IOException {
        try {
            for (Map.Entry<Integer, VfSettings> policy : policies.entrySet()) {
                card.admin().setVf(policy.getKey(), policy.getValue(), Set.of());
            }
        } catch (RefusedException e) {
            throw new IOException("the policy of " + e.function() + ": " + e.getMessage() +
                (e.remedy().isEmpty() ? "" : "; " + e.remedy()), e);
        }
    }

    private SharedPages share(FunctionPort port) throws IOException {
        SharedPages shared = SharedPages.of(port);
        if (shared != null) {
            pages.add(shared);
        }
        return shared;
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        if (Files.exists(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        Files.createDirectories(
            directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(DIRECTORY_MODE)));
    }

    /** The sockets, in the order of the card's functions. */
    public List<Path> sockets() {
        return List.copyOf(sockets);
    }

    /**
     * Stops listening, disconnects the clients one after the other, removes the sockets and stops the card. Does
     * nothing when it has been called before.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (metrics != null) {
            metrics.close();
        }
        if (control != null) {
            control.close();
        }
        watching.close();
        for (FunctionServer function : functions) {
            try {
                function.close().get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (TimeoutException e) {
                LOG.warn("a function did not come to rest within {} s", CLOSE_TIMEOUT_SECONDS);
            } catch (ExecutionException e) {
                LOG.warn("a function did not close well", e.getCause());
            }
        }
        if (flightEvents != null) {
            flightEvents.close();
        }
        card.close();
        if (uplink != null) {
            uplink.close();
        }
        eventLoops.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        watchdog.close();
        pages.forEach(SharedPages::close);
    }
}
