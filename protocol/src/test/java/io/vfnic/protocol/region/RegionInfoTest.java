package io.vfnic.protocol.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, section "VFIO_USER_DEVICE_GET_REGION_INFO" with its region capabilities. */
class RegionInfoTest {
    private final RegionInfo info = new RegionInfo();
    private final RegionCapabilityReader reader = new RegionCapabilityReader();

    @Test
    void withoutCapabilities() {
        UnsafeBuffer buffer = Hex.dirty(32);

        info.wrap(buffer, 0, 32).argsz(32).flags(RegionInfo.READ | RegionInfo.WRITE).index(7).capabilityOffset(0)
            .size(4096).fileOffset(0);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "20000000 03000000 07000000 00000000 0010000000000000 0000000000000000"));
        assertThat(info.index()).isEqualTo(7);
        assertThat(info.size()).isEqualTo(4096);
        assertThat(info.fileOffset()).isZero();
        assertThat(reader.wrap(buffer, 0, 32).next()).isFalse();
        assertThat(reader.isMalformed()).isFalse();
    }

    @Test
    void withEveryCapability() {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);

        assertThat(length).isEqualTo(104);
        assertThat(Hex.of(new UnsafeBuffer(buffer, 0, length))).isEqualTo(Hex.of(
            "68000000 0f000000 00000000 20000000 0080000000000000 0040000000000000" +
            "0100 0100 50000000 02000000 00000000" +
            "0020000000000000 0010000000000000 0030000000000000 0010000000000000" +
            "0200 0100 60000000 44332211 02000000" +
            "0300 0100 00000000"));
        assertThat(info.capabilityOffset()).isEqualTo(32);
    }

    @Test
    void theClientReadsWhatTheServerWrote() {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);
        SparseMmap sparse = new SparseMmap();

        reader.wrap(buffer, 0, length);

        assertThat(reader.next()).isTrue();
        assertThat(reader.id()).isEqualTo(RegionCapability.SPARSE_MMAP);
        assertThat(reader.version()).isEqualTo(1);
        assertThat(reader.sparseMmap(sparse)).isTrue();
        assertThat(sparse.areaCount()).isEqualTo(2);
        assertThat(sparse.areaOffset(1)).isEqualTo(0x3000);
        assertThat(sparse.areaSize(1)).isEqualTo(0x1000);
        assertThat(reader.next()).isTrue();
        assertThat(reader.id()).isEqualTo(RegionCapability.TYPE);
        assertThat(reader.type()).isEqualTo(0x11223344);
        assertThat(reader.subtype()).isEqualTo(2);
        assertThat(reader.next()).isTrue();
        assertThat(reader.id()).isEqualTo(RegionCapability.MSIX_MAPPABLE);
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isFalse();
    }

    /** "argsz": the client asks again with what the truncated reply says is needed. */
    @Test
    void capabilitiesThatDoNotFitAreLeftOutAndTheClientLearnsTheSizeToAskFor() {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);
        info.wrap(buffer, 0, length);

        assertThat(info.fitTo(length)).isEqualTo(104);
        assertThat(info.flags() & RegionInfo.CAPS).isNotZero();
        assertThat(info.fitTo(length - 1)).isEqualTo(32);
        assertThat(info.flags()).isEqualTo(RegionInfo.READ | RegionInfo.WRITE | RegionInfo.MMAP);
        assertThat(info.capabilityOffset()).isZero();
        assertThat(info.argsz()).isEqualTo(104);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 31, 97, 104, 0xFFFF_FFFFL})
    void aCapabilityOffsetOutsideThePayloadEndsTheWalk(long offset) {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);
        info.wrap(buffer, 0, length).capabilityOffset(offset);

        assertThat(reader.wrap(buffer, 0, length).next()).isFalse();
        assertThat(reader.isMalformed()).isTrue();
    }

    @Test
    void aChainThatGoesBackwardsEndsTheWalk() {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);
        buffer.putInt(80 + RegionCapability.NEXT_OFFSET, 32, ByteOrder.LITTLE_ENDIAN);

        reader.wrap(buffer, 0, length);

        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.next()).isFalse();
        assertThat(reader.isMalformed()).isTrue();
        assertThat(reader.next()).as("and does not start again").isFalse();
    }

    @Test
    void areasThatDoNotLieInsideThePayloadAreNotViewed() {
        UnsafeBuffer buffer = Hex.dirty(120);
        int length = encode(buffer);
        buffer.putInt(32 + SparseMmap.AREA_COUNT_OFFSET, 0x1000_0001, ByteOrder.LITTLE_ENDIAN);

        reader.wrap(buffer, 0, length);

        assertThat(reader.next()).isTrue();
        assertThat(reader.sparseMmap(new SparseMmap())).isFalse();
    }

    private int encode(UnsafeBuffer buffer) {
        RegionCapabilityWriter writer = new RegionCapabilityWriter().wrap(buffer, 0);
        writer.sparseMmap(2).area(0, 0x2000, 0x1000).area(1, 0x3000, 0x1000);
        writer.type(0x11223344, 2).msixMappable();
        int length = writer.length();
        info.wrap(buffer, 0, length).argsz(length).index(0).size(0x8000).fileOffset(0x4000)
            .flags(RegionInfo.READ | RegionInfo.WRITE | RegionInfo.MMAP | RegionInfo.CAPS);
        return length;
    }
}
