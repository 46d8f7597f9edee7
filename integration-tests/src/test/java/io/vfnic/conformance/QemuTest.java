package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.GuestMemory;
import io.vfnic.testkit.guest.PciConfig;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The message sequences of stock QEMU 10.1 to 11.1 as they were observed, and what its client insists on. */
class QemuTest extends ServerTest {
    private static final int INTERRUPT_PIN = 0x3D;
    private static final int ROM_ADDRESS = 0x30;
    private static final int BAR0_ADDRESS = 0x10;
    private static final int EXTENDED_CAPABILITIES = 0x100;

    private PciConfig config() {
        return new PciConfig(client);
    }

    /** QEMU reads a reply into the buffer of its request; a longer one makes the stream useless to it. */
    @Test
    void noReplyIsLongerThanItsRequestButThoseQemuMakesRoomFor() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            byte[] getInfo = new byte[DeviceInfo.LENGTH];
            new DeviceInfo().wrap(new UnsafeBuffer(getInfo), 0).argsz(getInfo.length);
            byte[] irqInfo = new byte[IrqInfo.LENGTH];
            new IrqInfo().wrap(new UnsafeBuffer(irqInfo), 0).argsz(irqInfo.length).index(IrqIndex.MSIX);

            assertFits(Command.DEVICE_GET_INFO, getInfo);
            assertFits(Command.DEVICE_GET_IRQ_INFO, irqInfo);
            assertFits(Command.DEVICE_GET_REGION_INFO, VfioUserClient.regionInfoPayload(RegionIndex.BAR0, 32));
            assertFits(Command.DMA_MAP, VfioUserClient.mapPayload(3, 0, 0x1000, 0x1000));
            assertFits(Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, 0x1000, 0x1000));
            assertFits(Command.DEVICE_SET_IRQS, VfioUserClient.setIrqsPayload(0x24, 2, 0, 1), eventFd.fd());
            assertFits(Command.REGION_WRITE, VfioUserClient.writePayload(RegionIndex.CONFIG, 4, new byte[2]));
            assertFits(Command.DEVICE_RESET, NOTHING);
        }
    }

    /** Several ranges are mapped, pipelined, before the device is even asked what it is. */
    @Test
    void realize() throws IOException {
        try (GuestMemory memory = GuestMemory.shared(0, 4 << 20); EventFd error = EventFd.create()) {
            List<CompletableFuture<Message>> maps = new ArrayList<>();
            maps.add(client.start(Command.DMA_MAP,
                VfioUserClient.mapPayload(DmaMap.READ | DmaMap.WRITE, 0, 0, 0xC0000), memory.fd()));
            maps.add(client.start(Command.DMA_MAP, VfioUserClient.mapPayload(DmaMap.READ, 0, 0xC0000, 0x40000)));
            maps.add(client.start(Command.DMA_MAP,
                VfioUserClient.mapPayload(DmaMap.READ | DmaMap.WRITE, 0x100000, 0x100000, 0x300000), memory.fd()));
            maps.add(client.start(Command.DMA_MAP, VfioUserClient.mapPayload(DmaMap.READ, 0, 0xFFFC0000L, 0x40000)));
            maps.forEach(map -> assertSucceeds(client.exchange().await(map)));

            assertThat(client.deviceInfo().flags() & DeviceInfo.PCI).isNotZero();
            for (int region : new int[]{0, 1, 2, 3, 4, 5, 7}) {
                assertThat(Long.bitCount(client.regionInfo(region).size())).as("QEMU aborts on odd BAR sizes")
                    .isLessThanOrEqualTo(1);
            }
            assertThat(client.irqInfo(IrqIndex.ERR).count()).isEqualTo(1);
            assertThat(client.read(RegionIndex.CONFIG, 0, 4096)).hasSize(4096);

            int rom = config().read32(ROM_ADDRESS);
            config().write32(ROM_ADDRESS, 0xFFFF_F800);
            assertThat(config().read32(ROM_ADDRESS)).as("no ROM").isZero();
            config().write32(ROM_ADDRESS, rom);
            assertThat(config().read32(BAR0_ADDRESS) & 0xF).as("memory, not I/O").isIn(0, 4, 8, 12);
            assertThat(config().read8(INTERRUPT_PIN)).as("a VF has no pin; QEMU would need INTx").isZero();
            client.setEventFds(IrqIndex.ERR, 0, error);
            assertAlive();
        }
    }

    /** What QEMU insists on: table and pending bits in BARs, 8-aligned, apart from each other. */
    @Test
    void theMsixCapabilitySuitsQemu() {
        int msix = config().capability(PciConfig.CAPABILITY_MSIX);
        int vectors = (config().read16(msix + PciConfig.MSIX_CONTROL) & 0x7FF) + 1;
        int table = config().read32(msix + 4);
        int pending = config().read32(msix + 8);
        long barLength = client.regionInfo(RegionIndex.BAR0).size();

        assertThat(vectors).isEqualTo(3).isEqualTo((int)client.irqInfo(IrqIndex.MSIX).count());
        assertThat(table & 7).as("BAR of the table").isZero();
        assertThat(pending & 7).as("BAR of the pending bits").isZero();
        assertThat((table & ~7L) + 16L * vectors).isLessThanOrEqualTo(barLength);
        assertThat((pending & ~7L) + 8).isLessThanOrEqualTo(barLength);
        assertThat(pending & ~7).isGreaterThanOrEqualTo((table & ~7) + 16 * vectors);
    }

    /** QEMU accepts endpoints, legacy endpoints and root complex integrated endpoints; a VF is the first. */
    @Test
    void itIsAPciExpressEndpointWithFunctionLevelReset() {
        int express = config().capability(PciConfig.CAPABILITY_PCI_EXPRESS);

        assertThat(config().read16(express + 2) >> 4 & 0xF).as("device type").isZero();
        assertThat(config().read32(express + PciConfig.DEVICE_CAPABILITIES) & 1 << 28).as("FLR").isNotZero();
        assertThat(config().read32(EXTENDED_CAPABILITIES) & 0xFFFF).as("AER first").isEqualTo(1);
    }

    /** At machine start, guest reboot and slot power-off. ERR and the DMA ranges are not set again. */
    @Test
    void resetOfTheMachine() throws IOException {
        try (GuestMemory memory = GuestMemory.shared(0, 1 << 20); EventFd signal = EventFd.create()) {
            client.map(memory);
            client.setEventFds(IrqIndex.MSIX, 0, signal);
            for (int i = 0; i < 3; i++) {
                client.disableInterrupts(IrqIndex.MSIX);
                config().write16(PciConfig.COMMAND, config().read16(PciConfig.COMMAND) & ~7 & ~0x400);
                client.reset();
                assertThat(config().read8(INTERRUPT_PIN)).isZero();
                for (int bar = BAR0_ADDRESS; bar < BAR0_ADDRESS + 24; bar += 4) {
                    config().write32(bar, 0);
                }
                client.setEventFds(IrqIndex.MSIX, 0, signal);
            }
            client.setIrqs(0x21, IrqIndex.MSIX, 0, 1);
            assertThat(signal.drain()).isEqualTo(1);
            client.unmap(memory);
        }
    }

    /** "MSI-X on, no vector", then one vector after the other, as the guest unmasks it; then off. */
    @Test
    void msixOnAndOff() throws IOException {
        try (EventFd signal = EventFd.create()) {
            int control = config().capability(PciConfig.CAPABILITY_MSIX) + PciConfig.MSIX_CONTROL;
            for (int i = 0; i < 3; i++) {
                config().write16(control, config().read16(control) | PciConfig.MSIX_ENABLE);
                client.setIrqs(0x24, IrqIndex.MSIX, 0, 1);
                for (int vector = 0; vector < 3; vector++) {
                    client.setEventFds(IrqIndex.MSIX, vector, signal);
                }
                client.setIrqs(0x21, IrqIndex.MSIX, 0, 3);
                assertThat(signal.drain()).isEqualTo(3);
                config().write16(control, config().read16(control) & ~PciConfig.MSIX_ENABLE);
                client.disableInterrupts(IrqIndex.MSIX);
            }
        }
    }

    private void assertFits(Command command, byte[] payload, Fd... fds) {
        Message reply = assertSucceeds(client.call(command, payload, fds));
        assertThat(reply.payload().length).as(command.name()).isLessThanOrEqualTo(payload.length);
        assertThat(reply.fds()).isEmpty();
    }
}
