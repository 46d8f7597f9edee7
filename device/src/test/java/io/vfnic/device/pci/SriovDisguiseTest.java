package io.vfnic.device.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("SR-IOV and ARI, which QEMU leaves out of the list of extended capabilities that it reads at its start, " +
    "are")
final class SriovDisguiseTest {
    private static final int ARI = 0x150;
    private static final int SRIOV = 0x160;

    private final ConfigSpace pf = PhysicalFunctionConfig.create(0x0002_0304_0506L, 7, PfInterrupts.MSIX);
    private final ConfigSpace vf = VirtualFunctionConfig.create();

    @Test
    @DisplayName("vendor-specific in a read of the whole space, the next pointers untouched")
    void hidden() {
        assertThat(header(SriovDisguise.QEMU, pf, 4096, ARI)).isEqualTo(0x1601000B);
        assertThat(header(SriovDisguise.QEMU, pf, 4096, SRIOV)).isEqualTo(0x0001000B);
        assertThat(header(SriovDisguise.QEMU, vf, 4096, ARI)).isEqualTo(0x0001000B);
    }

    @Test
    @DisplayName("themselves in a guest's reads, of 8 bytes at the most")
    void shown() {
        for (int length = 4; length <= 8; length += 4) {
            final UnsafeBuffer copy = new UnsafeBuffer(new byte[8]);
            pf.read(SRIOV, length, copy, 0);
            SriovDisguise.QEMU.apply(pf, copy, 0, SRIOV, length);

            assertThat(copy.getInt(0, ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x00010010);
        }
    }

    @Test
    @DisplayName("vendor-specific in a longer part of the space, too, wherever in it they are")
    void hiddenInParts() {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[0x40]);
        pf.read(SRIOV - 0x20, 0x40, copy, 0);
        SriovDisguise.QEMU.apply(pf, copy, 0, SRIOV - 0x20, 0x40);

        assertThat(copy.getShort(0x10, ByteOrder.LITTLE_ENDIAN)).isEqualTo((short)0x000B);
        assertThat(copy.getShort(0x20, ByteOrder.LITTLE_ENDIAN)).isEqualTo((short)0x000B);
        assertThat(copy.getInt(0, ByteOrder.LITTLE_ENDIAN)).as("serial number").isEqualTo(0x15010003);
    }

    @Test
    @DisplayName("themselves in every read without a disguise")
    void plain() {
        assertThat(header(SriovDisguise.PLAIN, pf, 4096, ARI)).isEqualTo(0x1601000E);
        assertThat(header(SriovDisguise.PLAIN, pf, 4096, SRIOV)).isEqualTo(0x00010010);
    }

    private static int header(SriovDisguise disguise, ConfigSpace config, int length, int capability) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        config.read(0, length, copy, 0);
        disguise.apply(config, copy, 0, 0, length);
        return copy.getInt(capability, ByteOrder.LITTLE_ENDIAN);
    }
}
