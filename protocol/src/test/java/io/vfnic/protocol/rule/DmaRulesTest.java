package io.vfnic.protocol.rule;

import static io.vfnic.protocol.rule.Judge.u32;
import static io.vfnic.protocol.rule.Judge.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, sections "VFIO_USER_DMA_MAP" and "VFIO_USER_DMA_UNMAP"; errno values as libvfio-user's. */
class DmaRulesTest {
    private final Judge judge = new Judge();

    @ParameterizedTest
    @CsvSource({
        "32, 3, 0, OK,      read and write without a file descriptor",
        "32, 1, 1, OK,      read only",
        "32, 0, 1, OK,      neither",
        "40, 3, 1, OK,      argsz may exceed the need",
        "31, 3, 1, EINVAL,  argsz short",
        "32, 7, 1, OK,      MMAP",
        "32, 11, 1, OK,     FILE_IO",
        "32, 7, 0, EINVAL,  MMAP needs a file descriptor",
        "32, 11, 0, EINVAL, FILE_IO needs a file descriptor",
        "32, 19, 1, EINVAL, unknown flag",
        "32, 3, 2, EINVAL,  two file descriptors"})
    void mapChecksArgszFlagsAndFileDescriptors(
        int argsz, int flags, int fds, Errno errno, String why) {
        String payload = u32(argsz) + u32(flags) + u64(0) + u64(0x1000) + u64(0x1000);

        assertThat(judge.judge(Command.DMA_MAP, payload, fds)).as(why).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({
        "0,                     0x1000,              0x1000,              OK,     ordinary",
        "0,                     0xfffffffffffff000,  0x1000,              OK,     ends at the last address",
        "0,                     0xfffffffffffff000,  0x1001,              EINVAL, goes beyond it",
        "0,                     0x1000,              0,                   EINVAL, empty",
        "0,                     0,                   0x80000000000,       OK,     8 TiB",
        "0,                     0,                   0x80000000001,       ENOSPC, more",
        "0,                     0,                   0xffffffffffffffff,  ENOSPC, everything",
        "0x7fffffffffffefff,    0x1000,              0x1000,              OK,     the end of the largest file",
        "0x7ffffffffffff000,    0x1000,              0x1000,              EINVAL, beyond it",
        "0xffffffffffffffff,    0x1000,              0x1000,              EINVAL, a negative file offset"})
    void mapChecksTheRange(
        String fdOffset, String address, String size, Errno errno, String why) {
        String payload = u32(32) + u32(3) + u64(Long.parseUnsignedLong(hex(fdOffset), 16)) +
            u64(Long.parseUnsignedLong(hex(address), 16)) + u64(Long.parseUnsignedLong(hex(size), 16));

        assertThat(judge.judge(Command.DMA_MAP, payload, 1)).as(why).isSameAs(errno);
    }

    @Test
    void aShortMapIsInvalid() {
        assertThat(judge.judge(Command.DMA_MAP, u32(32) + "00".repeat(27))).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({
        "24, 0, 0x1000, 0x1000, OK,          ordinary",
        "1048576, 0, 0x1000, 0x1000, OK,     the largest argsz",
        "1048577, 0, 0x1000, 0x1000, EINVAL, more",
        "23, 0, 0x1000, 0x1000, EINVAL,      argsz short",
        "24, 2, 0, 0, OK,                    all",
        "24, 2, 0x1000, 0, EINVAL,           all with an address",
        "24, 2, 0, 0x1000, EINVAL,           all with a size",
        "24, 3, 0, 0, EINVAL,                both flags",
        "24, 4, 0x1000, 0x1000, EINVAL,      VADDR",
        "64, 1, 0x1000, 0x1000, EINVAL,      a dirty bitmap without its part of the request"})
    void unmapChecksArgszAndFlags(
        int argsz, int flags, String address, String size, Errno errno, String why) {
        String payload = u32(argsz) + u32(flags) + u64(Long.decode(address)) + u64(Long.decode(size));

        assertThat(judge.judge(Command.DMA_UNMAP, payload)).as(why).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({
        "48, 4096, 8, OK,        room for the bits",
        "47, 4096, 8, EINVAL,    no room",
        "48, 0, 8, EINVAL,       no page size",
        "48, 4097, 8, EINVAL,    a page size that is no power of two",
        "48, 4096, -1, EINVAL,   a size that would overflow"})
    void unmapChecksTheDirtyBitmap(
        int argsz, long pageSize, long bitmapSize, Errno errno, String why) {
        String payload =
            u32(argsz) + u32(1) + u64(0x1000) + u64(0x1000) + u64(pageSize) + u64(bitmapSize);

        assertThat(judge.judge(Command.DMA_UNMAP, payload)).as(why).isSameAs(errno);
    }

    @Test
    void aShortUnmapIsInvalid() {
        assertThat(judge.judge(Command.DMA_UNMAP, u32(24) + "00".repeat(19))).isSameAs(Errno.EINVAL);
    }

    private static String hex(String number) {
        return number.replace("0x", "");
    }
}
