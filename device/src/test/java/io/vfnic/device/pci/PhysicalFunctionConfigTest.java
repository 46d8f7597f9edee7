package io.vfnic.device.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's configuration space (82576 facts, 1)")
final class PhysicalFunctionConfigTest {
    private final ConfigSpace config = PhysicalFunctionConfig.create(0x0002_0304_0506L, 7, PfInterrupts.MSIX);

    @Test
    @DisplayName("names an 82576 with an INTA pin, a 128 KiB register BAR and a 16 KiB MSI-X BAR")
    void header() {
        assertThat(config.get(0x00, 4)).isEqualTo(0x10C98086);
        assertThat(config.get(0x08, 4)).isEqualTo(0x02000001);
        assertThat(config.get(0x3D, 1)).isEqualTo(1);

        write(0x10, 4, -1);
        write(0x1C, 4, -1);

        assertThat(config.get(0x10, 4)).isEqualTo(0xFFFE0000);
        assertThat(config.get(0x1C, 4)).isEqualTo(0xFFFFC000);
    }

    @Test
    @DisplayName("links PM, MSI, MSI-X of ten vectors and PCIe")
    void capabilities() {
        assertThat(config.get(0x34, 1)).isEqualTo(0x40);
        assertThat(config.get(0x40, 2)).isEqualTo(0x5001);
        assertThat(config.get(0x50, 2)).isEqualTo(0x7005);
        assertThat(config.get(0x70, 4)).isEqualTo(0x0009_A011);
        assertThat(config.get(0x74, 4)).isEqualTo(3);
        assertThat(config.get(0x78, 4)).isEqualTo(0x2003);
        assertThat(config.get(0xA0, 2)).isEqualTo(0x0010);
    }

    @Test
    @DisplayName("without MSI-X links PM, MSI and PCIe, and without MSI, too, PM and PCIe")
    void fewerKindsOfInterrupts() {
        final ConfigSpace msi = PhysicalFunctionConfig.create(0, 0, PfInterrupts.MSI);
        assertThat(msi.get(0x41, 1)).isEqualTo(0x50);
        assertThat(msi.get(0x50, 2)).isEqualTo(0xA005);
        assertThat(msi.get(0x70, 4)).isZero();

        final ConfigSpace intx = PhysicalFunctionConfig.create(0, 0, PfInterrupts.INTX);
        assertThat(intx.get(0x41, 1)).isEqualTo(0xA0);
        assertThat(intx.get(0x50, 4)).isZero();
        assertThat(intx.get(0x3D, 1)).isEqualTo(1);
    }

    @Test
    @DisplayName("links AER, serial number, ARI and SR-IOV")
    void extendedCapabilities() {
        assertThat(config.get(0x100, 4)).isEqualTo(0x14010001);
        assertThat(config.get(0x140, 4)).isEqualTo(0x15010003);
        assertThat(config.get(0x150, 4)).isEqualTo(0x1601000E);
        assertThat(config.get(0x160, 4)).isEqualTo(0x00010010);
        assertThat(config.get(0x144, 4)).isEqualTo(0xFE040506);
        assertThat(config.get(0x148, 4)).isEqualTo(0x000203FF);
    }

    @Test
    @DisplayName("VF enable brings up NumVFs VFs, which cannot be changed meanwhile (SR-IOV 1.1, 3.3.7)")
    void vfEnable() {
        final List<Integer> enabled = new ArrayList<>();
        PhysicalFunctionConfig.onVfsChange(config, 7, enabled::add);

        write(0x170, 2, 3);
        assertThat(enabled).isEmpty();
        write(0x168, 2, 0x0009);
        write(0x170, 2, 5);
        assertThat(config.get(0x170, 2)).isEqualTo(3);
        write(0x168, 2, 0x0008);

        assertThat(enabled).containsExactly(3, 0);
    }

    @Test
    @DisplayName("NumVFs is no more than TotalVFs")
    void tooManyVfs() {
        PhysicalFunctionConfig.onVfsChange(config, 7, vfs -> { });

        write(0x170, 2, 200);

        assertThat(config.get(0x170, 2)).isEqualTo(7);
    }

    @Test
    @DisplayName("VF BAR0 sizes as 32 KiB, page size 4 KiB, VFs from 80h on, every second one, device 10CAh")
    void vfGeometry() {
        write(0x184, 4, -1);

        assertThat(config.get(0x184, 4)).isEqualTo(0xFFFF8000);
        assertThat(config.get(0x174, 4)).isEqualTo(0x00020080);
        assertThat(config.get(0x178, 4)).isEqualTo(0x10CA0000);
        assertThat(config.get(0x16C, 4)).isEqualTo(0x00070007);
        assertThat(config.get(0x180, 4)).isEqualTo(1);
    }

    @Test
    @DisplayName("function level reset is initiated by device control bit 15, which reads 0")
    void functionLevelReset() {
        final List<String> resets = new ArrayList<>();
        PhysicalFunctionConfig.onFunctionLevelReset(config, () -> resets.add("FLR"));

        write(0xA8, 2, 0xA810);

        assertThat(resets).containsExactly("FLR");
        assertThat(config.get(0xA8, 2) & 0x8000).isZero();
    }

    private void write(int offset, int width, int value) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[4]);
        bytes.putInt(0, value, ByteOrder.LITTLE_ENDIAN);
        config.write(offset, width, bytes, 0);
    }
}
