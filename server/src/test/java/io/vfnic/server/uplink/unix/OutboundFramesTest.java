package io.vfnic.server.uplink.unix;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@link OutboundFrames} sends, {@link FrameAssembler} puts together again. */
class OutboundFramesTest {
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

    private boolean put(byte[] frame) {
        int index = outbound.put(frame.length);
        if (index >= 0) {
            outbound.buffer().putBytes(index, frame);
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
