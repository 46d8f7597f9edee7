package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.migration.DeviceFeature;
import io.vfnic.protocol.migration.MigrationData;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.region.RegionIoFds;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, the messages that ask what the device is; features it does not have. */
class DeviceTest extends ServerTest {
    private static final int BAR_LENGTH = 32 * 1024;

    @Test
    void itIsAPciDeviceThatCanBeReset() {
        DeviceInfo info = client.deviceInfo();

        assertThat(info.argsz()).isEqualTo(16);
        assertThat(info.flags()).isEqualTo(DeviceInfo.PCI | DeviceInfo.RESET);
        assertThat(info.regionCount()).isEqualTo(RegionIndex.COUNT);
        assertThat(info.irqCount()).isEqualTo(IrqIndex.COUNT);
    }

    @Test
    void getInfoWithoutRoomForTheReplyIsInvalid() {
        byte[] payload = new byte[DeviceInfo.LENGTH];
        new DeviceInfo().wrap(new UnsafeBuffer(payload), 0).argsz(15);

        assertFails(Errno.EINVAL, Command.DEVICE_GET_INFO, payload);
        assertFails(Errno.EINVAL, Command.DEVICE_GET_INFO, new byte[15]);
    }

    /** One memory BAR, configuration space and nothing else; QEMU aborts on a BAR whose size is no power of two. */
    @ParameterizedTest
    @CsvSource({"0,32768", "1,0", "2,0", "3,0", "4,0", "5,0", "6,0", "7,4096", "8,0"})
    void theRegionsAreThoseOfAVirtualFunction(int index, long size) {
        RegionInfo info = client.regionInfo(index);

        assertThat(info.index()).isEqualTo(index);
        assertThat(info.size()).isEqualTo(size);
        assertThat(info.flags() & (RegionInfo.READ | RegionInfo.WRITE))
            .isEqualTo(size == 0 ? 0 : RegionInfo.READ | RegionInfo.WRITE);
        assertThat(info.argsz()).isEqualTo(info.length());
    }

    @Test
    void regionInfoWithoutRoomForTheFixedPartIsInvalid() {
        assertFails(Errno.EINVAL, Command.DEVICE_GET_REGION_INFO, VfioUserClient.regionInfoPayload(0, 31));
        assertFails(Errno.EINVAL, Command.DEVICE_GET_REGION_INFO, new byte[31]);
    }

    /** QEMU asks with 32 first and repeats with what the reply says is needed. */
    @Test
    void regionInfoIsCutToArgsz() {
        Message reply = assertSucceeds(
            client.call(Command.DEVICE_GET_REGION_INFO, VfioUserClient.regionInfoPayload(0, 32)));

        RegionInfo info = new RegionInfo().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(info.length()).isEqualTo(32);
        assertThat(info.size()).isEqualTo(BAR_LENGTH);
        assertThat(info.capabilityOffset()).isZero();
        assertThat(info.flags() & RegionInfo.CAPS).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 100, -1})
    void aRegionThatDoesNotExistIsInvalid(int index) {
        assertFails(Errno.EINVAL, Command.DEVICE_GET_REGION_INFO, VfioUserClient.regionInfoPayload(index, 32));
        assertFails(Errno.EINVAL, Command.DEVICE_GET_REGION_IO_FDS, ioFds(16, 0, index, 0));
    }

    /** A VF has three MSI-X vectors and no interrupt pin; QEMU wants one ERR vector. */
    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "2,3", "3,1", "4,1"})
    void theInterruptsAreThoseOfAVirtualFunction(int index, int count) {
        IrqInfo info = client.irqInfo(index);

        assertThat(info.argsz()).isEqualTo(16);
        assertThat(info.index()).isEqualTo(index);
        assertThat(info.count()).isEqualTo(count);
        assertThat(info.flags() & IrqInfo.EVENTFD).isEqualTo(count == 0 ? 0 : IrqInfo.EVENTFD);
        assertThat(info.flags() & IrqInfo.NORESIZE).as("QEMU sets up vectors one by one").isZero();
    }

    @ParameterizedTest
    @CsvSource({"16,5", "16,-1", "15,2"})
    void irqInfoOfAnUnknownTypeOrWithoutRoomIsInvalid(int argsz, int index) {
        byte[] payload = new byte[IrqInfo.LENGTH];
        new IrqInfo().wrap(new UnsafeBuffer(payload), 0).argsz(argsz).index(index);

        assertFails(Errno.EINVAL, Command.DEVICE_GET_IRQ_INFO, payload);
    }

    /** "No sub-regions": count 0 and no file descriptor. */
    @Test
    void aRegionHasNoIoFds() {
        Message reply = assertSucceeds(
            client.call(Command.DEVICE_GET_REGION_IO_FDS, ioFds(1024, 0, RegionIndex.BAR0, 0)));

        RegionIoFds info = new RegionIoFds().wrap(reply.buffer(), 0, reply.payload().length);
        assertThat(info.argsz()).isEqualTo(16);
        assertThat(info.length()).isEqualTo(16);
        assertThat(info.index()).isZero();
        assertThat(info.count()).isZero();
        assertThat(reply.fds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"16,1,0,0", "16,0,0,1", "15,0,0,0", "1048577,0,0,0", "16,0,1,0"})
    void ioFdsWithFlagsOrCountOrBadArgszOrOfAnAbsentRegionIsInvalid(int argsz, int flags, int index, int count) {
        assertFails(Errno.EINVAL, Command.DEVICE_GET_REGION_IO_FDS, ioFds(argsz, flags, index, count));
    }

    /** libvfio-user: an operation that is not supported is invalid. */
    @ParameterizedTest
    @ValueSource(ints = {
        DeviceFeature.GET | DeviceFeature.MIGRATION,
        DeviceFeature.PROBE | DeviceFeature.MIGRATION,
        DeviceFeature.GET | DeviceFeature.MIG_DEVICE_STATE,
        DeviceFeature.SET | DeviceFeature.MIG_DEVICE_STATE,
        DeviceFeature.SET | DeviceFeature.DMA_LOGGING_START,
        DeviceFeature.SET | DeviceFeature.DMA_LOGGING_STOP,
        DeviceFeature.GET | DeviceFeature.DMA_LOGGING_REPORT,
        DeviceFeature.GET | 0x7777,
        DeviceFeature.GET | DeviceFeature.SET | DeviceFeature.MIGRATION,
        DeviceFeature.MIGRATION})
    void featuresAreNotSupported(int flags) {
        byte[] payload = new byte[64];
        new DeviceFeature().wrap(new UnsafeBuffer(payload), 0, 64).argsz(64).flags(flags);

        assertFails(Errno.EINVAL, Command.DEVICE_FEATURE, payload);
    }

    @Test
    void thereIsNoMigrationData() {
        byte[] payload = new byte[MigrationData.MIN_LENGTH];
        new MigrationData().wrap(new UnsafeBuffer(payload), 0, payload.length).argsz(payload.length).size(0);

        assertFails(Errno.EINVAL, Command.MIG_DATA_READ, payload);
        assertFails(Errno.EINVAL, Command.MIG_DATA_WRITE, payload);
    }

    private static byte[] ioFds(int argsz, int flags, int index, int count) {
        byte[] payload = new byte[RegionIoFds.MIN_LENGTH];
        new RegionIoFds().wrap(new UnsafeBuffer(payload), 0, payload.length)
            .argsz(argsz).flags(flags).index(index).count(count);
        return payload;
    }
}
