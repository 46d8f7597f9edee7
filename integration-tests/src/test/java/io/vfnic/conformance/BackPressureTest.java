package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.testkit.client.VfioUserClient;
import org.junit.jupiter.api.Test;

/** A client that asks and does not read its replies is made to wait, and gets every reply once it reads. */
class BackPressureTest extends ServerTest {
    private static final int READ_LENGTH = 4096;
    private static final int REPLY_LENGTH = MessageHeader.LENGTH + 16 + READ_LENGTH;
    /** Far more replies than any socket buffer holds: 400 MB. */
    private static final int LIMIT = 100_000;

    @Test
    void aClientThatDoesNotReadIsNotReadFromEither() throws IOException {
        try (Arena arena = Arena.ofConfined(); Fd socket = UnixSockets.open(false);
            MessageSender sender = new MessageSender(1, 1); MessageReceiver receiver = new MessageReceiver()) {
            UnixSockets.connect(socket, server.socket(1));
            MemorySegment memory = arena.allocate(REPLY_LENGTH);
            send(sender, socket, memory, VfioUserClient.encode(0, Command.VERSION.number(), 0,
                VfioUserClient.versionPayload(0, 0, "{}")));
            receive(receiver, socket, memory, MessageHeader.LENGTH);
            receive(receiver, socket, memory,
                memory.get(ValueLayout.JAVA_INT, MessageHeader.SIZE_OFFSET) - MessageHeader.LENGTH);

            int sent = 0;
            while (sent < LIMIT && send(sender, socket, memory, request(sent))) {
                sent++;
            }

            assertThat(sent).as("requests that were taken before the server made us wait").isBetween(1, LIMIT - 1);
            assertAlive();
            for (int i = 0; i < sent; i++) {
                receive(receiver, socket, memory, REPLY_LENGTH);
                assertThat(memory.get(ValueLayout.JAVA_SHORT, MessageHeader.ID_OFFSET)).isEqualTo((short)i);
                assertThat(memory.get(ValueLayout.JAVA_INT, MessageHeader.FLAGS_OFFSET))
                    .isEqualTo(MessageHeader.TYPE_REPLY);
            }
        }
    }

    private static byte[] request(int id) {
        return VfioUserClient.encode(id, Command.REGION_READ.number(), 0,
            VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, READ_LENGTH, 0));
    }

    /**
     * False where the socket has had no room for a second, in which the server would long have taken something if it
     * were reading.
     */
    private static boolean send(MessageSender sender, Fd socket, MemorySegment memory, byte[] message)
        throws IOException {
        MemorySegment.copy(message, 0, memory, ValueLayout.JAVA_BYTE, 0, message.length);
        long deadline = System.nanoTime() + 1_000_000_000L;
        while (true) {
            int result = sender.addBytes(memory.address(), message.length).send(socket);
            if (result == message.length) {
                return true;
            }
            if (result != -PosixErrno.EAGAIN) {
                throw new IOException("sendmsg: " + result);
            }
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.onSpinWait();
        }
    }

    private static void receive(MessageReceiver receiver, Fd socket, MemorySegment memory, int length)
        throws IOException {
        int received = 0;
        while (received < length) {
            int result = receiver.receiveBlocking(socket, memory.address() + received, length - received);
            if (result <= 0) {
                throw new IOException("recvmsg: " + result);
            }
            received += result;
        }
    }
}
