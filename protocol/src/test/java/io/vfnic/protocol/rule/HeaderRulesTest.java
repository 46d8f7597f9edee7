package io.vfnic.protocol.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, sections "Header", "VFIO_USER_VERSION" and "VFIO_USER_DEVICE_GET_INFO". */
class HeaderRulesTest {
    private static final String GET_INFO = "10000000 00000000 00000000 00000000";

    private final Judge judge = new Judge();

    @ParameterizedTest
    @CsvSource({"0,true", "15,true", "16,false", "1048608,false", "1048609,true", "4294967295,true"})
    void aFrameIsBrokenIfItsSizeIsLessThanAHeaderOrMoreThanTheLargestMessage(long size, boolean broken) {
        MessageHeader header = new MessageHeader().wrap(new UnsafeBuffer(new byte[16]), 0).size(size);

        assertThat(FrameRules.isBroken(header)).isEqualTo(broken);
    }

    @ParameterizedTest
    @CsvSource({"0x00,true", "0x10,false", "0x01,false", "0x21,false", "0x02,true", "0x12,false"})
    void whatIsNoReplyAndDoesNotForbidItGetsAReply(String flags, boolean wanted) {
        MessageHeader header =
            new MessageHeader().wrap(new UnsafeBuffer(new byte[16]), 0).flags(Integer.decode(flags));

        assertThat(FrameRules.wantsReply(header)).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15})
    void aTypeOtherThanCommandIsInvalid(int type) {
        assertThat(judge.judge(Command.DEVICE_GET_INFO.number(), type, GET_INFO, 0)).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 14, 19, 0xFFFF})
    void unknownAndRetiredCommandsAreInvalid(int number) {
        assertThat(judge.judge(number, 0, GET_INFO, 0)).isSameAs(Errno.EINVAL);
    }

    @ParameterizedTest
    @EnumSource(value = Command.class, names = {"DMA_READ", "DMA_WRITE"})
    void commandsOfTheServerAreInvalidFromTheClient(Command command) {
        assertThat(judge.judge(command, GET_INFO)).isSameAs(Errno.EINVAL);
    }

    @Test
    void onlyAResetMayHaveNoPayload() {
        for (Command command : EnumSet.complementOf(EnumSet.of(Command.DEVICE_RESET))) {
            assertThat(judge.judge(command, "")).as(command.name()).isSameAs(Errno.EINVAL);
        }
        assertThat(judge.judge(Command.DEVICE_RESET, "")).isSameAs(Errno.OK);
    }

    @ParameterizedTest
    @EnumSource(value = Command.class, mode = EnumSource.Mode.EXCLUDE, names = {"DMA_MAP", "DEVICE_SET_IRQS"})
    void fileDescriptorsComeOnlyWithDmaMapAndSetIrqs(Command command) {
        assertThat(judge.judge(command, GET_INFO, 1)).isSameAs(Errno.EINVAL);
    }

    /** "Error ... is reserved in a command message"; reserved bits are for later versions to use. */
    @Test
    void reservedBitsOfACommandAreIgnored() {
        int flags = 0xFFFF_FFE0;

        assertThat(judge.judge(Command.DEVICE_GET_INFO.number(), flags, GET_INFO, 0)).isSameAs(Errno.OK);
    }

    @ParameterizedTest
    @CsvSource({
        "10000000 00000000 00000000 00000000,   OK",
        "20000000 00000000 00000000 00000000,   OK",
        "0f000000 00000000 00000000 00000000,   EINVAL",
        "10000000 00000000 00000000 000000,     EINVAL"})
    void getInfoNeedsItsFixedPartAndRoomForTheReply(String payload, Errno errno) {
        assertThat(judge.judge(Command.DEVICE_GET_INFO, payload)).isSameAs(errno);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000,          OK",
        "00000100,          OK",
        "00000000 7b7d00,   OK",
        "00000000 7b7d,     EINVAL",
        "01000000 7b7d00,   EINVAL",
        "000000,            EINVAL"})
    void versionNeedsMajorZeroAndJsonThatEndsWithANul(String payload, Errno errno) {
        assertThat(judge.judge(Command.VERSION, payload)).isSameAs(errno);
    }
}
