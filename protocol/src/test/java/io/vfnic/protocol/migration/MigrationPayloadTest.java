package io.vfnic.protocol.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DEVICE_FEATURE", "Device Features", "VFIO_USER_MIG_DATA_READ" and "_WRITE". */
class MigrationPayloadTest {
    @Test
    void migrationFeature() {
        UnsafeBuffer buffer = Hex.dirty(16);
        DeviceFeature feature = new DeviceFeature().wrap(buffer, 0, 16);

        feature.argsz(16).flags(DeviceFeature.GET | DeviceFeature.MIGRATION);
        new MigrationFlags().wrap(buffer, DeviceFeature.DATA_OFFSET)
            .flags(MigrationFlags.STOP_COPY | MigrationFlags.PRE_COPY);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("10000000 01000100 0500000000000000"));
        assertThat(feature.feature()).isEqualTo(1);
        assertThat(feature.operations()).isEqualTo(DeviceFeature.GET);
    }

    @Test
    void deviceStateFeature() {
        UnsafeBuffer buffer = Hex.dirty(16);

        new DeviceFeature().wrap(buffer, 0, 16).argsz(16).flags(DeviceFeature.SET | DeviceFeature.MIG_DEVICE_STATE);
        new DeviceStateData().wrap(buffer, DeviceFeature.DATA_OFFSET)
            .state(DeviceState.STOP_COPY.number()).dataFd(0);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("10000000 02000200 03000000 00000000"));
    }

    @Test
    void dmaLoggingControl() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[32]);
        DmaLoggingControl control = new DmaLoggingControl().wrap(buffer, 0, 32);

        control.pageSize(4096).rangeCount(1).range(0, 0x10000, 0x2000);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "0010000000000000 01000000 00000000 0000010000000000 0020000000000000"));
        assertThat(control.rangeAddress(0)).isEqualTo(0x10000);
        assertThat(control.rangeLength(0)).isEqualTo(0x2000);
    }

    @Test
    void dmaLoggingReport() {
        UnsafeBuffer buffer = Hex.dirty(32);
        DmaLoggingReport report = new DmaLoggingReport().wrap(buffer, 0, 32);

        report.address(0x10000).rangeLength(0x2000).pageSize(4096).bits(0, 0b10);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(
            "0000010000000000 0020000000000000 0010000000000000 0200000000000000"));
        assertThat(report.bits(0)).isEqualTo(2);
    }

    @Test
    void migrationData() {
        UnsafeBuffer buffer = Hex.dirty(10);
        MigrationData data = new MigrationData().wrap(buffer, 0, 10);

        data.argsz(10).size(2);
        buffer.putShort(MigrationData.DATA_OFFSET, (short)0x0201, ByteOrder.LITTLE_ENDIAN);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0a000000 02000000 0102"));
        assertThat(data.argsz()).isEqualTo(10);
        assertThat(data.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0,ERROR", "1,STOP", "2,RUNNING", "3,STOP_COPY", "4,RESUMING", "6,PRE_COPY"})
    void aStateIsFoundByItsNumber(long number, DeviceState state) {
        assertThat(DeviceState.of(number)).isSameAs(state);
        assertThat(state.number()).isEqualTo((int)number);
    }

    @ParameterizedTest
    @CsvSource({"5", "7", "8", "4294967295"})
    void otherNumbersAreNoStates(long number) {
        assertThat(DeviceState.of(number)).isNull();
    }
}
