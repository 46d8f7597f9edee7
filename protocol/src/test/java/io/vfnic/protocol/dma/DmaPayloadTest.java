package io.vfnic.protocol.dma;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Specification, sections "VFIO_USER_DMA_MAP", "_UNMAP", "_READ" and "_WRITE". */
class DmaPayloadTest {
    @Test
    void dmaMap() {
        UnsafeBuffer buffer = Hex.dirty(32);
        DmaMap map = new DmaMap().wrap(buffer, 0);

        map.argsz(32).flags(DmaMap.READ | DmaMap.WRITE).fdOffset(0x1000).address(0x1_0000_0000L).size(0x8000_0000L);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "20000000 03000000 0010000000000000 0000000001000000 0000008000000000"));
        assertThat(map.argsz()).isEqualTo(32);
        assertThat(map.flags()).isEqualTo(3);
        assertThat(map.fdOffset()).isEqualTo(0x1000);
        assertThat(map.address()).isEqualTo(0x1_0000_0000L);
        assertThat(map.size()).isEqualTo(0x8000_0000L);
    }

    @Test
    void dmaUnmap() {
        UnsafeBuffer buffer = Hex.dirty(24);
        DmaUnmap unmap = new DmaUnmap().wrap(buffer, 0);

        unmap.argsz(24).flags(0).address(0xC0000).size(0x4000);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("18000000 00000000 00000c0000000000 0040000000000000"));
        assertThat(unmap.argsz()).isEqualTo(24);
        assertThat(unmap.flags()).isZero();
        assertThat(unmap.address()).isEqualTo(0xC0000);
        assertThat(unmap.size()).isEqualTo(0x4000);
    }

    @Test
    void theDirtyBitmapOfAnUnmapHasTheFirstPageInTheLowestBit() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[18]);
        DirtyBitmap bitmap = new DirtyBitmap().wrap(buffer, 0, 18);

        bitmap.pageSize(4096).bitmapSize(2);
        bitmap.markDirty(0);
        bitmap.markDirty(9);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0010000000000000 0200000000000000 01 02"));
        assertThat(bitmap.isDirty(0)).isTrue();
        assertThat(bitmap.isDirty(1)).isFalse();
        assertThat(bitmap.isDirty(9)).isTrue();
        assertThat(bitmap.pageSize()).isEqualTo(4096);
        assertThat(bitmap.bitmapSize()).isEqualTo(2);
    }

    @Test
    void aDmaWriteInTheSpecifiedLayoutHasA64BitCountAndItsDataAt16() {
        UnsafeBuffer buffer = Hex.dirty(DmaAccess.lengthWith(4));
        DmaAccess access = new DmaAccess().wrap(buffer, 0, buffer.capacity(), DmaAccessLayout.SPECIFICATION);

        access.encode(0x1234_5000L, 4);
        buffer.putBytes(access.dataOffset(), new byte[]{1, 2, 3, 4});

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0050341200000000 0400000000000000 01020304"));
        assertThat(access.address()).isEqualTo(0x1234_5000L);
        assertThat(access.count()).isEqualTo(4);
    }

    /** QEMU up to 11.0 keeps the specification's message size, so the last four bytes are spare. */
    @Test
    void aDmaWriteInTheLegacyLayoutHasA32BitCountItsDataAt12AndFourSpareBytes() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[DmaAccess.lengthWith(4)]);
        DmaAccess access = new DmaAccess().wrap(buffer, 0, buffer.capacity(), DmaAccessLayout.LEGACY);

        access.encode(0x1234_5000L, 4);
        buffer.putBytes(access.dataOffset(), new byte[]{1, 2, 3, 4});

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0050341200000000 04000000 01020304 00000000"));
        assertThat(access.count()).as("the data is no part of the count").isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(DmaAccessLayout.class)
    void aDmaReadCommandIsTheSameInBothLayouts(DmaAccessLayout layout) {
        UnsafeBuffer buffer = Hex.dirty(DmaAccess.MIN_LENGTH);

        new DmaAccess().wrap(buffer, 0, 16, layout).encode(0x1000, 0x8000);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0010000000000000 0080000000000000"));
    }

    @Test
    void theProbesReplyTellsTheLayout() {
        assertThat(DmaAccessLayout.ofProbeReply(16)).isSameAs(DmaAccessLayout.LEGACY);
        assertThat(DmaAccessLayout.ofProbeReply(32)).isSameAs(DmaAccessLayout.SPECIFICATION);
        assertThat(DmaAccessLayout.ofProbeReply(28)).as("the specification's table prints a 4-byte count")
            .isSameAs(DmaAccessLayout.SPECIFICATION);
        assertThat(DmaAccessLayout.SPECIFICATION.writeReplyLength()).isEqualTo(16);
        assertThat(DmaAccessLayout.LEGACY.writeReplyLength()).isZero();
    }
}
