package io.vfnic.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vfnic.device.spi.MemoryRange;
import io.vfnic.protocol.Command;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Mapping;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;

/** Specification, sections "VFIO_USER_DMA_MAP" and "VFIO_USER_DMA_UNMAP". */
@Timeout(30)
class MemoryCommandsTest {
    private static final String NAME = "memory-commands-test";
    private static final int ENOENT = 2;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final long MIB = 1 << 20;
    private static final int READ_WRITE = 3;

    private SessionFixture fixture;
    private TestClient client;
    private Fd file;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
        client = fixture.connect().introduce();
        file = MemFd.create(NAME, 4 * MIB);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        fixture.awaitCall("detach");
        fixture.close();
        assertThat(mappings()).isZero();
        assertThat(OpenFiles.named(NAME)).isEqualTo(1);
        file.close();
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains(NAME)).count();
    }

    private int map(int flags, long fdOffset, long iova, long size, Fd... fds) {
        return client.errno(Command.DMA_MAP, new Payload().u32(32, flags).u64(fdOffset, iova, size), fds);
    }

    private static Payload unmap(int flags, long iova, long size) {
        return new Payload().u32(24, flags).u64(iova, size);
    }

    @Test
    void aRangeWithAFileIsMappedWhereItsOffsetSays() throws Exception {
        assertThat(map(READ_WRITE, MIB, 0x1_0000_0000L, 2 * MIB, file)).isZero();
        MemoryRange range = fixture.port.memory.get(0x1_0000_0000L);
        assertThat(range.size()).isEqualTo(2 * MIB);
        assertThat(range.readable()).isTrue();
        assertThat(range.writable()).isTrue();
        try (Mapping guest = Mapping.ofFile(file, 0, 4 * MIB, true)) {
            new UnsafeBuffer(range.address(), (int)range.size()).putLong(8, 0xC0FFEE);
            assertThat(new UnsafeBuffer(guest.address(), (int)(4 * MIB)).getLong((int)MIB + 8)).isEqualTo(0xC0FFEE);
        }
    }

    @Test
    void severalRangesOfOneFileAreMappedSeparately() {
        // QEMU maps low RAM around the firmware's hole
        assertThat(map(READ_WRITE, 0, 0, 0xC0000, file)).isZero();
        assertThat(map(READ_WRITE, MIB, MIB, 3 * MIB, file)).isZero();
        assertThat(fixture.port.memory).hasSize(2);
    }

    @Test
    void aRangeWithoutAFileIsReachedByMessages() {
        assertThat(map(1, 0, 0xFFFC0000L, 0x40000)).isZero();
        MemoryRange range = fixture.port.memory.get(0xFFFC0000L);
        assertThat(range.isMessageBacked()).isTrue();
        assertThat(range.writable()).isFalse();
    }

    @Test
    void aFileShorterThanTheRangeIsRefused() throws Exception {
        assertThat(map(READ_WRITE, 0, 0, 4 * MIB + 4096, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, 4 * MIB, 0, 4096, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, Long.MAX_VALUE - 4095, 0, 4096, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, -4096, 0, 4096, file)).isEqualTo(EINVAL);
        assertThat(fixture.port.memory).isEmpty();
    }

    @Test
    void whatCannotBeMappedIsRefused() throws Exception {
        Fd[] pair = UnixSockets.pair(true);
        assertThat(map(READ_WRITE, 0, 0, 4096, pair[0])).isNotZero();
        assertThat(map(READ_WRITE, 100, 0, 4096, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, 0, 0, 4096, file, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, 0, 0, 0, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, 0, -4096, 8192, file)).isEqualTo(EINVAL);
        assertThat(map(0x10, 0, 0, 4096, file)).isEqualTo(EINVAL);
        assertThat(map(READ_WRITE, 0, 0, 9L << 40)).isEqualTo(ENOSPC);
        assertThat(fixture.port.memory).isEmpty();
        pair[0].close();
        pair[1].close();
    }

    @Test
    void anIdenticalRepetitionSucceedsAndAnyOtherOverlapIsRefused() throws Exception {
        assertThat(map(READ_WRITE, 0, MIB, MIB, file)).isZero();
        assertThat(map(READ_WRITE, 0, MIB, MIB, file)).isZero();
        assertThat(map(READ_WRITE, 4096, MIB, MIB, file)).isEqualTo(EEXIST);
        assertThat(map(1, 0, MIB, MIB, file)).isEqualTo(EEXIST);
        assertThat(map(READ_WRITE, 0, MIB, MIB)).isEqualTo(EEXIST);
        assertThat(map(READ_WRITE, 0, MIB + 4096, MIB, file)).isEqualTo(EEXIST);
        assertThat(mappings()).isEqualTo(1);
    }

    @Test
    void unmapIsByWholeRangesAndEchoesThem() throws Exception {
        map(READ_WRITE, 0, MIB, MIB, file);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, MIB, 4096))).isEqualTo(ENOENT);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, 0, 2 * MIB - 4096))).isEqualTo(ENOENT);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, 2 * MIB, MIB))).isEqualTo(ENOENT);
        TestClient.Message reply = client.call(Command.DMA_UNMAP, unmap(0, MIB, MIB));
        assertThat(reply.bytes(0, reply.payload().capacity())).isEqualTo(unmap(0, MIB, MIB).bytes());
        assertThat(mappings()).isZero();
        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, MIB, MIB))).isEqualTo(ENOENT);
    }

    /** QEMU, for a guest whose IOMMU changes the function's domain: all of the address space, in a few pieces. */
    @Test
    void unmapOfAWideRangeRemovesEveryRangeInIt() throws Exception {
        map(READ_WRITE, 0, MIB, MIB, file);
        map(READ_WRITE, 0, 4 * MIB, MIB);
        map(READ_WRITE, 0, 1L << 40, MIB, file);

        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, 0, 1L << 40))).isZero();
        assertThat(mappings()).isEqualTo(1);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(0, 1L << 40, -(1L << 40)))).isZero();

        assertThat(fixture.port.memory).isEmpty();
        assertThat(mappings()).isZero();
    }

    @Test
    void unmapAllRemovesEverything() throws Exception {
        map(READ_WRITE, 0, 0, MIB, file);
        map(READ_WRITE, MIB, MIB, MIB, file);
        map(READ_WRITE, 0, 8 * MIB, MIB);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(2, MIB, MIB))).isEqualTo(EINVAL);
        assertThat(client.errno(Command.DMA_UNMAP, unmap(2, 0, 0))).isZero();
        assertThat(fixture.port.memory).isEmpty();
        assertThat(mappings()).isZero();
    }

    @Test
    void aDirtyBitmapCannotBeHad() {
        map(READ_WRITE, 0, 0, MIB, file);
        assertThat(client.errno(Command.DMA_UNMAP, new Payload().u32(1024, 1).u64(0, MIB, 4096, 32)))
            .isEqualTo(EINVAL);
        assertThat(fixture.port.memory).hasSize(1);
    }

    @Test
    void memoryIsUnmappedAndTheReplySentOnlyWhenTheDeviceIsQuiet() throws Exception {
        map(READ_WRITE, 0, MIB, MIB, file);
        fixture.port.slow = true;
        client.send(Command.DMA_UNMAP, unmap(0, MIB, MIB));
        client.sendPosted(Command.REGION_WRITE, new Payload().u64(0x30).u32(0, 4).u32(1));
        fixture.awaitCall("unmap");
        fixture.settle();
        // Not unmapped, and the command behind it not handled
        assertThat(mappings()).isEqualTo(1);
        assertThat(fixture.port.calls()).containsExactly("attach", "map", "unmap");
        fixture.port.slow = false;
        fixture.port.becomeQuiet();
        assertThat(client.receive().command()).isEqualTo(Command.DMA_UNMAP.number());
        assertThat(mappings()).isZero();
        assertThat(client.readRegister(0x30)).isEqualTo(1);
    }

    @Test
    void memoryOfAClientThatLeftIsUnmappedWhenTheDeviceIsQuiet() throws Exception {
        map(READ_WRITE, 0, MIB, MIB, file);
        fixture.port.slow = true;
        client.close();
        fixture.awaitCall("detach");
        fixture.settle();
        assertThat(mappings()).isEqualTo(1);
        fixture.port.slow = false;
        fixture.port.becomeQuiet();
        fixture.settle();
        assertThat(mappings()).isZero();
    }

    @Test
    void aFileThatShrankCostsItsClientTheConnectionWhenTheCardMeetsIt() throws Exception {
        map(READ_WRITE, 0, 0, 4 * MIB, file);
        fixture.port.client.checkMemory();
        assertThat(client.readRegister(0)).isZero();
        MemFd.resize(file, MIB);
        fixture.port.client.checkMemory();
        assertThat(client.receive().isEnd()).isTrue();
    }
}
