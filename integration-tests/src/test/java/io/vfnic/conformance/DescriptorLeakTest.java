package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.Patience;
import org.junit.jupiter.api.Test;

/**
 * No descriptor stays open that nobody needs. The server runs in this process, so its descriptors are counted together
 * with the test's.
 */
class DescriptorLeakTest extends ServerTest {
    private static final int ROUNDS = 20;

    @Test
    void thoseOfRejectedMessagesAreClosed() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            Fd fd = eventFd.fd();
            int before = openDescriptors();
            for (int i = 0; i < ROUNDS; i++) {
                for (Command command : Command.values()) {
                    client.call(command, new byte[8], fd, fd, fd);
                }
                client.call(Command.DMA_MAP, VfioUserClient.mapPayload(0, 0, 0x1000, 0x1000), fd, fd);
                client.call(Command.DMA_MAP, VfioUserClient.mapPayload(0, 0, 0x1000, 0x1000), fd);
                client.call(Command.DEVICE_SET_IRQS, VfioUserClient.setIrqsPayload(0x24, IrqIndex.MSIX, 2, 2), fd, fd);
                client.post(Command.DEVICE_RESET, NOTHING, fd, fd);
                client.exchange().send(VfioUserClient.encode(0x8000, Command.DMA_READ.number(), 1, NOTHING), fd);
            }
            assertAlive();
            assertDescriptorsBecome(before);
        }
    }

    @Test
    void replacedAndDroppedEventfdsAreClosed() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            int before = openDescriptors();
            for (int i = 0; i < ROUNDS; i++) {
                client.setEventFds(IrqIndex.MSIX, 0, eventFd, eventFd, eventFd);
                client.setEventFds(IrqIndex.ERR, 0, eventFd);
            }
            client.disableInterrupts(IrqIndex.MSIX);
            client.setIrqs(0x24, IrqIndex.ERR, 0, 1);
            assertDescriptorsBecome(before);
        }
    }

    @Test
    void thoseOfUnmappedMemoryAreClosed() throws IOException {
        try (GuestMemory memory = GuestMemory.shared(0x10_0000, 1 << 20)) {
            int before = openDescriptors();
            for (int i = 0; i < ROUNDS; i++) {
                client.map(memory);
                client.call(Command.DMA_MAP,
                    VfioUserClient.mapPayload(DmaMap.READ, 0, memory.iova(), memory.size()), memory.fd());
                client.unmap(memory);
            }
            assertDescriptorsBecome(before);
        }
    }

    @Test
    void thoseOfAClientThatHasGoneAreClosed() throws IOException {
        try (EventFd eventFd = EventFd.create(); GuestMemory memory = GuestMemory.shared(0x10_0000, 1 << 20)) {
            server.attachWhenFree(1).close();
            int before = openDescriptors();
            for (int i = 0; i < ROUNDS; i++) {
                try (VfioUserClient next = server.attachWhenFree(1)) {
                    next.map(memory);
                    next.setEventFds(IrqIndex.MSIX, 0, eventFd, eventFd);
                    next.exchange().send(new byte[10], eventFd.fd());
                }
                try (VfioUserClient refused = VfioUserClient.connect(server.socket(0))) {
                    refused.start(Command.VERSION, NOTHING, eventFd.fd());
                    refused.exchange().awaitClosedByServer();
                }
                try (VfioUserClient silent = server.connect(1)) {
                    assertThat(silent.exchange().isClosedByServer()).isFalse();
                }
            }
            assertDescriptorsBecome(before);
        }
    }

    /** The server closes some only when the card's agents have let go. */
    private static void assertDescriptorsBecome(int expected) {
        Patience.until("no more than " + expected + " open descriptors", () -> openDescriptors() <= expected);
    }

    private static int openDescriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return (int)open.count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
