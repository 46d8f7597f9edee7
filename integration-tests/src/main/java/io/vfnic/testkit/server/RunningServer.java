package io.vfnic.testkit.server;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.device.CardConfig;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.protocol.Errno;
import io.vfnic.server.CardServer;
import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.client.VfioUserException;
import io.vfnic.testkit.guest.Patience;

/** A card with its sockets inside this process, as the program serves it. */
public final class RunningServer implements AutoCloseable {
    private static final long ADDRESS_SEED = 1;

    private final CardServer server;
    private final int firstVf;

    private RunningServer(CardServer server, int firstVf) {
        this.server = server;
        this.firstVf = firstVf;
    }

    /** Starts a server as {@link #start(Path, int, int, Doorbell)}, with the program's choice of doorbells. */
    public static RunningServer start(Path directory, int vfs, int agents) throws IOException {
        return start(directory, vfs, agents, Doorbell.AUTO);
    }

    /**
     * Starts a server.
     *
     * @param directory where its sockets go; the path is short enough for a socket.
     * @param vfs       1 to 7.
     * @param agents    engine agents that share them, 1 to 8.
     * @param doorbell  how drivers ring.
     */
    public static RunningServer start(Path directory, int vfs, int agents, Doorbell doorbell) throws IOException {
        return start(directory, vfs, agents, IdleMode.BACKOFF, ServerOptions.DEFAULT.with(doorbell));
    }

    /**
     * Starts a server as {@link #start(Path, int, int, Doorbell)}.
     *
     * @param idleMode what the agents do while there is nothing to do.
     */
    public static RunningServer start(Path directory, int vfs, int agents, IdleMode idleMode, ServerOptions options)
        throws IOException {
        return start(directory, vfs, agents, idleMode, options, false);
    }

    /** Starts a server whose PF is a client's to drive, and with it the VFs; the parameters as in {@link #start}. */
    public static RunningServer startWithPf(Path directory, int vfs, int agents) throws IOException {
        return start(directory, vfs, agents, IdleMode.BACKOFF, ServerOptions.DEFAULT, true);
    }

    private static RunningServer start(
        Path directory, int vfs, int agents, IdleMode idleMode, ServerOptions options, boolean guestPf)
        throws IOException {
        CardConfig config = new CardConfig(vfs, agents, idleMode, CardConfig.DEFAULT_MAX_PAUSE_NANOS, guestPf,
            PfInterrupts.MSIX, SriovDisguise.QEMU, ADDRESS_SEED);
        try {
            return new RunningServer(CardServer.start(config, options, directory), guestPf ? 1 : 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The socket of a VF. */
    public Path socket(int vf) {
        return server.sockets().get(firstVf + vf);
    }

    /** The socket of the PF, where there is one. */
    public Path pfSocket() {
        if (firstVf == 0) {
            throw new IllegalStateException("the PF is driven inside the card");
        }
        return server.sockets().getFirst();
    }

    /** Connects without a handshake. */
    public VfioUserClient connect(int vf) {
        return connect(socket(vf));
    }

    private static VfioUserClient connect(Path socket) {
        try {
            return VfioUserClient.connect(socket);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects and does the handshake as soon as the function is free. */
    public VfioUserClient attachWhenFree(int vf) {
        return Patience.untilPresent("function " + vf + " to be free", () -> tryAttach(socket(vf)));
    }

    /** As {@link #attachWhenFree}, to the PF. */
    public VfioUserClient attachPfWhenFree() {
        return Patience.untilPresent("the PF to be free", () -> tryAttach(pfSocket()));
    }

    private static VfioUserClient tryAttach(Path socket) {
        VfioUserClient client = connect(socket);
        try {
            client.negotiate(VfioUserClient.QEMU_CAPABILITIES);
            return client;
        } catch (VfioUserException e) {
            client.close();
            if (e.errno() == Errno.EBUSY) {
                return null;
            }
            throw e;
        }
    }

    /** Disconnects all clients and stops. */
    @Override
    public void close() {
        server.close();
    }
}
