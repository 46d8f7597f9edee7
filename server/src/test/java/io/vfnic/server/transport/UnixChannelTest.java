package io.vfnic.server.transport;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.FileStatus;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class UnixChannelTest {
    private static final String NAME = "unix-channel-test";
    private static final int COMMAND = 0;

    /** What the pipeline saw: id, size and the inodes of the descriptors, or an end. */
    private record Seen(int id, int size, List<Long> inodes) {
    }

    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, handlers());
    private UnixChannel channel;
    private RawPeer peer;

    /** How the event loop waits. */
    IoHandlerFactory handlers() {
        return EpollIoHandler.newFactory();
    }

    /** For how long the channel may leave its socket unread, in nanoseconds. */
    long maxPause() {
        return 0;
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            Frame frame = (Frame)message;
            if (frame.header().commandNumber() == 99) {
                throw new IllegalStateException("a handler that fails");
            }
            List<Long> inodes = new ArrayList<>();
            for (int i = 0; i < frame.fds().count(); i += 2) {
                // Takes every other descriptor: the rest is the decoder's to close.
                try (Fd fd = frame.fds().take(i)) {
                    inodes.add(FileStatus.of(fd).inode());
                }
            }
            seen.add(new Seen(frame.header().id(), (int)frame.header().size(), inodes));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            seen.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            seen.add(cause.getMessage());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            seen.add("inactive");
        }
    }

    @BeforeEach
    void connect() throws Exception {
        Fd[] pair = UnixSockets.pair(false);
        pair[0].setNonBlocking();
        channel = new UnixChannel(null, pair[0], maxPause());
        channel.pipeline().addLast(new FrameDecoder(), new Recorder());
        peer = new RawPeer(pair[1]);
        loops.register(channel).sync();
    }

    @AfterEach
    void closeAll() throws Exception {
        channel.close().sync();
        peer.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        assertThat(OpenFiles.named(NAME)).isZero();
    }

    private Object next() throws InterruptedException {
        return seen.take();
    }

    private static Seen seen(int id, int size) {
        return new Seen(id, size, List.of());
    }

    @Test
    void theProcessAtTheOtherEndIsKnownAlsoAfterItsEnd() throws Exception {
        peer.close();
        assertThat(next()).isEqualTo("inactive");
        assertThat(channel.peerProcess()).isEqualTo((int)ProcessHandle.current().pid());
    }

    @Test
    void aMessageArrivesWithItsDescriptors() throws Exception {
        try (Fd one = MemFd.create(NAME, 1); Fd two = MemFd.create(NAME, 2); Fd three = MemFd.create(NAME, 3)) {
            peer.send(RawPeer.frame(7, 1, COMMAND, 16), one, two, three);
            assertThat(next()).isEqualTo(new Seen(7, 32,
                List.of(FileStatus.of(one).inode(), FileStatus.of(three).inode())));
        }
    }

    @Test
    void messagesInOneReceiveKeepTheirDescriptorsApart() throws Exception {
        try (Fd one = MemFd.create(NAME, 1); Fd two = MemFd.create(NAME, 2)) {
            channel.eventLoop().submit(() -> {
                // Sent while the event loop is busy, so that it finds them all at once.
                peer.send(RawPeer.frame(1, 1, COMMAND, 0));
                peer.send(RawPeer.frame(2, 1, COMMAND, 100), one);
                peer.send(RawPeer.frame(3, 1, COMMAND, 4));
                peer.send(RawPeer.frame(4, 1, COMMAND, 0));
                peer.send(RawPeer.frame(5, 1, COMMAND, 4), two);
            }).sync();
            assertThat(next()).isEqualTo(seen(1, 16));
            assertThat(next()).isEqualTo(new Seen(2, 116, List.of(FileStatus.of(one).inode())));
            assertThat(next()).isEqualTo(seen(3, 20));
            assertThat(next()).isEqualTo(seen(4, 16));
            assertThat(next()).isEqualTo(new Seen(5, 20, List.of(FileStatus.of(two).inode())));
        }
    }

    @Test
    void manyConnectionsOfOneLoopAreServed() throws Exception {
        List<UnixChannel> others = new ArrayList<>();
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Fd[] pair = UnixSockets.pair(false);
            pair[0].setNonBlocking();
            UnixChannel other = new UnixChannel(null, pair[0], maxPause());
            other.pipeline().addLast(new FrameDecoder(), new Recorder());
            others.add(other);
            peers.add(new RawPeer(pair[1]));
            loops.register(other).sync();
            for (int k = 0; k <= i; k++) {
                peers.get(k).send(RawPeer.frame(100 * i + k, 1, COMMAND, 0));
                assertThat(next()).isEqualTo(seen(100 * i + k, 16));
            }
        }
        for (int i = 0; i < 8; i++) {
            others.get(i).close().sync();
            peers.get(i).close();
            assertThat(next()).isEqualTo("inactive");
            peer.send(RawPeer.frame(i, 1, COMMAND, 4));
            assertThat(next()).isEqualTo(seen(i, 20));
        }
    }

    @Test
    void messagesCutAnywhereArePutTogether() throws Exception {
        Random random = new Random(82576);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        int[] sizes = new int[400];
        for (int i = 0; i < sizes.length; i++) {
            byte[] frame = RawPeer.frame(i, 1, COMMAND, i % 50 == 0 ? 70_000 : random.nextInt(300));
            sizes[i] = frame.length;
            stream.writeBytes(frame);
        }
        byte[] bytes = stream.toByteArray();
        int position = 0;
        while (position < bytes.length) {
            int piece = Math.min(1 + random.nextInt(position % 2 == 0 ? 20 : 5000), bytes.length - position);
            peer.send(Arrays.copyOfRange(bytes, position, position + piece));
            position += piece;
        }
        for (int i = 0; i < sizes.length; i++) {
            assertThat(next()).isEqualTo(seen(i, sizes[i]));
        }
    }

    @Test
    void descriptorsOfAMessageSentByteByByteStayWithIt() throws Exception {
        byte[] frame = RawPeer.frame(9, 1, COMMAND, 8);
        try (Fd fd = MemFd.create(NAME, 1)) {
            for (int i = 0; i < frame.length; i++) {
                byte[] one = {frame[i]};
                if (i == 0) {
                    peer.send(one, fd);
                } else {
                    peer.send(one);
                }
            }
            peer.send(RawPeer.frame(10, 1, COMMAND, 0));
            assertThat(next()).isEqualTo(new Seen(9, 24, List.of(FileStatus.of(fd).inode())));
            assertThat(next()).isEqualTo(seen(10, 16));
        }
    }

    @Test
    void nothingOfAFloodIsLostWhenItsSenderLeavesAtOnce() throws Exception {
        int doorbells = 20_000;
        for (int i = 0; i < doorbells; i++) {
            peer.send(RawPeer.frame(i & 0xffff, 1, MessageHeader.NO_REPLY, 20));
        }
        peer.close();
        for (int i = 0; i < doorbells; i++) {
            assertThat(next()).isEqualTo(seen(i & 0xffff, 36));
        }
        assertThat(next()).isEqualTo("inactive");
    }

    @Test
    void theLargestMessagePasses() throws Exception {
        peer.send(RawPeer.frame(1, 1, COMMAND, ProtocolLimits.MAX_MESSAGE - MessageHeader.LENGTH));
        assertThat(next()).isEqualTo(seen(1, ProtocolLimits.MAX_MESSAGE));
    }

    @Test
    void aSizeThatCannotBeTrueBreaksTheStream() throws Exception {
        byte[] tooShort = RawPeer.frame(3, 9, COMMAND, 0);
        tooShort[MessageHeader.SIZE_OFFSET] = 15;
        try (Fd fd = MemFd.create(NAME, 1)) {
            peer.send(tooShort, fd);
            assertThat(next()).isEqualTo(new BrokenFrame(3, 9, 15, true));
            // Nothing that follows is taken for a message.
            peer.send(RawPeer.frame(4, 1, COMMAND, 0), fd);
            peer.close();
            assertThat(next()).isEqualTo("inactive");
        }
    }

    @Test
    void aMessageThatIsTooLargeBreaksTheStreamBeforeItsBodyArrives() throws Exception {
        byte[] header = RawPeer.frame(3, 9, MessageHeader.NO_REPLY, 0);
        header[MessageHeader.SIZE_OFFSET + 3] = 1;
        peer.send(header);
        assertThat(next()).isEqualTo(new BrokenFrame(3, 9, 0x0100_0010, false));
    }

    @Test
    void descriptorsAreClosedWhenAHandlerFails() throws Exception {
        try (Fd fd = MemFd.create(NAME, 1)) {
            peer.send(RawPeer.frame(1, 99, COMMAND, 0), fd, fd);
            assertThat(next()).isEqualTo("a handler that fails");
            channel.eventLoop().submit(() -> { }).sync();
            assertThat(OpenFiles.named(NAME)).isEqualTo(1);
        }
    }

    @Test
    void descriptorsOfAnUnfinishedMessageAreClosedWithTheConnection() throws Exception {
        try (Fd fd = MemFd.create(NAME, 1)) {
            peer.send(Arrays.copyOf(RawPeer.frame(1, 1, COMMAND, 100), 50), fd);
            while (OpenFiles.named(NAME) != 2) {
                Thread.onSpinWait();
            }
            peer.close();
            assertThat(next()).isEqualTo("inactive");
            while (OpenFiles.named(NAME) != 1) {
                Thread.onSpinWait();
            }
        }
    }

    /** QEMU 11.1 aborts where reading ends by an error (ECONNRESET) and not by the end of the stream. */
    @Test
    void aConnectionThatWeCloseEndsInOrderForAClientWhoseMessagesNobodyHasRead() throws Exception {
        // Given messages that lie unread in the socket, one with a descriptor
        channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
        try (Fd fd = MemFd.create(NAME, 1)) {
            peer.send(RawPeer.frame(1, 1, COMMAND, 20_000));
            peer.send(RawPeer.frame(2, 1, COMMAND, 0), fd);
            // When the channel is closed
            channel.close().sync();
            // Then the client sees the end of the stream, and the descriptor is not left open
            assertThat(peer.tryReceive()).isZero();
            assertThat(OpenFiles.named(NAME)).isEqualTo(1);
        }
    }

    private OutboundFrame outbound(int id, int payloadLength) {
        OutboundFrame frame = channel.frames().allocate(MessageHeader.LENGTH + payloadLength);
        new MessageHeader().wrap(frame.buffer(), 0).encodeReply(id, 9, payloadLength);
        frame.buffer().setMemory(MessageHeader.LENGTH, payloadLength, (byte)id);
        return frame;
    }

    @Test
    void aReplyCarriesItsDescriptors() throws Exception {
        try (Fd fd = MemFd.create(NAME, 1)) {
            channel.eventLoop().submit(() -> {
                OutboundFrame frame = outbound(5, 4);
                frame.addFd(fd);
                frame.addFd(fd);
                channel.writeAndFlush(frame);
            }).sync();
            assertThat(peer.receive(20)).hasSize(20);
            assertThat(peer.receivedFdCount()).isEqualTo(2);
        }
    }

    @Test
    void repliesToASlowReaderArriveWholeAndInOrderAndWritabilityTellsOfThem() throws Exception {
        // Given more replies than the socket takes
        int count = 300;
        boolean writable = channel.eventLoop().submit(() -> {
            for (int i = 0; i < count; i++) {
                channel.write(outbound(i & 0x7F, 4096));
            }
            channel.flush();
            return channel.isWritable();
        }).get();
        assertThat(writable).isFalse();
        // When the client reads at last
        for (int i = 0; i < count; i++) {
            byte[] frame = peer.receiveFrame();
            assertThat(frame).hasSize(4112);
            assertThat(frame[MessageHeader.ID_OFFSET]).isEqualTo((byte)(i & 0x7F));
            assertThat(frame[4111]).isEqualTo((byte)(i & 0x7F));
        }
        // Then the channel is writable again
        while (!channel.isWritable()) {
            Thread.onSpinWait();
        }
        channel.eventLoop().submit(() -> channel.writeAndFlush(outbound(1, 0))).sync();
        assertThat(peer.receiveFrame()).hasSize(16);
    }

    @Test
    void readingStopsAndResumes() throws Exception {
        channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
        peer.send(RawPeer.frame(1, 1, COMMAND, 0));
        assertThat(seen.poll(100, TimeUnit.MILLISECONDS)).isNull();
        channel.eventLoop().submit(() -> channel.config().setAutoRead(true)).sync();
        assertThat(next()).isEqualTo(seen(1, 16));
        channel.eventLoop().submit(() -> channel.config().setAutoRead(false)).sync();
        peer.close();
        assertThat(next()).isEqualTo("inactive");
    }
}
