package io.vfnic.protocol.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Specification, section "VFIO_USER_DEVICE_GET_INFO". */
class DeviceInfoTest {
    @Test
    void hasFlagsAndTheNumbersOfRegionsAndInterruptTypes() {
        UnsafeBuffer buffer = Hex.dirty(16);
        DeviceInfo info = new DeviceInfo().wrap(buffer, 0);

        info.argsz(16).flags(DeviceInfo.RESET | DeviceInfo.PCI).regionCount(9).irqCount(5);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("10000000 03000000 09000000 05000000"));
        assertThat(info.argsz()).isEqualTo(16);
        assertThat(info.flags()).isEqualTo(3);
        assertThat(info.regionCount()).isEqualTo(9);
        assertThat(info.irqCount()).isEqualTo(5);
    }
}
