package io.vfnic.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, sections "Commands" and "Header" (errno). */
class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "1,VERSION", "2,DMA_MAP", "3,DMA_UNMAP", "4,DEVICE_GET_INFO", "5,DEVICE_GET_REGION_INFO",
        "6,DEVICE_GET_REGION_IO_FDS", "7,DEVICE_GET_IRQ_INFO", "8,DEVICE_SET_IRQS", "9,REGION_READ",
        "10,REGION_WRITE", "11,DMA_READ", "12,DMA_WRITE", "13,DEVICE_RESET", "15,REGION_WRITE_MULTI",
        "16,DEVICE_FEATURE", "17,MIG_DATA_READ", "18,MIG_DATA_WRITE"})
    void aCommandIsFoundByItsNumber(int number, Command command) {
        assertThat(Command.of(number)).isSameAs(command);
        assertThat(command.number()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 14, 19, 0xFFFF})
    void otherNumbersAreNoCommands(int number) {
        assertThat(Command.of(number)).isNull();
    }

    @Test
    void onlyDmaAccessesAreSentByTheServer() {
        assertThat(Arrays.stream(Command.values()).filter(Command::isSentByServer))
            .containsExactly(Command.DMA_READ, Command.DMA_WRITE);
    }

    @ParameterizedTest
    @CsvSource({
        "0,OK", "1,EPERM", "2,ENOENT", "5,EIO", "7,E2BIG", "12,ENOMEM", "13,EACCES", "14,EFAULT", "16,EBUSY",
        "17,EEXIST", "19,ENODEV", "22,EINVAL", "28,ENOSPC", "38,ENOSYS", "95,ENOTSUP", "107,ENOTCONN"})
    void anErrnoIsFoundByLinuxsNumber(int number, Errno errno) {
        assertThat(Errno.of(number)).isSameAs(errno);
        assertThat(errno.number()).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"22,EINVAL (22)", "4,errno 4", "-1,errno -1", "100000,errno 100000"})
    void anyNumberCanBeDescribed(int number, String description) {
        assertThat(Errno.describe(number)).isEqualTo(description);
    }
}
