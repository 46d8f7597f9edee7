package io.vfnic.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * DPDK in the card's place: one testpmd forwards between two vhost-user ports on one thread, and another puts load on
 * it through two virtio-user ports in both directions, on one thread as the load driver does.
 */
final class TestpmdSwitch implements AutoCloseable {
    /** Names the executable; without it there is no such baseline. */
    static final String PROGRAM = "vfnic.bench.testpmd";
    /** As everybody runs it, a core each: elsewhere it is slower. */
    private static final int FORWARDER_CPU = 0;
    private static final int LOADER_CPU = 1;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Testpmd forwarder;
    private final Testpmd loader;
    private final Scale scale;
    private final int frame;
    private long cpuNanos;
    private long measuredNanos;

    private TestpmdSwitch(Testpmd forwarder, Testpmd loader, Scale scale, int frame) {
        this.forwarder = forwarder;
        this.loader = loader;
        this.scale = scale;
        this.frame = frame;
    }

    /** Where testpmd is, or null. */
    static Path program() {
        String named = System.getProperty(PROGRAM);
        return named == null || named.isEmpty() ? null : Path.of(named);
    }

    /** Starts both with frames of this length. */
    static TestpmdSwitch start(Scale scale, Scratch scratch, int frame)
        throws IOException, InterruptedException, TimeoutException {
        Path first = scratch.file("vhost0-" + frame);
        Path second = scratch.file("vhost1-" + frame);
        Testpmd forwarder = Testpmd.start(program(), FORWARDER_CPU,
            "net_vhost0,iface=" + first, "net_vhost1,iface=" + second);
        try {
            Testpmd loader = Testpmd.start(program(), LOADER_CPU,
                "net_virtio_user0,path=" + first + ",queue_size=" + LoadedCard.RING,
                "net_virtio_user1,path=" + second + ",queue_size=" + LoadedCard.RING);
            loader.command("set fwd flowgen");
            loader.command("set txpkts " + frame);
            return new TestpmdSwitch(forwarder, loader, scale, frame);
        } catch (IOException | InterruptedException | TimeoutException e) {
            forwarder.close();
            throw e;
        }
    }

    /** Packets per second that have come through, of a round. */
    double packetRate() throws IOException, InterruptedException, TimeoutException {
        forwarder.command("start");
        loader.command("start");
        long before = loader.received();
        long cpuBefore = forwarder.cpuNanos();
        long start = System.nanoTime();
        long received;
        long elapsed;
        do {
            TimeUnit.NANOSECONDS.sleep(scale.roundNanos());
            received = loader.received() - before;
            elapsed = System.nanoTime() - start;
        } while (received == 0 && elapsed < PATIENCE_NANOS);
        cpuNanos += forwarder.cpuNanos() - cpuBefore;
        measuredNanos += elapsed;
        loader.command("stop");
        forwarder.command("stop");
        if (received == 0) {
            throw new IOException("nothing came through testpmd");
        }
        return received * 1e9 / elapsed;
    }

    /** Bits per second, of a round. */
    double bitRate() throws IOException, InterruptedException, TimeoutException {
        return packetRate() * frame * Byte.SIZE;
    }

    /**
     * How much of a core the forwarding thread has had in all rounds. It never waits, so that less than 1 means that
     * others took what was its; and what it has it spins away when the loader's turn does not coincide with its own.
     */
    double cpuShare() {
        return (double)cpuNanos / measuredNanos;
    }

    @Override
    public void close() {
        loader.close();
        forwarder.close();
    }
}
