package io.vfnic.server.uplink.unix;

import java.nio.ByteBuffer;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Mapping;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;

/** What a peer gets of a guest that cuts the file behind a frame short: a real SIGBUS. */
class FrameExchangeTest {
    private static final int PAGE = 4096;
    private static final int HEADER = 14;
    private static final int FRAME = 1_514;
    private static final byte OTHERS = 0x5A;
    private static final byte LAST = 0x77;

    private final UnsafeBuffer header = new UnsafeBuffer(new byte[HEADER]);
    private final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(PAGE));
    private final UnsafeBuffer received = new UnsafeBuffer(ByteBuffer.allocateDirect(1 << 16));

    @Test
    void aFrameWhosePagesAreGoneCarriesNothingOfOtherGuestsFrames() throws Exception {
        Fd[] pair = UnixSockets.pair(true);
        try (Fd near = pair[0]; Fd far = pair[1]; MessageReceiver receiver = new MessageReceiver(0);
            StreamExchange exchange = new StreamExchange(); Fd file = MemFd.create("frame-exchange", PAGE);
            Mapping mapping = Mapping.ofFile(file, 0, PAGE, true)) {
            exchange.attach(new Peer(near, "a test"));
            for (int i = 0; i < 3; i++) {
                assertThat(exchange.put(frameOf(OTHERS))).isTrue();
            }
            assertThat(exchange.flush()).isTrue();
            assertThat(count(OTHERS, receive(receiver, far))).isEqualTo(3 * (FRAME - HEADER));

            MemFd.resize(file, 0);
            putWhatFaults(exchange, frame(mapping.address()));
            assertThat(exchange.put(frameOf(LAST))).isTrue();
            assertThat(exchange.flush()).isTrue();

            byte[] sent = receive(receiver, far);
            assertThat(count(OTHERS, sent)).isZero();
            assertThat(count(LAST, sent)).as("the next frame").isEqualTo(FRAME - HEADER);
        }
    }

    private static void putWhatFaults(FrameExchange exchange, FrameView frame) {
        try {
            exchange.put(frame);
            // A call that leaves Java, after which a late report comes.
            Thread.yield();
        } catch (InternalError reported) {
            assertThat(reported).hasMessageContaining("unsafe memory access");
        }
    }

    private FrameView frameOf(byte filling) {
        payload.setMemory(0, PAGE, filling);
        return frame(payload.addressOffset());
    }

    private FrameView frame(long payloadAddress) {
        GatherList pieces = new GatherList(1);
        pieces.add(payloadAddress, FRAME - HEADER);
        return new FrameView().wrap(header, 0, HEADER, pieces);
    }

    private byte[] receive(MessageReceiver receiver, Fd from) {
        int length = receiver.receive(from, received.addressOffset(), received.capacity());
        byte[] bytes = new byte[Math.max(0, length)];
        received.getBytes(0, bytes);
        return bytes;
    }

    private static int count(byte value, byte[] bytes) {
        int count = 0;
        for (byte each : bytes) {
            count += each == value ? 1 : 0;
        }
        return count;
    }
}
