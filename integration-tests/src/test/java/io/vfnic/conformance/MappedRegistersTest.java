package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.region.SparseMmap;
import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;
import io.vfnic.server.posix.FileStatus;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.PosixException;
import io.vfnic.testkit.client.MappedRegion;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.VfRegisters;
import org.junit.jupiter.api.Test;

/** A VF's queue registers in memory that is shared with its client (82576 facts, section 8). */
class MappedRegistersTest extends GuestsTest {
    private static final int PAGES = 0x2000;
    private static final int PAGES_LENGTH = 0x2000;
    private static final int FULL_REPLY = 32 + 16 + 16;
    private static final int TRANSMIT_TAIL = VfRegisters.TRANSMIT_QUEUE + VfRegisters.RING_TAIL;
    private static final int TRANSMIT_CONTROL = VfRegisters.TRANSMIT_QUEUE + VfRegisters.QUEUE_CONTROL;
    private static final int SPLIT_CONTROL = VfRegisters.RECEIVE_QUEUE + VfRegisters.SPLIT_CONTROL;

    @Override
    ServerOptions options() {
        return ServerOptions.DEFAULT.with(Doorbell.MMAP);
    }

    private static Message regionInfo(VfioUserClient client, int argsz) {
        return client.call(Command.DEVICE_GET_REGION_INFO, VfioUserClient.regionInfoPayload(RegionIndex.BAR0, argsz));
    }

    /** Sparse mmap: the queue registers may be mapped, mailbox and interrupts may not. */
    @Test
    void thePagesOfTheQueuesAreOffered() {
        Message reply = assertSucceeds(regionInfo(client, 4096));

        RegionInfo info = new RegionInfo().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(info.flags())
            .isEqualTo(RegionInfo.READ | RegionInfo.WRITE | RegionInfo.MMAP | RegionInfo.CAPS);
        assertThat(info.argsz()).isEqualTo(FULL_REPLY);
        SparseMmap sparse = MappedRegion.sparseAreas(reply);
        assertThat(sparse.areaCount()).isEqualTo(1);
        assertThat(sparse.areaOffset(0)).isEqualTo(PAGES);
        assertThat(sparse.areaSize(0)).isEqualTo(PAGES_LENGTH);
        assertThat(reply.fds()).hasSize(1);
        reply.fds().getFirst().close();
    }

    /** A client that asks for no more must not take the whole region, mailbox and all, for mappable. */
    @Test
    void aReplyWithoutRoomForTheAreasOffersNothing() {
        Message reply = assertSucceeds(regionInfo(client, FULL_REPLY - 1));

        RegionInfo info = new RegionInfo().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(info.length()).isEqualTo(32);
        assertThat(info.argsz()).isEqualTo(FULL_REPLY);
        assertThat(info.flags()).isEqualTo(RegionInfo.READ | RegionInfo.WRITE);
        assertThat(info.capabilityOffset()).isZero();
        assertThat(reply.fds()).isEmpty();
    }

    /** Memory and messages reach the same registers. */
    @Test
    void memoryAndMessagesShowTheSameRegisters() throws IOException {
        try (MappedRegion region = client.mapRegion(RegionIndex.BAR0)) {
            client.write32(RegionIndex.BAR0, VfRegisters.RECEIVE_QUEUE + VfRegisters.QUEUE_STRIDE, 0x12340080);
            assertThat(region.read32(VfRegisters.RECEIVE_QUEUE + VfRegisters.QUEUE_STRIDE)).isEqualTo(0x12340080);

            region.write32(VfRegisters.TRANSMIT_QUEUE + VfRegisters.QUEUE_STRIDE, 0x56780080);
            assertThat(client.read32(RegionIndex.BAR0, VfRegisters.TRANSMIT_QUEUE + VfRegisters.QUEUE_STRIDE))
                .isEqualTo(0x56780080);
        }
    }

    /** The file cannot be cut short, which would be a fault in the server, nor made to grow. */
    @Test
    void theFileIsSealed() throws IOException {
        try (MappedRegion region = client.mapRegion(RegionIndex.BAR0)) {
            long size = FileStatus.of(region.file()).size();
            assertThat(size).isGreaterThanOrEqualTo(PAGES + PAGES_LENGTH);
            for (long other : new long[]{0, size - 4096, size + 4096}) {
                assertThatThrownBy(() -> MemFd.resize(region.file(), other))
                    .isInstanceOf(PosixException.class);
            }
        }
        assertTraffic(first, second);
    }

    /** A VMM that has left, or was disconnected, may keep what it has mapped: it must reach nothing by it. */
    @Test
    void theNextClientGetsOtherMemory() throws IOException {
        MappedRegion old = third.client().mapRegion(RegionIndex.BAR0);
        FileStatus oldFile = FileStatus.of(old.file());
        third.close();
        third = SimulatedGuest.withSharedMemory(server.attachWhenFree(2));
        try (old; MappedRegion fresh = third.client().mapRegion(RegionIndex.BAR0)) {
            assertThat(FileStatus.of(fresh.file()).inode()).isNotEqualTo(oldFile.inode());
            assertThat(fresh.read32(SPLIT_CONTROL)).as("SRRCTL at its reset value").isEqualTo(0x80000400);

            third.driver().start();
            old.write32(TRANSMIT_CONTROL, 0);
            old.write32(TRANSMIT_TAIL, 17);
            old.write32(SPLIT_CONTROL, 0);

            assertThat(third.driver().read(TRANSMIT_TAIL)).isZero();
            assertThat(third.driver().read(TRANSMIT_CONTROL) & VfRegisters.QUEUE_ENABLE).isNotZero();
            assertTraffic(first, third);
        }
    }

    /** The departed client keeps writing while the next one starts: nothing of it gets through. */
    @Test
    void aDepartedClientThatGoesOnWritingDisturbsNobody() throws IOException {
        for (int round = 0; round < 5; round++) {
            try (MappedRegion old = third.client().mapRegion(RegionIndex.BAR0);
                Scribbler scribbler = new Scribbler(old, round)) {
                scribbler.start();
                third.close();
                third = SimulatedGuest.withSharedMemory(server.attachWhenFree(2));
                third.driver().start();
                for (int i = 0; i < 50; i++) {
                    byte[] there = frame(first, third, 400, i);
                    byte[] back = frame(third, first, 500, i);
                    first.driver().transmit().send(there);
                    third.driver().transmit().send(back);
                    assertThat(third.driver().receive().await().bytes()).isEqualTo(there);
                    awaitAmongOthers(first, back);
                }
            }
        }
    }

    /** Any value in any word at any time costs the guest its own traffic at most. */
    @Test
    void aGuestThatWritesAnythingAnywhereHarmsOnlyItself() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (MappedRegion region = third.client().mapRegion(RegionIndex.BAR0);
                Scribbler scribbler = new Scribbler(region, round)) {
                scribbler.start();
                for (int i = 0; i < 50; i++) {
                    byte[] there = frame(first, second, 400, i);
                    first.driver().transmit().send(there);
                    awaitAmongOthers(second, there);
                }
                third.driver().resetFunction();
                for (int i = 0; i < 20; i++) {
                    first.driver().transmit().awaitDone(
                        first.driver().transmit().send(frame(first, third, 200, i)));
                }
            }
            third.driver().resetFunction();
            third.driver().openRings();
            byte[] end = frame(third, second, 300, round);
            third.driver().transmit().send(end);
            awaitAmongOthers(second, end);
            assertTraffic(second, third);
        }
    }

    /** Waits for a frame; others may come before it, from one whose tail goes back and forth over its old frames. */
    private static void awaitAmongOthers(SimulatedGuest receiver, byte[] frame) {
        while (!Arrays.equals(receiver.driver().receive().await().bytes(), frame)) {
            assertThat(receiver.client().exchange().isClosedByServer()).isFalse();
        }
    }

    /** An agent that has slept for long still sees a tail that nobody rings for. */
    @Test
    void aSleepingAgentNoticesATail() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            Thread.sleep(100);
            byte[] frame = frame(first, second, 100, i);
            first.driver().transmit().send(frame);
            assertThat(second.driver().receive().await().bytes()).isEqualTo(frame);
        }
    }

    /** Writes to the queue registers, much of it nearly right. */
    private static final class Scribbler implements AutoCloseable {
        private static final int REGISTERS = 0x40;

        private final MappedRegion region;
        private final Random random;
        private final Thread thread = new Thread(this::run);
        private volatile boolean isOver;

        Scribbler(MappedRegion region, long seed) {
            this.region = region;
            random = new Random(seed);
        }

        void start() {
            thread.start();
        }

        @Override
        public void close() {
            isOver = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void run() {
            int[] good = {VfRegisters.QUEUE_ENABLE, 0, 1, 0x400, 0x1000, 0x2000001, -1};
            while (!isOver) {
                int queue = (random.nextBoolean() ? VfRegisters.RECEIVE_QUEUE : VfRegisters.TRANSMIT_QUEUE) +
                    random.nextInt(2) * VfRegisters.QUEUE_STRIDE;
                int value = random.nextInt(4) == 0 ? random.nextInt() : good[random.nextInt(good.length)];
                region.write32(queue + random.nextInt(REGISTERS / 4) * 4, value);
            }
        }
    }
}
