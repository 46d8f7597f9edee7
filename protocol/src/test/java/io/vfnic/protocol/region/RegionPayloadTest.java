package io.vfnic.protocol.region;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DEVICE_GET_REGION_IO_FDS", "VFIO_USER_REGION_READ", "_WRITE", "_WRITE_MULTI". */
class RegionPayloadTest {
    @Test
    void regionAccess() {
        UnsafeBuffer buffer = Hex.dirty(20);
        RegionAccess access = new RegionAccess().wrap(buffer, 0, 20);

        access.regionOffset(0x3818).region(RegionIndex.BAR0).count(4);
        buffer.putInt(RegionAccess.DATA_OFFSET, 0x04030201, ByteOrder.LITTLE_ENDIAN);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("1838000000000000 00000000 04000000 01020304"));
        assertThat(access.regionOffset()).isEqualTo(0x3818);
        assertThat(access.region()).isZero();
        assertThat(access.count()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"0,4096,true", "4092,4,true", "4092,5,false", "4096,0,true", "4097,0,false", "-1,1,false",
        "-4,8,false", "0,4294967295,false", "9223372036854775807,4294967295,false"})
    void anAccessMustLieInsideItsRegion(long offset, long count, boolean fits) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[16]);

        assertThat(new RegionAccess().wrap(buffer, 0, 16).regionOffset(offset).count(count).fits(4096)).isEqualTo(fits);
    }

    @Test
    void regionWriteMulti() {
        UnsafeBuffer buffer = Hex.dirty(RegionWriteMulti.writeOffset(2));
        RegionWriteMulti multi = new RegionWriteMulti().wrap(buffer, 0, buffer.capacity());

        multi.count(2).write(0, 0x10, 0, 4, 0xDDCCBBAAL).write(1, 0x3818, 7, 2, 0x1122);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "0200000000000000" +
            "1000000000000000 00000000 04000000 aabbccdd00000000" +
            "1838000000000000 07000000 02000000 2211000000000000"));
        assertThat(multi.count()).isEqualTo(2);
        assertThat(multi.regionOffset(1)).isEqualTo(0x3818);
        assertThat(multi.region(1)).isEqualTo(7);
        assertThat(multi.writeCount(1)).isEqualTo(2);
        assertThat(multi.data(0)).isEqualTo(0xDDCCBBAAL);
    }

    @Test
    void regionIoFds() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[RegionIoFds.entryOffset(1)]);
        RegionIoFds reply = new RegionIoFds().wrap(buffer, 0, buffer.capacity());
        reply.index(2).count(1);
        new RegionIoFd().wrap(buffer, RegionIoFds.entryOffset(0))
            .regionOffset(0x3818).size(4).fdIndex(1).type(RegionIoFd.TYPE_IOREGIONFD).flags(2).matchOrUserData(9);

        int length = reply.fitTo(56);

        assertThat(length).isEqualTo(56);
        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "38000000 00000000 02000000 01000000" +
            "1838000000000000 0400000000000000 01000000 01000000 02000000 00000000 0900000000000000"));
    }

    /** libvfio-user: entries are all or nothing, the count is in full. */
    @Test
    void regionIoFdsThatDoNotFitAreLeftOutButCounted() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[RegionIoFds.entryOffset(2)]);
        RegionIoFds reply = new RegionIoFds().wrap(buffer, 0, buffer.capacity()).count(2);

        int length = reply.fitTo(95);

        assertThat(length).isEqualTo(16);
        assertThat(reply.argsz()).isEqualTo(96);
        assertThat(reply.count()).isEqualTo(2);
    }
}
