package io.vfnic.protocol.rule;

import static io.vfnic.protocol.rule.Judge.u32;
import static io.vfnic.protocol.rule.Judge.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, region messages; errno values as libvfio-user's. */
class RegionRulesTest {
    private final Judge judge = new Judge();

    @ParameterizedTest
    @CsvSource({"32, 32, OK", "64, 32, OK", "31, 32, EINVAL", "32, 31, EINVAL"})
    void infoNeedsItsFixedPartAndRoomForTheReply(int argsz, int length, Errno errno) {
        assertThat(judge.judge(Command.DEVICE_GET_REGION_INFO, u32(argsz) + "00".repeat(length - 4))).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 0, 0, OK,          ordinary",
        "1048576, 0, 0, OK,     the largest argsz",
        "1048577, 0, 0, EINVAL, more",
        "15, 0, 0, EINVAL,      argsz short",
        "16, 1, 0, EINVAL,      flags",
        "16, 0, 1, EINVAL,      count"})
    void ioFdsChecksArgszAndThatTheRestIsZero(
        int argsz, int flags, int count, Errno errno, String why) {
        assertThat(judge.judge(Command.DEVICE_GET_REGION_IO_FDS, u32(argsz) + u32(flags) + u32(0) + u32(count)))
            .as(why).isSameAs(errno);
    }

    @Test
    void aShortIoFdsIsInvalid() {
        assertThat(judge.judge(Command.DEVICE_GET_REGION_IO_FDS, u32(16) + u32(0) + u32(0))).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({"4, OK", "0, OK", "1048576, OK", "1048577, EINVAL", "4294967295, EINVAL"})
    void readIsBoundByTheLargestTransfer(long count, Errno errno) {
        assertThat(judge.judge(Command.REGION_READ, u64(0) + u32(0) + u32(count))).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({"4, 4, OK", "0, 0, OK", "4, 3, EINVAL", "4, 5, EINVAL", "4294967295, 4, EINVAL"})
    void writeHasExactlyItsData(long count, int bytes, Errno errno) {
        assertThat(judge.judge(Command.REGION_WRITE, u64(0) + u32(0) + u32(count) + "ab".repeat(bytes)))
            .isSameAs(errno);
    }

    @Test
    void shortAccessesAreInvalid() {
        assertThat(judge.judge(Command.REGION_READ, "00".repeat(15))).isSameAs(Errno.EINVAL);
        assertThat(judge.judge(Command.REGION_WRITE, "00".repeat(15))).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, OK,                    none",
        "2, 2, OK,                    as many as said",
        "1, 2, OK,                    room to spare",
        "2, 1, EINVAL,                fewer",
        "-1, 2, EINVAL,               a count that would overflow",
        "768614336404564651, 2, EINVAL, a count that would overflow when multiplied"})
    void writeMultiHasAllItsWrites(long count, int writes, Errno errno, String why) {
        String write = u64(0) + u32(0) + u32(4) + u64(0);

        assertThat(judge.judge(Command.REGION_WRITE_MULTI, u64(count) + write.repeat(writes))).as(why).isSameAs(errno);
    }

    @Test
    void aWriteOfWriteMultiHasAtMostEightBytes() {
        String good = u64(0) + u32(0) + u32(8) + u64(0);
        String bad = u64(0) + u32(0) + u32(9) + u64(0);

        assertThat(judge.judge(Command.REGION_WRITE_MULTI, u64(2) + good + good)).isSameAs(Errno.OK);
        assertThat(judge.judge(Command.REGION_WRITE_MULTI, u64(2) + good + bad)).isSameAs(Errno.EINVAL);
    }

    @Test
    void writeMultiIsInvalidUnlessBothEndsHaveTheCapability() {
        assertThat(new Judge(false).judge(Command.REGION_WRITE_MULTI, u64(0))).isSameAs(Errno.EINVAL);
    }
}
