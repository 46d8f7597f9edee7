package io.vfnic.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Functions that are up, and the flows between them. For one thread. */
public final class LoadRun implements AutoCloseable {
    private static final int STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 64;
    private static final int SPINS = 100;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final LoadPlan plan;
    private final List<LoadFunction> functions = new ArrayList<>();
    private final Flow[] flows;
    private final InterruptWait wait;
    private int idleSteps;

    private LoadRun(LoadPlan plan, Path pf, List<Path> vfs) throws IOException {
        this.plan = plan;
        try {
            LoadPf physical = pf == null ? null : LoadPf.attach(pf, plan, vfs.size());
            if (physical != null) {
                functions.add(physical);
            }
            for (Path socket : vfs) {
                functions.add(LoadVf.attach(socket, plan));
            }
            if (physical != null) {
                physical.stopAnswering();
            }
        } catch (IOException | RuntimeException e) {
            functions.forEach(LoadFunction::close);
            throw e;
        }
        flows = new Flow[functions.size()];
        for (int i = 0; i < flows.length; i++) {
            int to = plan.pairs() ? i ^ 1 : (i + 1) % flows.length;
            flows[i] = new Flow("flow " + i + " to " + to, plan, functions.get(i), functions.get(to));
        }
        wait = plan.interrupts() ? new InterruptWait(functions) : null;
    }

    /**
     * Attaches to the Virtual Functions that listen here and brings them up.
     *
     * @param vfs two or more; an even number of them where they are to be pairs.
     */
    public static LoadRun start(LoadPlan plan, List<Path> vfs) throws IOException {
        return start(plan, null, vfs);
    }

    /**
     * Attaches to the functions that listen here and brings them up.
     *
     * @param pf  the Physical Function, which comes before the VFs in the order of the flows; null where the card
     *            drives it itself.
     * @param vfs one or more, and with the PF two or more functions; an even number of functions where they are to be
     *            pairs.
     */
    public static LoadRun start(LoadPlan plan, Path pf, List<Path> vfs) throws IOException {
        int count = vfs.size() + (pf == null ? 0 : 1);
        if (vfs.isEmpty() || count < 2 || plan.pairs() && count % 2 != 0) {
            throw new IllegalArgumentException(count + " functions do not make flows");
        }
        return new LoadRun(plan, pf, vfs);
    }

    /** Whether the VFs' tails are in memory that is shared with the card. */
    public boolean isMapped() {
        return functions.getLast().isMapped();
    }

    /** Traffic as fast as it goes for a while; returns what arrived. */
    public Throughput measure(long nanos) {
        long framesBefore = receivedFrames();
        long bytesBefore = receivedBytes();
        long start = System.nanoTime();
        long elapsed;
        do {
            for (int i = 0; i < STEPS_BETWEEN_LOOKS_AT_THE_CLOCK; i++) {
                step(true);
            }
            elapsed = System.nanoTime() - start;
        } while (elapsed < nanos);
        return new Throughput(receivedFrames() - framesBefore, receivedBytes() - bytesBefore, elapsed);
    }

    /** Traffic until this many frames have arrived in every flow; fails where none arrive for long. */
    public void transfer(long frames) {
        long before = receivedFrames();
        long target = before + frames * flows.length;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (receivedFrames() < target) {
            step(true);
            failAfter(deadline);
        }
    }

    /** Takes what is still under way, so that nothing of it is counted later; fails where it does not come. */
    public void drain() {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Flow flow : flows) {
            while (flow.underWay() > 0) {
                step(false);
                failAfter(deadline);
            }
            flow.flush();
        }
    }

    /**
     * One piece at a time, there and back between the first two functions.
     *
     * @param roundTripNanos takes the time of each round trip; its length is their number.
     */
    public void pingPong(long[] roundTripNanos) {
        Flow there = flows[0];
        Flow back = flows[1];
        if (flows.length != 2) {
            throw new IllegalStateException("a round trip takes two functions");
        }
        for (int i = 0; i < roundTripNanos.length; i++) {
            long start = System.nanoTime();
            exchange(there, start);
            exchange(back, start);
            roundTripNanos[i] = System.nanoTime() - start;
        }
    }

    private void exchange(Flow flow, long start) {
        while (!flow.send(1)) {
            failAfter(start + PATIENCE_NANOS);
        }
        while (flow.underWay() > 0) {
            if (flow.receive()) {
                idleSteps = 0;
            } else {
                pause();
                failAfter(start + PATIENCE_NANOS);
            }
        }
        flow.flush();
    }

    private void step(boolean sends) {
        boolean worked = false;
        for (Flow flow : flows) {
            worked |= sends ? flow.work() : flow.receive();
        }
        if (worked) {
            idleSteps = 0;
        } else {
            pause();
        }
    }

    /** There is nothing to do. Spins leave the core to nobody, so that the card must have one of its own, or a turn. */
    private void pause() {
        if (idleSteps++ < SPINS) {
            Thread.onSpinWait();
        } else if (wait == null) {
            Thread.yield();
        } else {
            for (Flow flow : flows) {
                flow.flush();
            }
            wait.await();
        }
    }

    private void failAfter(long deadline) {
        if (System.nanoTime() - deadline > 0) {
            throw new IllegalStateException("frames have been waited for in vain: " + Arrays.toString(flows));
        }
    }

    private long receivedFrames() {
        long sum = 0;
        for (Flow flow : flows) {
            sum += flow.receivedFrames();
        }
        return sum;
    }

    private long receivedBytes() {
        long sum = 0;
        for (Flow flow : flows) {
            sum += flow.receivedBytes();
        }
        return sum;
    }

    @Override
    public void close() {
        functions.forEach(LoadFunction::close);
        if (wait != null) {
            wait.close();
        }
    }
}
