package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Patience;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Specification, section "Header": sizes, types, ids, No_reply, order; a stream that arrives in pieces. */
class FramingTest extends ServerTest {
    private static final byte[] GET_INFO = getInfo();

    @ParameterizedTest
    @ValueSource(longs = {0, 15, ProtocolLimits.MAX_MESSAGE + 1, 0x7FFF_FFFFL, 0xFFFF_FFFFL})
    void aSizeNoMessageHasIsAnsweredWithEinvalAndClosed(long size) throws IOException {
        byte[] message = VfioUserClient.encode(5, Command.DEVICE_GET_INFO.number(), 0, GET_INFO);
        new MessageHeader().wrap(new UnsafeBuffer(message), 0).size(size);
        CompletableFuture<Message> reply = client.exchange().expect(5);

        client.exchange().send(message);

        assertFails(Errno.EINVAL, client.exchange().await(reply));
        client.exchange().awaitClosedByServer();
        assertFunctionIsFree();
    }

    @Test
    void aBrokenFrameThatForbidsRepliesIsClosedWithoutOne() throws IOException {
        byte[] message = VfioUserClient.encode(5, Command.DEVICE_GET_INFO.number(), MessageHeader.NO_REPLY, GET_INFO);
        new MessageHeader().wrap(new UnsafeBuffer(message), 0).size(15);

        client.exchange().send(message);

        client.exchange().awaitClosedByServer();
        assertThat(client.exchange().unexpectedReplies()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 14, 19, 100, 0xFFFF})
    void anUnknownOrRetiredCommandIsAnsweredWithEinval(int number) {
        CompletableFuture<Message> reply = client.exchange().expect(0x8000);

        client.exchange().send(VfioUserClient.encode(0x8000, number, 0, GET_INFO));

        Message received = client.exchange().await(reply);
        assertFails(Errno.EINVAL, received);
        assertThat(received.commandNumber()).isEqualTo(number);
        assertAlive();
    }

    @Test
    void commandsOfTheServerAreAnsweredWithEinval() {
        assertFails(Errno.EINVAL, Command.DMA_READ, new byte[16]);
        assertFails(Errno.EINVAL, Command.DMA_WRITE, new byte[16]);
    }

    @Test
    void onlyAResetMayHaveNoPayload() {
        for (Command command : Command.values()) {
            if (command != Command.DEVICE_RESET) {
                assertFails(Errno.EINVAL, command, NOTHING);
            }
        }
        assertSucceeds(client.call(Command.DEVICE_RESET, NOTHING));
    }

    /** A reply to nothing is no command: there is nobody to tell, and the connection goes on. */
    @Test
    void aReplyNobodyWaitsForIsNotAnswered() {
        client.exchange().send(VfioUserClient.encode(
            0x8000, Command.DMA_READ.number(), MessageHeader.TYPE_REPLY, new byte[16]));

        assertAlive();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 15})
    void aMessageThatIsNeitherCommandNorReplyIsAnsweredWithEinval(int type) {
        CompletableFuture<Message> reply = client.exchange().expect(0x8000);

        client.exchange().send(VfioUserClient.encode(0x8000, Command.DEVICE_GET_INFO.number(), type, GET_INFO));

        assertFails(Errno.EINVAL, client.exchange().await(reply));
        assertAlive();
    }

    /** "No_reply ... indicates that no reply is needed": none may come, not even an error. */
    @Test
    void aPostedCommandGetsNoReplyNotEvenAnError() throws IOException {
        try (EventFd eventFd = EventFd.create()) {
            client.post(Command.DEVICE_GET_INFO, GET_INFO);
            client.post(Command.DEVICE_RESET, NOTHING);
            client.post(Command.REGION_READ, VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, 4, 0));
            client.post(Command.REGION_READ, VfioUserClient.accessPayload(77, 0, 4, 0));
            client.post(Command.REGION_WRITE, VfioUserClient.writePayload(RegionIndex.BAR0, 1L << 40, new byte[4]));
            client.post(Command.REGION_WRITE, NOTHING);
            client.post(Command.DMA_UNMAP, VfioUserClient.unmapPayload(0, 0x1000, 0x1000));
            client.post(Command.DEVICE_SET_IRQS, VfioUserClient.setIrqsPayload(0x24, 2, 0, 1), eventFd.fd());
            client.post(Command.DEVICE_SET_IRQS, VfioUserClient.setIrqsPayload(0x24, 9, 0, 1), eventFd.fd());
            client.post(Command.VERSION, VfioUserClient.versionPayload(0, 0, "{}"));
            client.exchange().send(VfioUserClient.encode(1, 999, MessageHeader.NO_REPLY, GET_INFO));
        }

        assertAlive();
    }

    /** "Message IDs belong entirely to the sender, can be re-used (even concurrently)". */
    @Test
    void idsAreEchoedWhateverTheyAre() {
        for (int id : new int[]{0xFFFF, 0, 0, 0x1234, 0x1234}) {
            CompletableFuture<Message> reply = client.exchange().expect(id);
            client.exchange().send(VfioUserClient.encode(id, Command.DEVICE_GET_INFO.number(), 0, GET_INFO));
            assertSucceeds(client.exchange().await(reply));
        }
    }

    @Test
    void pipelinedCommandsAreAnsweredInOrder() {
        List<CompletableFuture<Message>> replies = new ArrayList<>();
        ByteBuffer stream = ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < 500; i++) {
            replies.add(client.exchange().expect(0x4000 + i));
            stream.put(VfioUserClient.encode(0x4000 + i, Command.REGION_READ.number(), 0,
                VfioUserClient.accessPayload(RegionIndex.CONFIG, i % 64 * 4, 4, 0)));
        }
        byte[] bytes = new byte[stream.position()];
        stream.flip().get(bytes);

        client.exchange().send(bytes);

        for (int i = 0; i < 500; i++) {
            Message reply = assertSucceeds(client.exchange().await(replies.get(i)));
            RegionAccess access = new RegionAccess().wrap(reply.buffer(), 0, reply.payload().length);
            assertThat(access.regionOffset()).isEqualTo(i % 64 * 4);
        }
    }

    @Test
    void aMessageThatArrivesByteByByteIsAnsweredOnce() {
        byte[] message = VfioUserClient.encode(0x4000, Command.REGION_READ.number(), 0,
            VfioUserClient.accessPayload(RegionIndex.CONFIG, 0, 4, 0));
        CompletableFuture<Message> reply = client.exchange().expect(0x4000);

        for (byte one : message) {
            client.exchange().send(new byte[]{one});
        }

        assertThat(assertSucceeds(client.exchange().await(reply)).payload()).hasSize(20);
        assertAlive();
    }

    @Test
    void fileDescriptorsStayWithTheirMessageWhenItArrivesInPieces() throws IOException {
        byte[] message = VfioUserClient.encode(0x4000, Command.DEVICE_SET_IRQS.number(), 0,
            VfioUserClient.setIrqsPayload(0x24, 2, 0, 1));
        CompletableFuture<Message> reply = client.exchange().expect(0x4000);
        try (EventFd eventFd = EventFd.create()) {
            client.exchange().send(Arrays.copyOfRange(message, 0, 10), eventFd.fd());
            client.exchange().send(Arrays.copyOfRange(message, 10, 20));
            client.exchange().send(Arrays.copyOfRange(message, 20, message.length));

            assertSucceeds(client.exchange().await(reply));

            client.setIrqs(0x21, 2, 0, 1);
            Patience.until("the eventfd", () -> eventFd.drain() == 1);
        }
    }

    @Test
    void aConnectionThatEndsInsideAMessageFreesTheFunction() throws IOException {
        byte[] message = VfioUserClient.encode(0x4000, Command.DEVICE_GET_INFO.number(), 0, GET_INFO);

        client.exchange().send(Arrays.copyOf(message, 20));
        client.close();

        assertFunctionIsFree();
    }

    private void assertFunctionIsFree() throws IOException {
        try (VfioUserClient next = server.attachWhenFree(0)) {
            assertThat(next.deviceInfo().regionCount()).isGreaterThanOrEqualTo(9);
        }
    }

    private static byte[] getInfo() {
        byte[] payload = new byte[DeviceInfo.LENGTH];
        new DeviceInfo().wrap(new UnsafeBuffer(payload), 0).argsz(payload.length);
        return payload;
    }
}
