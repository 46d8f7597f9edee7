package io.vfnic.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.vfnic.load.LoadPlan;
import io.vfnic.load.LoadRun;
import io.vfnic.load.Throughput;
import io.vfnic.testkit.lab.CardProcess;

/** The real program, and the load driver on all of its VFs. Between its rounds the card has nothing to do. */
final class LoadedCard implements AutoCloseable {
    static final int SHORTEST_FRAME = 60;
    static final int LONGEST_FRAME = 1514;
    static final int RING = 512;
    static final int BATCH = 32;
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private final CardProcess card;
    private final LoadRun load;
    private final Scale scale;

    private LoadedCard(CardProcess card, LoadRun load, Scale scale) {
        this.card = card;
        this.load = load;
        this.scale = scale;
    }

    /** What the load driver does with whole frames of this length, or with large sends that are cut into them. */
    static LoadPlan plan(int frame, int largeSend) {
        return new LoadPlan(frame, largeSend, BATCH, RING, false, false, false);
    }

    /** Starts a card and warms it up. */
    static LoadedCard start(Scale scale, Path directory, int vfs, LoadPlan plan, String doorbell) throws IOException {
        CardProcess card = CardProcess.start(directory, vfs, "--doorbell", doorbell);
        try {
            List<Path> sockets = IntStream.range(0, vfs).mapToObj(card::vf).toList();
            LoadedCard loaded = new LoadedCard(card, LoadRun.start(plan, sockets), scale);
            loaded.load.measure(scale.isSmoke() ? scale.roundNanos() : WARM_UP_NANOS);
            return loaded;
        } catch (IOException | RuntimeException e) {
            card.close();
            throw e;
        }
    }

    /** Packets per second, of a round. */
    double packetRate() {
        return measure().packetRate();
    }

    /** Bits per second, of a round. */
    double bitRate() {
        return measure().bitRate();
    }

    private Throughput measure() {
        Throughput round = load.measure(scale.roundNanos());
        // What was under way belongs to nobody's round.
        load.drain();
        return round;
    }

    @Override
    public void close() {
        load.close();
        card.close();
    }
}
