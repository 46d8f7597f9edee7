package io.vfnic.protocol.rule;

import static io.vfnic.protocol.rule.Judge.u32;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, interrupt messages; errno values as libvfio-user's. */
class IrqRulesTest {
    private final Judge judge = new Judge();

    @ParameterizedTest
    @CsvSource({"16, 2, OK", "32, 4, OK", "15, 2, EINVAL", "16, 5, EINVAL", "16, 4294967295, EINVAL"})
    void infoChecksArgszAndIndex(int argsz, long index, Errno errno) {
        assertThat(judge.judge(Command.DEVICE_GET_IRQ_INFO, u32(argsz) + u32(0) + u32(index) + u32(0)))
            .isSameAs(errno);
    }

    @Test
    void shortMessagesAreInvalid() {
        assertThat(judge.judge(Command.DEVICE_GET_IRQ_INFO, u32(16) + u32(0) + u32(2))).isSameAs(Errno.EINVAL);
        assertThat(judge.judge(Command.DEVICE_SET_IRQS, u32(20) + u32(0x24) + u32(2) + u32(0))).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest(name = "{7}")
    @CsvSource({
        // argsz, flags, index, start, count, fds, errno
        "20, 0x24, 2, 0, 3, 3, OK,      eventfds for three vectors",
        "32, 0x24, 2, 0, 3, 3, OK,      argsz that counts the eventfds",
        "20, 0x24, 2, 0, 3, 0, OK,      vectors dropped",
        "20, 0x24, 3, 0, 1, 0, OK,      ERR dropped",
        "20, 0x14, 0, 0, 1, 1, OK,      resample eventfd",
        "20, 0x0c, 0, 0, 1, 1, OK,      mask eventfd",
        "20, 0x21, 2, 0, 0, 0, OK,      the type disabled",
        "20, 0x21, 2, 0, 1, 0, OK,      a vector triggered",
        "20, 0x09, 0, 0, 1, 0, OK,      masked",
        "20, 0x11, 0, 0, 1, 0, OK,      unmasked",
        "20, 0x21, 4, 0, 1, 0, OK,      REQ triggered",
        "19, 0x24, 2, 0, 3, 3, EINVAL,  argsz short",
        "20, 0x24, 5, 0, 1, 1, EINVAL,  no such type",
        "20, 0x25, 2, 0, 1, 1, EINVAL,  two kinds of data",
        "20, 0x20, 2, 0, 1, 0, EINVAL,  no kind of data",
        "20, 0x34, 2, 0, 1, 1, EINVAL,  two actions",
        "20, 0x04, 2, 0, 1, 1, EINVAL,  no action",
        "20, 0x64, 2, 0, 1, 1, EINVAL,  unknown flag",
        "20, 0x24, 2, 0, 3, 2, EINVAL,  fewer eventfds than vectors",
        "20, 0x24, 2, 0, 1, 2, EINVAL,  more eventfds than vectors",
        "20, 0x21, 2, 0, 1, 1, EINVAL,  eventfds with NONE",
        "20, 0x24, 2, 0, 0, 0, EINVAL,  eventfds for no vector",
        "20, 0x21, 2, 1, 0, 0, EINVAL,  the type disabled from a vector on",
        "20, 0x09, 2, 0, 0, 0, EINVAL,  no vector masked",
        "20, 0x09, 3, 0, 1, 0, EINVAL,  ERR masked",
        "20, 0x11, 4, 0, 1, 0, EINVAL,  REQ unmasked",
        "20, 0x24, 3, 0, 2, 2, EINVAL,  two ERR vectors"})
    void set(
        int argsz, String flags, int index, int start, int count, int fds,
        Errno errno, String what) {
        String payload = u32(argsz) + u32(Integer.decode(flags)) + u32(index) + u32(start) + u32(count);

        assertThat(judge.judge(Command.DEVICE_SET_IRQS, payload, fds)).as(what).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({"3, 3, OK", "3, 2, EINVAL", "3, 4, EINVAL", "4294967295, 3, EINVAL"})
    void booleansAreOneForEachVector(long count, int booleans, Errno errno) {
        String payload = u32(20 + booleans) + u32(0x22) + u32(2) + u32(0) + u32(count) + "01".repeat(booleans);

        assertThat(judge.judge(Command.DEVICE_SET_IRQS, payload)).isSameAs(errno);
    }
}
