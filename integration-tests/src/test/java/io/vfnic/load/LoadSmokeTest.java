package io.vfnic.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import io.vfnic.server.Doorbell;
import io.vfnic.testkit.server.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The load driver itself works: all that it sends arrives, in order and as it was sent. */
@Timeout(120)
class LoadSmokeTest {
    private static final int FRAMES = 3000;

    @TempDir
    Path directory;

    private static List<Path> sockets(RunningServer server, int vfs) {
        return IntStream.range(0, vfs).mapToObj(server::socket).toList();
    }

    @ParameterizedTest(name = "{0}: {1} VFs on {2} agents, frames of {3}, large sends of {4}, interrupts {5}")
    @CsvSource({
        "MMAP, 2, 1, 60, 0, false", "TRAP, 2, 1, 60, 0, false", "MMAP, 7, 1, 1514, 0, false",
        "TRAP, 4, 2, 300, 0, true", "MMAP, 3, 2, 61, 0, true", "MMAP, 2, 1, 1514, 61320, false",
        "TRAP, 2, 1, 1000, 20000, true"})
    void everyFrameArrivesAsItWasSent(
        Doorbell doorbell, int vfs, int agents, int frame, int largeSend, boolean interrupts) throws IOException {
        LoadPlan plan = new LoadPlan(frame, largeSend, 16, 256, vfs % 2 == 0, interrupts, true);
        try (RunningServer server = RunningServer.start(directory, vfs, agents, doorbell);
            LoadRun load = LoadRun.start(plan, sockets(server, vfs))) {
            assertThat(load.isMapped()).isEqualTo(doorbell == Doorbell.MMAP);
            load.transfer(FRAMES);
            load.drain();
        }
    }

    @ParameterizedTest(name = "the PF and {0} VFs on {1} agents, frames of {2}, large sends of {3}, interrupts {4}")
    @CsvSource({"1, 1, 60, 0, false", "2, 2, 1514, 0, true", "7, 1, 60, 0, true", "3, 1, 1514, 61320, false"})
    void everyFrameToAndFromThePfArrivesAsItWasSent(
        int vfs, int agents, int frame, int largeSend, boolean interrupts) throws IOException {
        LoadPlan plan = new LoadPlan(frame, largeSend, 16, 256, false, interrupts, true);
        try (RunningServer server = RunningServer.startWithPf(directory, vfs, agents);
            LoadRun load = LoadRun.start(plan, server.pfSocket(), sockets(server, vfs))) {
            load.transfer(FRAMES);
            load.drain();
        }
    }

    @ParameterizedTest
    @CsvSource({"MMAP, false", "TRAP, false", "MMAP, true", "TRAP, true"})
    void framesGoThereAndBack(Doorbell doorbell, boolean interrupts) throws IOException {
        LoadPlan plan = new LoadPlan(60, 0, 16, 256, true, interrupts, true);
        long[] nanos = new long[200];
        try (RunningServer server = RunningServer.start(directory, 2, 1, doorbell);
            LoadRun load = LoadRun.start(plan, sockets(server, 2))) {
            load.pingPong(nanos);
        }
        assertThat(nanos).doesNotContain(0);
    }

    @Test
    void whatArrivesInATimeIsCounted() throws IOException {
        LoadPlan plan = new LoadPlan(60, 0, 16, 256, true, false, false);
        try (RunningServer server = RunningServer.start(directory, 2, 1, Doorbell.MMAP);
            LoadRun load = LoadRun.start(plan, sockets(server, 2))) {
            load.transfer(FRAMES);
            Throughput throughput = load.measure(50_000_000);
            assertThat(throughput.bytes()).isEqualTo(60 * throughput.frames());
            load.drain();
        }
    }
}
