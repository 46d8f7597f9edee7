package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@link OutboundFrames} sends, {@link FrameAssembler} puts together again. */
class OutboundFramesTest {
    private static final byte OTHERS = 0x5A;

    private final OutboundFrames outbound = new OutboundFrames();
    private final FrameAssembler peer = new FrameAssembler();
    private final Random random = new Random(1);
    private final Queue<byte[]> underWay = new ArrayDeque<>();

    @Test
    void putsTheLengthBigEndianBeforeTheFrame() {
        put(new byte[] {7, 8, 9});
        byte[] bytes = new byte[outbound.length()];
        outbound.buffer().getBytes(outbound.start(), bytes);
        assertThat(bytes).containsExactly(0, 0, 0, 3, 7, 8, 9);
    }

    @Test
    void aSlowPeerMissesWholeFramesOnlyAndGetsTheOthersInOrder() throws IOException {
        int dropped = 0;
        int arrived = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = new byte[1 + random.nextInt(9_018)];
            random.nextBytes(frame);
            if (put(frame)) {
                underWay.add(frame);
            } else {
                dropped++;
            }
            // Takes less than comes, and cuts where it likes.
            arrived += send(random.nextInt(6_000));
        }
        while (outbound.length() > 0) {
            arrived += send(1 + random.nextInt(100_000));
        }
        assertThat(underWay).isEmpty();
        assertThat(dropped).isPositive();
        assertThat(arrived + dropped).isEqualTo(20_000);
    }

    @Test
    void aPeerThatTakesNothingCostsNoMoreThanTheBuffer() {
        int held = 0;
        while (put(new byte[1_514])) {
            held += 1_518;
        }
        assertThat(held).isBetween(OutboundFrames.CAPACITY / 2, OutboundFrames.CAPACITY);
        assertThat(outbound.length()).isEqualTo(held);
        assertThat(put(new byte[1_514])).isFalse();
    }

    @Test
    void anotherPeerGetsNothingOfWhatTheLastOneLeft() {
        put(new byte[100]);
        outbound.sent(50);
        outbound.clear();
        assertThat(outbound.length()).isZero();
        put(new byte[] {1});
        assertThat(outbound.length()).isEqualTo(5);
    }

    @Test
    void aFrameThatWasBegunOnlyIsNotSent() {
        put(new byte[] {1});
        int index = outbound.begin(100);
        outbound.buffer().setMemory(index, 50, OTHERS);
        assertThat(outbound.length()).isEqualTo(5);
        put(new byte[] {2, 3});
        byte[] bytes = new byte[outbound.length()];
        outbound.buffer().getBytes(outbound.start(), bytes);
        assertThat(bytes).containsExactly(0, 0, 0, 1, 1, 0, 0, 0, 2, 2, 3);
    }

    @Test
    void whatIsMissingOfAFrameIsZeroWhereOthersWereSentInPieces() {
        put(othersFrame());
        outbound.sent(700);
        outbound.sent(outbound.length());
        assertThat(putWithoutBytes(2_000)).containsOnly(0);
    }

    @Test
    void whatIsMissingOfAFrameIsZeroWhereOthersWereSentAsDatagrams() {
        put(othersFrame());
        put(othersFrame());
        outbound.frameSent();
        outbound.frameSent();
        assertThat(putWithoutBytes(4_000)).containsOnly(0);
    }

    @Test
    void whatIsMissingOfAFrameIsZeroWhereOthersWereForAPeerThatIsGone() {
        put(othersFrame());
        outbound.sent(5);
        outbound.buffer().setMemory(outbound.begin(1_000), 1_000, OTHERS);
        outbound.clear();
        assertThat(putWithoutBytes(4_000)).containsOnly(0);
    }

    @Test
    void whatIsMissingOfAFrameIsZeroWhereAnotherWasBegunOnly() {
        outbound.buffer().setMemory(outbound.begin(1_000), 1_000, OTHERS);
        assertThat(putWithoutBytes(2_000)).containsOnly(0);
    }

    @Test
    void whatIsMissingOfAFrameIsZeroWhereOthersWereMovedToMakeRoom() {
        int frames = 0;
        while (put(othersFrame())) {
            frames++;
        }
        for (int i = 0; i < frames * 3 / 4; i++) {
            outbound.frameSent();
        }
        int held = outbound.length();
        // The next makes room, and those behind it go over what was held before.
        while (outbound.length() < 3 * held) {
            assertThat(putWithoutBytes(1_514)).containsOnly(0);
        }
    }

    private static byte[] othersFrame() {
        byte[] frame = new byte[1_514];
        Arrays.fill(frame, OTHERS);
        return frame;
    }

    /** As where every page of a frame is gone; returns what would be sent. */
    private byte[] putWithoutBytes(int length) {
        int index = outbound.begin(length);
        outbound.commit();
        byte[] bytes = new byte[length];
        outbound.buffer().getBytes(index, bytes);
        return bytes;
    }

    private boolean put(byte[] frame) {
        int index = outbound.begin(frame.length);
        if (index >= 0) {
            outbound.buffer().putBytes(index, frame);
            outbound.commit();
        }
        return index >= 0;
    }

    private int send(int atMost) throws IOException {
        int bytes = Math.min(Math.min(atMost, outbound.length()), peer.room());
        peer.buffer().putBytes(peer.end(), outbound.buffer(), outbound.start(), bytes);
        peer.received(bytes);
        outbound.sent(bytes);
        int frames = 0;
        while (peer.next()) {
            byte[] frame = new byte[peer.frameLength()];
            peer.buffer().getBytes(peer.frame(), frame);
            assertThat(frame).isEqualTo(underWay.remove());
            frames++;
        }
        return frames;
    }
}
