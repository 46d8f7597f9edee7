package io.vfnic.server.uplink.unix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The framing of QEMU's stream netdev and of passt: a frame's length in four bytes, big-endian, then the frame. */
class FrameAssemblerTest {
    private final FrameAssembler assembler = new FrameAssembler();
    private final Random random = new Random(1);

    @Test
    void findsAllFramesOfOneReceive() throws IOException {
        byte[] first = frame(60);
        byte[] second = frame(1514);
        assertThat(feed(stream(first, second))).containsExactly(first, second);
    }

    @Test
    void waitsForTheRestOfAFrameAndOfItsLength() throws IOException {
        byte[] frame = frame(300);
        byte[] bytes = stream(frame);
        List<byte[]> found = new ArrayList<>();
        for (byte one : bytes) {
            assertThat(found).isEmpty();
            found.addAll(feed(new byte[] {one}));
        }
        assertThat(found).containsExactly(frame);
    }

    @Test
    void keepsTheOrderAndTheBytesOfAnyFramesInAnyPieces() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            int length = i % 50 == 0 ? StreamFraming.MAX_FRAME_LENGTH - random.nextInt(3) : 1 + random.nextInt(9_018);
            sent.add(frame(length));
        }
        ByteBuffer rest = ByteBuffer.wrap(stream(sent.toArray(byte[][]::new)));
        List<byte[]> found = new ArrayList<>();
        while (rest.hasRemaining()) {
            byte[] piece = new byte[Math.min(rest.remaining(), 1 + random.nextInt(assembler.room()))];
            rest.get(piece);
            found.addAll(feed(piece));
            assertThat(assembler.room()).isPositive();
        }
        assertThat(found).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(found.get(i)).as("frame " + i).isEqualTo(sent.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, StreamFraming.MAX_FRAME_LENGTH + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void refusesALengthThatNoFrameHasAndNamesIt(int length) throws IOException {
        byte[] good = frame(100);
        byte[] bad = ByteBuffer.allocate(4).putInt(length).array();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(stream(good));
        bytes.write(bad);
        receive(bytes.toByteArray());

        assertThat(assembler.next()).isTrue();
        assertThat(current()).isEqualTo(good);
        assertThatThrownBy(assembler::next).isInstanceOf(BrokenStreamException.class)
            .hasMessageContaining(Integer.toUnsignedString(length) + " bytes");
    }

    @Test
    void knowsNothingOfAnEarlierStream() throws IOException {
        feed(new byte[] {0, 0, 1});
        assembler.clear();
        byte[] frame = frame(64);
        assertThat(feed(stream(frame))).containsExactly(frame);
    }

    private List<byte[]> feed(byte[] bytes) throws IOException {
        receive(bytes);
        List<byte[]> found = new ArrayList<>();
        while (assembler.next()) {
            found.add(current());
        }
        return found;
    }

    private void receive(byte[] bytes) {
        assembler.buffer().putBytes(assembler.end(), bytes);
        assembler.received(bytes.length);
    }

    private byte[] current() {
        byte[] frame = new byte[assembler.frameLength()];
        assembler.buffer().getBytes(assembler.frame(), frame);
        return frame;
    }

    private byte[] frame(int length) {
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        return frame;
    }

    private static byte[] stream(byte[]... frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            bytes.write(ByteBuffer.allocate(4).putInt(frame.length).array());
            bytes.write(frame);
        }
        return bytes.toByteArray();
    }
}
