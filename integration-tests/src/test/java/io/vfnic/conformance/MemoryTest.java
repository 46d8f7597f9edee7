package io.vfnic.conformance;

import java.io.IOException;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.dma.DirtyBitmap;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.dma.DmaUnmap;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DMA_MAP" and "VFIO_USER_DMA_UNMAP". */
class MemoryTest extends ServerTest {
    private static final int READ_WRITE = DmaMap.READ | DmaMap.WRITE;
    private static final int SIZE = 1 << 20;

    private GuestMemory memory;

    @BeforeEach
    void createMemory() throws IOException {
        memory = GuestMemory.shared(0x10_0000, SIZE);
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    @Test
    void memoryCanBeMappedAndUnmappedWithAndWithoutAFileDescriptor() throws IOException {
        try (GuestMemory withoutFd = GuestMemory.messageBacked(0x1000_0000, SIZE)) {
            client.map(memory);
            client.map(withoutFd);
            client.unmap(memory);
            client.unmap(withoutFd);
            client.map(memory);
        }
        assertAlive();
    }

    /** "The server responds with the original DMA entry in the request." */
    @Test
    void unmapRepeatsTheRequest() {
        client.map(memory);
        byte[] payload = VfioUserClient.unmapPayload(0, memory.iova(), SIZE);

        Message reply = assertSucceeds(client.call(Command.DMA_UNMAP, payload));

        Assertions.assertThat(reply.payload()).isEqualTo(payload);
    }

    /** QEMU maps one file in several parts, at the file's offsets. */
    @Test
    void partsOfAFileCanBeMapped() {
        assertSucceeds(client.call(
            Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0, 0xC0000), memory.fd()));
        assertSucceeds(client.call(
            Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0xC0000, 0x10_0000, 0x40000), memory.fd()));
        assertSucceeds(client.call(
            Command.DMA_MAP, VfioUserClient.mapPayload(DmaMap.READ, 0, 0x1_0000_0000L, SIZE), memory.fd()));
        assertAlive();
    }

    /** "A command to map over an existing region must be failed by the server with EEXIST". */
    @ParameterizedTest
    @CsvSource({"0x100000, 0x100000", "0x180000, 0x1000", "0xff000, 0x2000", "0x1ff000, 0x1000", "0xff000, 0x102000"})
    void aRangeThatOverlapsAnotherExists(String address, String size) {
        client.map(memory);

        assertFails(Errno.EEXIST, Command.DMA_MAP,
            VfioUserClient.mapPayload(READ_WRITE, 0, Long.decode(address), Long.decode(size)));
    }

    /** libvfio-user: the same range of the same file once more is a success. */
    @Test
    void anIdenticalRepetitionSucceedsAndIsOneMapping() {
        client.map(memory);

        client.map(memory);

        client.unmap(memory);
        assertFails(Errno.ENOENT, Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, memory.iova(), SIZE));
    }

    @Test
    void theSameRangeOfAnotherFileOrWithOtherRightsExists() throws IOException {
        client.map(memory);
        try (GuestMemory other = GuestMemory.shared(memory.iova(), SIZE)) {
            assertFails(Errno.EEXIST, Command.DMA_MAP,
                VfioUserClient.mapPayload(READ_WRITE, 0, memory.iova(), SIZE), other.fd());
            assertFails(Errno.EEXIST, Command.DMA_MAP,
                VfioUserClient.mapPayload(DmaMap.READ, 0, memory.iova(), SIZE), memory.fd());
        }
    }

    @Test
    void rangesMayTouch() {
        client.map(memory);

        assertSucceeds(client.call(Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0xFF000, 0x1000)));
        assertSucceeds(client.call(Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0x200000, 0x1000)));
    }

    @ParameterizedTest(name = "{5}")
    @CsvSource({
        "3, 0, 0x1000, 0, EINVAL, empty",
        "19, 0, 0x1000, 0x1000, EINVAL, unknown flag",
        "3, 0, 0xfffffffffffff000, 0x2000, EINVAL, beyond the last address",
        "3, 0, 0, 0x80000000001, ENOSPC, more than 8 TiB",
        "3, 0x1000, 0x1000, 0x100000, EINVAL, beyond the file's end",
        "3, 0x7fffffffffff0000, 0x1000, 0x100000, EINVAL, beyond any file's end",
        "3, 0x10, 0x1000, 0x1000, EINVAL, an offset that is no multiple of the page size"})
    void isRefused(int flags, String offset, String address, String size, Errno errno, String what) {
        assertFails(errno, Command.DMA_MAP, VfioUserClient.mapPayload(
            flags, Long.decode(offset), Long.parseUnsignedLong(address.replace("0x", ""), 16), Long.decode(size)),
            memory.fd());
    }

    @Test
    void aMapWithMmapFlagNeedsAFileDescriptor() {
        assertFails(Errno.EINVAL, Command.DMA_MAP,
            VfioUserClient.mapPayload(READ_WRITE | DmaMap.MMAP, 0, 0x1000, 0x1000));
    }

    @Test
    void aMapTakesOneFileDescriptor() {
        assertFails(Errno.EINVAL, Command.DMA_MAP,
            VfioUserClient.mapPayload(READ_WRITE, 0, 0x1000, 0x1000), memory.fd(), memory.fd());
    }

    @Test
    void shortMessagesAndArgszAreInvalid() {
        byte[] map = VfioUserClient.mapPayload(READ_WRITE, 0, 0x1000, 0x1000);
        map[0] = 31;
        byte[] unmap = VfioUserClient.unmapPayload(0, 0x1000, 0x1000);
        unmap[0] = 23;

        assertFails(Errno.EINVAL, Command.DMA_MAP, map, memory.fd());
        assertFails(Errno.EINVAL, Command.DMA_MAP, new byte[31], memory.fd());
        assertFails(Errno.EINVAL, Command.DMA_UNMAP, unmap);
        assertFails(Errno.EINVAL, Command.DMA_UNMAP, new byte[23]);
    }

    @Test
    void aDescriptorThatCannotBeMappedIsRefused() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            Message reply = client.call(
                Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0x1000, 0x1000), eventFd.fd());

            Assertions.assertThat(reply.isError()).isTrue();
        }
        assertAlive();
    }

    /** "The address and size ... must match exactly a previous mapping": nothing of it can be kept. */
    @ParameterizedTest
    @CsvSource({"0x100000, 0x1000", "0x101000, 0xff000", "0x101000, 0x100000", "0x200000, 0x100000", "0, 0"})
    void onlyWholeMappingsCanBeUnmapped(String address, String size) {
        client.map(memory);

        assertFails(Errno.ENOENT, Command.DMA_UNMAP,
            VfioUserClient.unmapPayload(0, Long.decode(address), Long.decode(size)));
        client.unmap(memory);
        assertFails(Errno.ENOENT, Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, memory.iova(), SIZE));
    }

    /** Wider than the specification: QEMU does so for a guest with an IOMMU, and goes on as if it had worked. */
    @Test
    void allMappingsInARangeCanBeUnmapped() {
        client.map(memory);
        assertSucceeds(client.call(Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0, 0x1000)));

        assertSucceeds(client.call(Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, 0, 1L << 32)));

        assertFails(Errno.ENOENT, Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, memory.iova(), SIZE));
        client.map(memory);
    }

    @Test
    void everythingCanBeUnmappedAtOnce() {
        client.map(memory);
        assertSucceeds(client.call(Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, 0, 0x1000)));

        assertSucceeds(client.call(Command.DMA_UNMAP, VfioUserClient.unmapPayload(DmaUnmap.ALL, 0, 0)));

        assertFails(Errno.ENOENT, Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, memory.iova(), SIZE));
        client.map(memory);
    }

    @ParameterizedTest
    @CsvSource({"2, 0x1000, 0", "2, 0, 0x1000", "3, 0, 0", "4, 0x100000, 0x100000"})
    void unmapsFlagsAreChecked(int flags, String address, String size) {
        client.map(memory);

        assertFails(Errno.EINVAL, Command.DMA_UNMAP,
            VfioUserClient.unmapPayload(flags, Long.decode(address), Long.decode(size)));
    }

    /** libvfio-user: there is no dirty bitmap unless logging was started, which is not supported. */
    @Test
    void thereIsNoDirtyBitmap() {
        client.map(memory);
        byte[] payload = new byte[DmaUnmap.LENGTH + DirtyBitmap.MIN_LENGTH];
        UnsafeBuffer buffer = new UnsafeBuffer(payload);
        new DmaUnmap().wrap(buffer, 0)
            .argsz(1024).flags(DmaUnmap.GET_DIRTY_BITMAP).address(memory.iova()).size(SIZE);
        new DirtyBitmap().wrap(buffer, DmaUnmap.LENGTH, DirtyBitmap.MIN_LENGTH).pageSize(4096).bitmapSize(32);

        assertFails(Errno.EINVAL, Command.DMA_UNMAP, payload);
    }

    /** Firmware re-maps low memory in bursts, pipelined. */
    @Test
    void burstsOfMapsAndUnmapsAreHandledInOrder() {
        byte[] map = VfioUserClient.mapPayload(READ_WRITE, 0, memory.iova(), SIZE);
        byte[] unmap = VfioUserClient.unmapPayload(0, memory.iova(), SIZE);
        for (int i = 0; i < 200; i++) {
            client.post(Command.DMA_MAP, map, memory.fd());
            client.post(Command.DMA_UNMAP, unmap);
        }

        assertFails(Errno.ENOENT, Command.DMA_UNMAP, unmap);
    }

    /** Mappings are the client's: they outlive a reset of the device, since QEMU does not repeat them. */
    @Test
    void mappingsSurviveAReset() {
        client.map(memory);

        client.reset();

        assertFails(Errno.EEXIST, Command.DMA_MAP, VfioUserClient.mapPayload(READ_WRITE, 0, memory.iova(), 0x1000));
        client.unmap(memory);
    }
}
