package io.vfnic.server.session;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.vfnic.device.spi.MessageDma;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.dma.DmaAccessLayout;

import static org.assertj.core.api.Assertions.assertThat;

/** Specification, sections "VFIO_USER_DMA_READ" and "VFIO_USER_DMA_WRITE", as QEMU's releases speak them. */
@Timeout(30)
class MessageDmaTest {
    private static final int REPLY = 1;
    private static final int ERROR_REPLY = 0x21;
    private static final int ENODEV = 19;

    private final ExecutorService agent = Executors.newSingleThreadExecutor();
    private final byte[] guest = new byte[512 * 1024];
    private final UnsafeBuffer local = new UnsafeBuffer(new byte[guest.length]);
    private SessionFixture fixture;
    private TestClient client;
    private MessageDma dma;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
        client = fixture.connect().introduce();
        dma = fixture.port.client.messageDma();
        new Random(82576).nextBytes(guest);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        fixture.close();
        agent.shutdown();
    }

    private CompletableFuture<Boolean> read(long iova, int length) {
        return CompletableFuture.supplyAsync(() -> dma.read(iova, local, (int)iova, length), agent);
    }

    private CompletableFuture<Boolean> write(long iova, int length) {
        return CompletableFuture.supplyAsync(() -> dma.write(iova, local, (int)iova, length), agent);
    }

    private void reply(TestClient.Message request, Payload payload) {
        client.send(request.id(), request.command(), REPLY, 0, payload);
    }

    private void answerProbe(DmaAccessLayout layout) {
        TestClient.Message probe = client.receive();
        assertThat(probe.command()).isEqualTo(Command.DMA_WRITE.number());
        assertThat(probe.bytes(0, probe.payload().capacity())).isEqualTo(new Payload().u64(0, 0).bytes());
        reply(probe, layout == DmaAccessLayout.LEGACY ? new Payload() : new Payload().u64(0, 0));
    }

    /** Answers a request from the guest's memory, as a QEMU of this layout does. */
    private void serve(TestClient.Message request, DmaAccessLayout layout) {
        boolean isLegacy = layout == DmaAccessLayout.LEGACY;
        int iova = (int)request.payload().getLong(0);
        int count = request.payload().getInt(8);
        int dataAt = isLegacy ? 12 : 16;
        assertThat(request.flags()).isZero();
        if (request.command() == Command.DMA_READ.number()) {
            assertThat(request.payload().capacity()).isEqualTo(16);
            byte[] data = Arrays.copyOfRange(guest, iova, iova + count);
            reply(request, isLegacy ? new Payload().u64(iova).u32(count).data(data).u32(0) :
                new Payload().u64(iova, count).data(data));
        } else {
            assertThat(request.payload().capacity()).isEqualTo(16 + count);
            request.payload().get(dataAt, guest, iova, count);
            reply(request, isLegacy ? new Payload() : new Payload().u64(iova, count));
        }
    }

    @ParameterizedTest
    @EnumSource(DmaAccessLayout.class)
    void guestMemoryIsReadAndWrittenInTheClientsLayout(DmaAccessLayout layout) throws Exception {
        CompletableFuture<Boolean> read = read(1000, 5000);
        answerProbe(layout);
        serve(client.receive(), layout);
        assertThat(read.get()).isTrue();
        byte[] got = new byte[5000];
        local.getBytes(1000, got);
        assertThat(got).isEqualTo(Arrays.copyOfRange(guest, 1000, 6000));
        // The layout is asked once
        local.setMemory(2000, 64, (byte)0x5A);
        CompletableFuture<Boolean> write = write(2000, 64);
        serve(client.receive(), layout);
        assertThat(write.get()).isTrue();
        assertThat(guest[1999]).isEqualTo(got[999]);
        assertThat(Arrays.copyOfRange(guest, 2000, 2064)).containsOnly(0x5A);
        assertThat(guest[2064]).isEqualTo(got[1064]);
    }

    @Test
    void longTransfersGoInBoundedChunksWithFewUnderWay() throws Exception {
        int length = 300_000;
        CompletableFuture<Boolean> read = read(0, length);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        int requested = 0;
        int underWay = 0;
        ArrayDeque<TestClient.Message> open = new ArrayDeque<>();
        while (requested < length) {
            if (underWay == 4) {
                // Nothing more comes before one is answered: a register read is answered in between
                assertThat(client.readRegister(0)).isZero();
                serve(open.poll(), DmaAccessLayout.SPECIFICATION);
                underWay--;
            }
            TestClient.Message request = client.receive();
            assertThat(request.payload().getInt(8)).isBetween(1, 32 * 1024);
            requested += request.payload().getInt(8);
            open.add(request);
            underWay++;
        }
        while (!open.isEmpty()) {
            serve(open.poll(), DmaAccessLayout.SPECIFICATION);
        }
        assertThat(read.get()).isTrue();
        byte[] got = new byte[length];
        local.getBytes(0, got);
        assertThat(got).isEqualTo(Arrays.copyOf(guest, length));
    }

    @Test
    void chunksAreNoLargerThanTheClientTakes() throws Exception {
        client.close();
        fixture.awaitCall("detach");
        client = fixture.connect();
        assertThat(client.errno(Command.VERSION,
            new Payload().u16(0).u16(0).text("{\"capabilities\":{\"max_data_xfer_size\":4096}}"))).isZero();
        dma = fixture.port.client.messageDma();
        CompletableFuture<Boolean> write = write(0, 10_000);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        for (int expected : new int[] {4096, 4096, 10_000 - 8192}) {
            TestClient.Message request = client.receive();
            assertThat(request.payload().getInt(8)).isEqualTo(expected);
            serve(request, DmaAccessLayout.SPECIFICATION);
        }
        assertThat(write.get()).isTrue();
    }

    @Test
    void anErrorOfTheClientFailsTheCallAndTheNextOneWorks() throws Exception {
        CompletableFuture<Boolean> failing = read(0, 100);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        TestClient.Message request = client.receive();
        // Bus mastering is off
        client.send(request.id(), request.command(), ERROR_REPLY, ENODEV, new Payload());
        assertThat(failing.get()).isFalse();
        CompletableFuture<Boolean> next = read(0, 100);
        serve(client.receive(), DmaAccessLayout.SPECIFICATION);
        assertThat(next.get()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 100})
    void aReplyTooShortForItsDataFailsTheCall(int length) throws Exception {
        CompletableFuture<Boolean> read = read(0, 100);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        reply(client.receive(), new Payload().data(new byte[length]));
        assertThat(read.get()).isFalse();
    }

    @Test
    void cancelledCallsReturnAndALateReplyTouchesNothing() throws Exception {
        CompletableFuture<Boolean> cancelled = read(0, 100);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        TestClient.Message request = client.receive();
        dma.cancel();
        assertThat(cancelled.get()).isFalse();
        assertThat(read(0, 100).get()).isFalse();
        dma.resume();
        CompletableFuture<Boolean> next = read(200, 100);
        TestClient.Message nextRequest = client.receive();
        serve(request, DmaAccessLayout.SPECIFICATION);
        serve(nextRequest, DmaAccessLayout.SPECIFICATION);
        assertThat(next.get()).isTrue();
        assertThat(local.getLong(0)).isZero();
        assertThat(local.getByte(200)).isEqualTo(guest[200]);
    }

    @Test
    void aReplyToTheClientIsNeverHeldBackOnItsOwnAnswer() throws Exception {
        // Given an agent that waits for the client
        CompletableFuture<Boolean> waiting = read(0, 100);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        client.receive();
        // When the client asks for something that needs the agent, and answers nothing meanwhile
        fixture.port.slow = true;
        client.send(Command.DEVICE_RESET, new Payload());
        // Then the agent's call fails, so that it can let go
        assertThat(waiting.get()).isFalse();
        assertThat(read(0, 100).get()).isFalse();
        fixture.port.slow = false;
        fixture.port.becomeQuiet();
        assertThat(client.receive().command()).isEqualTo(Command.DEVICE_RESET.number());
        CompletableFuture<Boolean> next = read(0, 100);
        serve(client.receive(), DmaAccessLayout.SPECIFICATION);
        assertThat(next.get()).isTrue();
    }

    @Test
    void repliesAreTakenWhileCommandsWait() throws Exception {
        CompletableFuture<Boolean> read = read(0, 100);
        TestClient.Message probe = client.receive();
        // A posted command in front of the reply does not hold it up
        client.sendPosted(Command.REGION_WRITE, new Payload().u64(0x10).u32(0, 4).u32(1));
        reply(probe, new Payload().u64(0, 0));
        serve(client.receive(), DmaAccessLayout.SPECIFICATION);
        assertThat(read.get()).isTrue();
    }

    @Test
    void aClientThatLeavesFailsTheCallsThatWaitForIt() throws Exception {
        CompletableFuture<Boolean> read = read(0, 100);
        client.receive();
        client.close();
        assertThat(read.get()).isFalse();
        assertThat(read(0, 100).get()).isFalse();
    }

    @Test
    void aCallBesideAnotherFailsAndLeavesThatAlone() throws Exception {
        CompletableFuture<Boolean> first = read(0, 100);
        answerProbe(DmaAccessLayout.SPECIFICATION);
        TestClient.Message request = client.receive();
        assertThat(dma.read(200, local, 200, 100)).isFalse();
        serve(request, DmaAccessLayout.SPECIFICATION);
        assertThat(first.get()).isTrue();
        assertThat(local.getByte(0)).isEqualTo(guest[0]);
    }

    @Test
    void aTransferOfNothingSucceedsWithoutAMessage() throws Exception {
        assertThat(read(0, 0).get()).isTrue();
        assertThat(client.readRegister(0)).isZero();
    }
}
