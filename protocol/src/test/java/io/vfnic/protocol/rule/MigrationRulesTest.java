package io.vfnic.protocol.rule;

import static io.vfnic.protocol.rule.Judge.u32;
import static io.vfnic.protocol.rule.Judge.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DEVICE_FEATURE" and "VFIO_USER_MIG_DATA_*"; errno values as libvfio-user's. */
class MigrationRulesTest {
    private final Judge judge = new Judge();

    @ParameterizedTest(name = "{4}")
    @CsvSource({
        // argsz, flags, bytes of data, errno
        "16, 0x10001, 0, OK,      MIGRATION read",
        "15, 0x10001, 0, EINVAL,  MIGRATION read without room for the reply",
        "16, 0x10002, 0, OK,      MIG_DEVICE_STATE read",
        "8, 0x10002, 0, EINVAL,   MIG_DEVICE_STATE read without room for the reply",
        "16, 0x20002, 8, OK,      MIG_DEVICE_STATE set",
        "16, 0x20002, 4, EINVAL,  MIG_DEVICE_STATE set with half its data",
        "12, 0x20002, 8, EINVAL,  argsz less than the request",
        "32, 0x10008, 24, OK,     DMA_LOGGING_REPORT read",
        "32, 0x10008, 16, EINVAL, DMA_LOGGING_REPORT read without its range",
        "8, 0x20007, 0, OK,       DMA_LOGGING_STOP",
        "8, 0x40001, 0, OK,       probed",
        "8, 0x70001, 0, OK,       probed with both operations",
        "8, 0x00001, 0, EINVAL,   no operation",
        "32, 0x30001, 0, EINVAL,  GET and SET without PROBE",
        "32, 0x80001, 0, EINVAL,  unknown operation",
        "7, 0x40001, 0, EINVAL,   argsz short",
        "8, 0x40001, 8, EINVAL,   probed with argsz less than the request"})
    void feature(int argsz, String flags, int data, Errno errno, String what) {
        String payload = u32(argsz) + u32(Integer.decode(flags)) + "00".repeat(data);

        assertThat(judge.judge(Command.DEVICE_FEATURE, payload)).as(what).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({"4096, 0, 0, OK", "4096, 2, 2, OK", "0, 0, 0, EINVAL", "4096, 2, 1, EINVAL",
        "4096, 4294967295, 1, EINVAL"})
    void loggingIsStartedWithAPageSizeAndAllItsRanges(
        long pageSize, long count, int ranges, Errno errno) {
        String data = u64(pageSize) + u32(count) + u32(0) + (u64(0x1000) + u64(0x1000)).repeat(ranges);

        assertThat(judge.judge(Command.DEVICE_FEATURE, u32(4096) + u32(0x20006) + data)).isSameAs(errno);
    }

    @Test
    void loggingIsNotStartedWithHalfItsControl() {
        assertThat(judge.judge(Command.DEVICE_FEATURE, u32(4096) + u32(0x20006) + u64(4096))).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({"12, 4, OK", "11, 4, EINVAL", "8, 0, OK", "1048584, 1048576, OK", "1048585, 1048577, EINVAL",
        "4294967295, 4294967295, EINVAL"})
    void migrationDataReadIsBoundByArgszAndTheLargestTransfer(long argsz, long size, Errno errno) {
        assertThat(judge.judge(Command.MIG_DATA_READ, u32(argsz) + u32(size))).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({"12, 4, 4, OK", "12, 4, 3, EINVAL", "11, 4, 4, EINVAL"})
    void migrationDataWriteHasAllItsData(long argsz, long size, int bytes, Errno errno) {
        assertThat(judge.judge(Command.MIG_DATA_WRITE, u32(argsz) + u32(size) + "ab".repeat(bytes))).isSameAs(errno);
    }

    @Test
    void shortMessagesAreInvalid() {
        assertThat(judge.judge(Command.DEVICE_FEATURE, u32(8) + "0000")).isSameAs(Errno.EINVAL);
        assertThat(judge.judge(Command.MIG_DATA_READ, u32(8))).isSameAs(Errno.EINVAL);
        assertThat(judge.judge(Command.MIG_DATA_WRITE, u32(8))).isSameAs(Errno.EINVAL);
    }
}
