package io.vfnic.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Specification, section "Header". */
class MessageHeaderTest {
    private final MessageHeader header = new MessageHeader();

    @Test
    void aCommandHasItsIdNumberAndSizeWithTheHeaderCounted() {
        UnsafeBuffer buffer = Hex.dirty(16);

        header.wrap(buffer, 0).encodeCommand(0x1234, Command.REGION_READ, 16);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("3412 0900 20000000 00000000 00000000"));
        assertThat(header.isCommand()).isTrue();
        assertThat(header.isNoReply()).isFalse();
    }

    @Test
    void aPostedCommandForbidsReplies() {
        UnsafeBuffer buffer = Hex.dirty(16);

        header.wrap(buffer, 0).encodePostedCommand(0xFFFF, Command.REGION_WRITE, 20);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("ffff 0a00 24000000 10000000 00000000"));
        assertThat(header.id()).isEqualTo(0xFFFF);
        assertThat(header.isNoReply()).isTrue();
    }

    @Test
    void aReplyEchoesIdAndCommand() {
        UnsafeBuffer buffer = Hex.dirty(16);

        header.wrap(buffer, 0).encodeReply(7, Command.DEVICE_GET_INFO.number(), 16);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0700 0400 20000000 01000000 00000000"));
        assertThat(header.isReply()).isTrue();
        assertThat(header.isError()).isFalse();
    }

    @Test
    void anErrorReplyIsAHeaderAloneOfTypeReplyWithTheErrorFlag() {
        UnsafeBuffer buffer = Hex.dirty(16);

        header.wrap(buffer, 0).encodeError(7, 0x7777, Errno.EINVAL);

        assertThat(Hex.of(buffer)).isEqualTo(Hex.of("0700 7777 10000000 21000000 16000000"));
        assertThat(header.isReply()).isTrue();
        assertThat(header.isError()).isTrue();
        assertThat(header.errno()).isEqualTo(22);
        assertThat(header.command()).isNull();
    }

    @Test
    void sizesAreUnsigned() {
        UnsafeBuffer buffer = Hex.buffer("0100 0100 ffffffff 00000000 00000000");

        assertThat(header.wrap(buffer, 0).size()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void typesOtherThanCommandAndReplyAreNeither() {
        UnsafeBuffer buffer = Hex.buffer("0100 0100 10000000 02000000 00000000");

        header.wrap(buffer, 0);

        assertThat(header.isCommand()).isFalse();
        assertThat(header.isReply()).isFalse();
    }

    @Test
    void theViewEndsWhereTheBufferDoes() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[15]);

        assertThatThrownBy(() -> header.wrap(buffer, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
