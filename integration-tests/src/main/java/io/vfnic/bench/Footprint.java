package io.vfnic.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.lab.CardProcess;

/** What a card takes of its host while nobody sends: time to start, memory, and CPU with a driver on each VF. */
final class Footprint implements Benchmark {
    private static final int VFS = 7;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double KIB_PER_MIB = 1024;
    private static final double PERCENT = 100;
    private static final String RESIDENT = "VmRSS:";

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        try (Scratch scratch = Scratch.create()) {
            List<Row> rows = new ArrayList<>(starts(scale, scratch));
            Duration silence = Duration.ofMillis(scale.count(30_000, 100));
            rows.add(idle(scratch, "trap", silence));
            rows.add(idle(scratch, "mmap", silence));
            return rows;
        }
    }

    private static List<Row> starts(Scale scale, Scratch scratch) throws IOException {
        double[] millis = new double[scale.rounds()];
        double[] mib = new double[scale.rounds()];
        for (int round = 0; round < scale.rounds(); round++) {
            long start = System.nanoTime();
            try (CardProcess card = CardProcess.start(scratch.file("start"), VFS)) {
                millis[round] = (System.nanoTime() - start) / NANOS_PER_MILLI;
                mib[round] = residentMib(card.pid());
            }
        }
        return List.of(
            Row.of("start to ready, 7 VFs", "ms", Turns.median(millis), Aim.atMost(500), "from its AOT cache"),
            Row.of("resident memory, 7 VFs", "MiB", Turns.median(mib), Aim.atMost(150), "after the start"));
    }

    private static Row idle(Scratch scratch, String doorbell, Duration silence) throws Exception {
        List<SimulatedGuest> guests = new ArrayList<>();
        try (CardProcess card = CardProcess.start(scratch.file(doorbell), VFS, "--doorbell", doorbell)) {
            try {
                for (int vf = 0; vf < VFS; vf++) {
                    SimulatedGuest guest = SimulatedGuest.withSharedMemory(VfioUserClient.attach(card.vf(vf)));
                    guests.add(guest);
                    guest.driver().start();
                }
                // What the drivers' start has left to compile is no cost of being idle.
                Thread.sleep(silence.dividedBy(3));
                Duration before = cpu(card.pid());
                long start = System.nanoTime();
                Thread.sleep(silence);
                double used = cpu(card.pid()).minus(before).toNanos();
                return Row.of("CPU with 7 idle drivers, " + doorbell, "% of a core",
                    PERCENT * used / (System.nanoTime() - start), Aim.atMost(1),
                    "resident memory then: %.0f MiB".formatted(residentMib(card.pid())));
            } finally {
                guests.forEach(SimulatedGuest::close);
            }
        }
    }

    private static double residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(RESIDENT)) {
                return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
            }
        }
        throw new IOException("Linux does not say how much memory process " + pid + " has");
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow(() -> new IllegalStateException("process " + pid + " is gone"));
    }
}
