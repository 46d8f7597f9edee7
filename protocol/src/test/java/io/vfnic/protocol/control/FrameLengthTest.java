package io.vfnic.protocol.control;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** control.proto, "Framing": each message stands behind its length, a varint as protobuf writes it. */
final class FrameLengthTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 300, 16_383, 16_384, FrameLength.MAX_MESSAGE})
    void aLengthIsWrittenAsProtobufWritesIt(int length) throws IOException {
        byte[] written = new byte[FrameLength.MAX_BYTES];
        int bytes = FrameLength.encode(length, written);

        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        CodedOutputStream protobuf = CodedOutputStream.newInstance(expected);
        protobuf.writeUInt32NoTag(length);
        protobuf.flush();
        assertThat(Arrays.copyOf(written, bytes)).isEqualTo(expected.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 300, 16_383, 16_384, FrameLength.MAX_MESSAGE})
    void aLengthIsReadByteByByteAndTheNextOneAfterIt(int length) throws IOException {
        byte[] written = new byte[FrameLength.MAX_BYTES];
        int bytes = FrameLength.encode(length, written);
        FrameLength reader = new FrameLength();

        for (int message = 0; message < 2; message++) {
            for (int i = 0; i < bytes - 1; i++) {
                assertThat(reader.accept(written[i])).isFalse();
            }
            assertThat(reader.accept(written[bytes - 1])).isTrue();
            assertThat(reader.take()).isEqualTo(length);
        }
    }

    @Test
    void aMessageOfMoreThanAMebibyteIsRefusedBeforeItComes() throws IOException {
        FrameLength reader = new FrameLength();
        reader.accept((byte)0x81);
        reader.accept((byte)0x80);

        assertThatThrownBy(() -> reader.accept((byte)0x40))
            .isInstanceOf(FrameLengthException.class).hasMessageContaining("1048576");
    }

    @Test
    void aLengthThatDoesNotEndIsRefused() throws IOException {
        FrameLength reader = new FrameLength();
        reader.accept((byte)0x80);
        reader.accept((byte)0x80);

        assertThatThrownBy(() -> reader.accept((byte)0x80)).isInstanceOf(FrameLengthException.class);
    }

    @Test
    void noLongerMessageIsFramed() {
        assertThatThrownBy(() -> FrameLength.encode(FrameLength.MAX_MESSAGE + 1, new byte[FrameLength.MAX_BYTES]))
            .isInstanceOf(IllegalArgumentException.class);
    }
}
