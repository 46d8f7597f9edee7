package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.PfDriver;
import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.guest.VfRegisters;
import io.vfnic.testkit.registers.PfRegisterFacts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The Physical Function's port: queues, statistics of what it moved, and its other BARs")
class PfPortTest extends PfRegistersTest {
    private static final int CRC = 4;
    private static final int RXDCTL = PfRegisters.RECEIVE_QUEUE + VfRegisters.QUEUE_CONTROL;
    private static final int TXDCTL = PfRegisters.TRANSMIT_QUEUE + VfRegisters.QUEUE_CONTROL;
    private static final int FLASH_LENGTH = 0x20000;
    private static final int IOADDR = 0;
    private static final int IODATA = 4;

    @Test
    @DisplayName("ENABLE reads 0 until RCTL.EN or TCTL.EN is set; queue 0 is enabled by reset (8.10.10, 8.12.13)")
    void enable() {
        pf.write(RXDCTL + PfRegisters.QUEUE_STRIDE, VfRegisters.QUEUE_ENABLE);
        assertThat(pf.read(RXDCTL) & VfRegisters.QUEUE_ENABLE).isZero();
        assertThat(pf.read(RXDCTL + PfRegisters.QUEUE_STRIDE) & VfRegisters.QUEUE_ENABLE).isZero();

        pf.write(PfRegisters.RCTL, PfRegisters.RCTL_ENABLE);

        assertThat(pf.read(RXDCTL)).isEqualTo(VfRegisters.QUEUE_ENABLE | 0x10000);
        assertThat(pf.read(RXDCTL + PfRegisters.QUEUE_STRIDE)).isEqualTo(VfRegisters.QUEUE_ENABLE);
        assertThat(pf.read(RXDCTL + 2 * PfRegisters.QUEUE_STRIDE) & VfRegisters.QUEUE_ENABLE).isZero();
        assertThat(pf.read(TXDCTL)).isZero();

        pf.write(PfRegisters.TCTL, PfRegisters.TCTL_ENABLE);
        pf.write(RXDCTL, 0);
        pf.write(PfRegisters.RCTL, 0);

        assertThat(pf.read(TXDCTL)).isEqualTo(VfRegisters.QUEUE_ENABLE);
        assertThat(pf.read(RXDCTL + PfRegisters.QUEUE_STRIDE) & VfRegisters.QUEUE_ENABLE).isZero();
        pf.write(PfRegisters.RCTL, PfRegisters.RCTL_ENABLE);
        assertThat(pf.read(RXDCTL)).as("the driver has switched it off").isZero();
        assertThat(pf.read(RXDCTL + PfRegisters.QUEUE_STRIDE)).isEqualTo(VfRegisters.QUEUE_ENABLE);
    }

    @Test
    @DisplayName("Statistics count packets and octets with CRC, by size and kind, and clear when read (8.19)")
    void statistics() {
        byte[] mac = startLoopedBack();
        byte[] group = {1, 0, 0x5E, 0, 0, 1};
        pf.write(PfRegisters.RCTL, pf.read(PfRegisters.RCTL) | PfRegisters.RCTL_ALL_MULTICAST);
        int[] lengths = {60, 123, 124, 251, 252, 507, 508, 1019, 1020, 1514};
        int octets = 0;
        for (int length : lengths) {
            exchange(Frames.of(mac, mac, length, length));
            octets += length + CRC;
        }
        exchange(Frames.of(Frames.broadcast(), mac, 60, 1));
        exchange(Frames.of(group, mac, 60, 2));
        exchange(Frames.of(group, mac, 60, 3));
        octets += 3 * 64;
        // The looped frame of another station is transmitted, and filtered out.
        pf.transmit(0).awaitDone(pf.transmit(0).send(Frames.of(new byte[]{2, 9, 9, 9, 9, 9}, mac, 60, 4)));
        exchange(Frames.of(mac, mac, 60, 5));
        octets += 64;
        int packets = lengths.length + 4;

        assertCounters("PRC", 0x405C, 5, 1, 2, 2, 2, 2);
        assertCounters("PTC", 0x40D8, 6, 1, 2, 2, 2, 2);
        assertCounters("GPRC, BPRC, MPRC, GPTC", 0x4074, packets, 1, 2, packets + 1);
        assertCounters("GORC", 0x4088, octets, 0);
        assertCounters("GOTC", 0x4090, octets + 64, 0);
        assertCounters("TOR, TOT, TPR, TPT", 0x40C0, octets, 0, octets + 64, 0, packets, packets + 1);
        assertCounters("MPTC, BPTC", 0x40F0, 2, 1);
        assertCounters("RPTHC", 0x4104, packets);
        assertCounters("HGPTC", 0x4118, packets + 1);
        assertCounters("HGORC, HGOTC", 0x4128, octets, 0, octets + 64, 0);
        PfRegisterFacts.all().stream()
            .filter(fact -> fact.offset() >> 12 == 4 && fact.name().matches(".*(PRC|PTC|OR|OT).*"))
            .forEach(fact -> assertThat(pf.read(fact.offset())).as(fact + " read again").isZero());
    }

    @Test
    @DisplayName("A packet for a full ring counts in RNBC and RQDPC, and in MPC where the queue shall not drop")
    void missed() {
        byte[] mac = startLoopedBack();
        for (int i = 0; i < PfDriver.RING_ENTRIES + 1; i++) {
            pf.transmit(0).awaitDone(pf.transmit(0).send(Frames.of(mac, mac, 60, i)));
        }

        assertThat(pf.read(0xC030)).as("RQDPC").isEqualTo(2);
        assertThat(pf.read(0xC030)).as("RQDPC again").isZero();
        assertThat(pf.read(0x40A0)).as("RNBC").isEqualTo(2);
        assertThat(pf.read(0x4010)).as("MPC").isZero();
        assertThat(pf.read(0x4074)).as("GPRC").isEqualTo(PfDriver.RING_ENTRIES - 1);
    }

    @Test
    @DisplayName("A packet longer than allowed counts in ROC and TPR only")
    void oversized() {
        byte[] mac = startLoopedBack();
        pf.transmit(0).awaitDone(pf.transmit(0).send(Frames.of(mac, mac, 1515, 1)));
        exchange(Frames.of(mac, mac, 60, 2));

        assertThat(pf.read(0x40AC)).as("ROC").isEqualTo(1);
        assertThat(pf.read(0x40D0)).as("TPR").isEqualTo(2);
        assertThat(pf.read(0x4074)).as("GPRC").isEqualTo(1);
    }

    @Test
    @DisplayName("IOADDR and IODATA reach every register, a dword at a time; outside of them is nothing")
    void ioPorts() {
        writePort(IOADDR, 0x0038);
        assertThat(readPort(IOADDR)).isEqualTo(0x0038);
        assertThat(readPort(IODATA)).isEqualTo(0x81008100);
        writePort(IODATA, 0x88A88100);
        assertThat(pf.read(0x0038)).isEqualTo(0x88A88100);

        for (int outside : new int[]{0x20000, 0x80000, -4}) {
            writePort(IOADDR, outside);
            writePort(IODATA, -1);
            assertThat(readPort(IODATA)).as("0x%X", outside).isZero();
        }
        assertThat(readPort(0x08)).isZero();
        assertThat(client.read(RegionIndex.BAR0 + 2, IODATA, 1)).as("less than a dword").containsExactly(0);
    }

    @Test
    @DisplayName("The BARs: registers 128 KiB, flash 128 KiB, I/O ports 32 bytes, MSI-X 16 KiB; the flash is empty")
    void bars() {
        for (int bar = 0; bar < 6; bar++) {
            pf.config().write32(0x10 + 4 * bar, -1);
        }

        assertThat(pf.config().read32(0x10)).isEqualTo(0xFFFE0000);
        assertThat(pf.config().read32(0x14)).isEqualTo(0xFFFE0000);
        assertThat(pf.config().read32(0x18)).isEqualTo(0xFFFFFFE1);
        assertThat(pf.config().read32(0x1C)).isEqualTo(0xFFFFC000);
        assertThat(pf.config().read32(0x20)).isZero();
        assertThat(client.regionInfo(RegionIndex.BAR0 + 1).size()).isEqualTo(FLASH_LENGTH);
        assertThat(client.regionInfo(RegionIndex.BAR0 + 2).size()).isEqualTo(32);
        client.write32(RegionIndex.BAR0 + 1, 0x1FFFC, -1);
        assertThat(client.read32(RegionIndex.BAR0 + 1, 0x1FFFC)).isZero();
        pf.config().write16(PciConfig.COMMAND, 7);
        assertThat(pf.config().read16(PciConfig.COMMAND)).as("I/O space enable").isEqualTo(7);
    }

    /** Its rings on queue 0, no frame longer than 1,518 bytes, and the PHY returning what is sent. */
    private byte[] startLoopedBack() {
        pf.start();
        pf.write(PfRegisters.RCTL, pf.read(PfRegisters.RCTL) & ~PfRegisters.RCTL_LONG_PACKETS);
        pf.startQueue(0);
        pf.loopBack();
        return pf.mac();
    }

    private int readPort(int port) {
        return client.read32(RegionIndex.BAR0 + 2, port);
    }

    private void writePort(int port, int value) {
        client.write32(RegionIndex.BAR0 + 2, port, value);
    }

    private void exchange(byte[] frame) {
        pf.transmit(0).send(frame);
        assertThat(pf.receive(0).await().bytes()).isEqualTo(frame);
    }

    private void assertCounters(String what, int offset, int... values) {
        for (int i = 0; i < values.length; i++) {
            assertThat(pf.read(offset + 4 * i)).as("%s, 0x%04X", what, offset + 4 * i).isEqualTo(values[i]);
        }
    }
}
