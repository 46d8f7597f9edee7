package io.vfnic.protocol.irq;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Hex;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DEVICE_GET_IRQ_INFO" and "VFIO_USER_DEVICE_SET_IRQS". */
class IrqPayloadTest {
    @Test
    void irqInfo() {
        UnsafeBuffer buffer = Hex.dirty(16);
        IrqInfo info = new IrqInfo().wrap(buffer, 0);

        info.argsz(16).flags(IrqInfo.EVENTFD | IrqInfo.NORESIZE).index(IrqIndex.MSIX).count(3);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("10000000 09000000 02000000 03000000"));
        assertThat(info.argsz()).isEqualTo(16);
        assertThat(info.flags()).isEqualTo(9);
        assertThat(info.index()).isEqualTo(2);
        assertThat(info.count()).isEqualTo(3);
    }

    @Test
    void setIrqsWithBooleans() {
        UnsafeBuffer buffer = Hex.dirty(23);
        SetIrqs set = new SetIrqs().wrap(buffer, 0, 23);

        set.argsz(23).flags(SetIrqs.DATA_BOOL | SetIrqs.ACTION_TRIGGER).index(IrqIndex.MSIX).start(1).count(3);
        set.selected(0, true).selected(1, false).selected(2, true);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("17000000 22000000 02000000 01000000 03000000 010001"));
        assertThat(set.data()).isEqualTo(SetIrqs.DATA_BOOL);
        assertThat(set.action()).isEqualTo(SetIrqs.ACTION_TRIGGER);
        assertThat(set.start()).isEqualTo(1);
        assertThat(set.isSelected(0)).isTrue();
        assertThat(set.isSelected(1)).isFalse();
        assertThat(set.isDisableAll()).isFalse();
    }

    @Test
    void noneAndTriggerForNoVectorDisablesTheType() {
        UnsafeBuffer buffer = Hex.buffer("14000000 21000000 02000000 00000000 00000000");

        assertThat(new SetIrqs().wrap(buffer, 0, 20).isDisableAll()).isTrue();
    }

    /** libvfio-user checks the start against the count even for an empty range. */
    @ParameterizedTest
    @CsvSource({"0,0,3,true", "0,3,3,true", "2,1,3,true", "2,2,3,false", "3,0,3,false", "0,0,0,false",
        "4294967295,1,3,false", "1,4294967295,3,false"})
    void aRangeMustLieInsideTheTypesVectors(long start, long count, int vectors, boolean fits) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[20]);

        SetIrqs set = new SetIrqs().wrap(buffer, 0, 20).start(start).count(count);

        assertThat(set.fits(vectors)).isEqualTo(fits);
    }
}
