package io.vfnic.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.vfnic.load.LoadRun;
import io.vfnic.server.Doorbell;
import io.vfnic.testkit.server.RunningServer;

/** What the card's threads allocate while packets go through, from a card inside this process. */
final class Allocation implements Benchmark {
    private static final String AGENTS = "vfnic-engine-";
    private static final String SESSIONS = "vfnic-sessions-";
    private static final int VFS = 2;
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measure(scale, "bytes an agent allocates per million packets", Doorbell.MMAP, AGENTS));
        rows.add(measure(scale, "bytes sessions allocate per million packets, doorbells trapped", Doorbell.TRAP,
            SESSIONS));
        return rows;
    }

    private Row measure(Scale scale, String what, Doorbell doorbell, String threadNames) throws IOException {
        try (Scratch scratch = Scratch.create();
            RunningServer server = RunningServer.start(scratch.file("card"), VFS, 1, doorbell);
            LoadRun load = LoadRun.start(LoadedCard.plan(LoadedCard.SHORTEST_FRAME, 0),
                IntStream.range(0, VFS).mapToObj(server::socket).toList())) {
            load.measure(scale.isSmoke() ? scale.roundNanos() : WARM_UP_NANOS);
            long[] ids = threadIds(threadNames);
            double[] bytes = new double[scale.rounds()];
            for (int i = 0; i < bytes.length; i++) {
                long before = allocated(ids);
                long frames = load.measure(scale.roundNanos()).frames();
                bytes[i] = (allocated(ids) - before) * 1e6 / Math.max(1, frames);
            }
            load.drain();
            return Row.of(what, "B", Turns.median(bytes), Aim.atMost(0), "as the JVM counts it for these threads");
        }
    }

    private long[] threadIds(String names) {
        long[] ids = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().startsWith(names))
            .mapToLong(ThreadInfo::getThreadId).toArray();
        if (ids.length == 0) {
            throw new IllegalStateException("the card has no threads " + names + "*");
        }
        return ids;
    }

    private long allocated(long[] ids) {
        return Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
    }
}
