package io.vfnic.device.pci;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Configuration space of a VF")
class VirtualFunctionConfigTest {
    private final ConfigSpace config = VirtualFunctionConfig.create();

    @Test
    @DisplayName("IDs are those of an 82576 VF; class Ethernet; no interrupt pin (82576 facts, section 1)")
    void identity() {
        assertThat(config.get(0x00, 4)).isEqualTo(0x10CA8086);
        assertThat(config.get(0x08, 4)).isEqualTo(0x02000001);
        assertThat(config.get(0x0E, 1)).as("header type").isZero();
        assertThat(config.get(0x2C, 2)).as("subsystem vendor").isEqualTo(0x8086);
        assertThat(config.get(0x3D, 1)).as("interrupt pin").isZero();
    }

    @Test
    @DisplayName("The capability list is MSI-X, PCI Express (PCI 3.0, 6.7)")
    void capabilities() {
        Map<Integer, Integer> found = new LinkedHashMap<>();
        for (int at = config.get(0x34, 1); at != 0; at = config.get(at + 1, 1)) {
            found.put(at, config.get(at, 1));
        }

        assertThat(config.get(0x06, 2) & 0x10).as("STATUS.CapList").isEqualTo(0x10);
        assertThat(found).containsExactly(Map.entry(0x70, 0x11), Map.entry(0xA0, 0x10));
    }

    @Test
    @DisplayName("The extended capability list is AER, ARI (PCIe 2.0, 7.9)")
    void extendedCapabilities() {
        Map<Integer, Integer> found = new LinkedHashMap<>();
        for (int at = 0x100; at != 0; at = config.get(at, 4) >>> 20) {
            found.put(at, config.get(at, 4) & 0xFFFFF);
        }

        assertThat(found).containsExactly(Map.entry(0x100, 0x10001), Map.entry(0x150, 0x1000E));
    }

    @Test
    @DisplayName("MSI-X: three vectors, table and PBA in BAR0; enable and mask are writable (PCI 3.0, 6.8.2)")
    void msix() {
        assertThat(config.get(0x72, 2)).isEqualTo(2);
        assertThat(config.get(0x74, 4)).isEqualTo(0x4000);
        assertThat(config.get(0x78, 4)).isEqualTo(0x6000);

        write(0x72, 2, 0xFFFF);

        assertThat(config.get(0x72, 2)).isEqualTo(0xC002);
    }

    @Test
    @DisplayName("BAR0 is a 32 KiB, 32-bit, non-prefetchable memory BAR, sized by writing ones; there is no other")
    void bars() {
        for (int bar = 0x10; bar <= 0x24; bar += 4) {
            write(bar, 4, 0xFFFFFFFF);
        }
        write(0x30, 4, 0xFFFFFFFF);

        assertThat(config.get(0x10, 4)).isEqualTo(-0x8000);
        assertThat(List.of(config.get(0x14, 4), config.get(0x18, 4), config.get(0x1C, 4), config.get(0x20, 4),
            config.get(0x24, 4), config.get(0x30, 4))).containsOnly(0);

        write(0x10, 4, 0xFEB12345);
        assertThat(config.get(0x10, 4)).isEqualTo(0xFEB10000);
    }

    @Test
    @DisplayName("COMMAND keeps memory enable, bus master, parity, SERR and INTx disable; no I/O space")
    void command() {
        write(0x04, 2, 0xFFFF);

        assertThat(config.get(0x04, 2)).isEqualTo(0x0546);
    }

    @Test
    @DisplayName("Changes of COMMAND are announced, writes that change nothing are not")
    void commandListener() {
        List<Integer> heard = new ArrayList<>();
        VirtualFunctionConfig.onCommandChange(config, heard::add);

        write(0x04, 2, 0x0006);
        write(0x04, 2, 0x0006);
        write(0x04, 1, 0x02);
        write(0x06, 2, 0xF900);

        assertThat(heard).containsExactly(0x0006, 0x0002);
    }

    @Test
    @DisplayName("Device control bit 15 initiates a function level reset, whatever the width of the write, and reads 0")
    void functionLevelReset() {
        int[] resets = {0};
        VirtualFunctionConfig.onFunctionLevelReset(config, () -> resets[0]++);

        write(0xA8, 2, 0xA810);
        write(0xA9, 1, 0x80);
        write(0xA8, 4, 0x00008000);
        write(0xA8, 2, 0x2810);
        write(0xA8, 1, 0x80);

        assertThat(resets[0]).isEqualTo(3);
        assertThat(config.get(0xA8, 2) & 0x8000).isZero();
        assertThat(config.get(0xA4, 4) & 1 << 28).as("FLR capability").isNotZero();
        assertThat(config.get(0xA2, 2)).as("version 2, endpoint").isEqualTo(2);
    }

    @Test
    @DisplayName("Status bits are cleared by writing 1 and by nothing else")
    void write1ToClear() {
        config.set(0x06, 2, 0xF910);
        config.set(0xAA, 2, 0x000F);
        config.set(0x110, 4, 0x00002001);

        write(0x06, 2, 0x8000);
        write(0xAA, 2, 0x0001);
        write(0x110, 4, 0x00002000);

        assertThat(config.get(0x06, 2)).isEqualTo(0x7910);
        assertThat(config.get(0xAA, 2)).isEqualTo(0x000E);
        assertThat(config.get(0x110, 4)).isEqualTo(0x00000001);
    }

    @Test
    @DisplayName("The whole space can be read at once, as QEMU does at start, and written across fields")
    void bulk() {
        UnsafeBuffer all = new UnsafeBuffer(new byte[ConfigSpace.LENGTH]);

        config.read(0, ConfigSpace.LENGTH, all, 0);

        assertThat(all.getInt(0)).isEqualTo(0x10CA8086);
        assertThat(all.getInt(0x150)).isEqualTo(0x0001000E);
        assertThat(all.getInt(0xFFC)).isZero();

        UnsafeBuffer ones = new UnsafeBuffer(new byte[ConfigSpace.LENGTH]);
        ones.setMemory(0, ConfigSpace.LENGTH, (byte)0xFF);
        config.write(0, ConfigSpace.LENGTH, ones, 0);
        assertThat(config.get(0x00, 4)).isEqualTo(0x10CA8086);
        assertThat(config.get(0x04, 2)).isEqualTo(0x0546);
        assertThat(config.get(0x3C, 1)).as("interrupt line").isEqualTo(0xFF);
    }

    @Test
    @DisplayName("Reset restores every field")
    void reset() {
        write(0x04, 2, 0x0006);
        write(0x10, 4, 0xFEB10000);
        write(0x72, 2, 0x8000);

        config.reset();

        assertThat(config.get(0x04, 2)).isZero();
        assertThat(config.get(0x10, 4)).isZero();
        assertThat(config.get(0x72, 2)).isEqualTo(2);
    }

    private void write(int offset, int length, int value) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[4]);
        buffer.putInt(0, value);
        config.write(offset, length, buffer, 0);
    }
}
