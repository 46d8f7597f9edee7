package io.vfnic.server.control;

import com.google.protobuf.UnknownFieldSet;
import io.vfnic.protocol.control.v1.CancelRequest;
import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.Done;
import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpRequest;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.FdbRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Request.RequestCase;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.ShowRequest;
import io.vfnic.protocol.control.v1.StatsRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.control.client.UnreachableException;
import io.vfnic.server.support.LoggedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The conversation that control.proto describes, over a real socket. */
@Timeout(60)
final class ControlServerTest {
    private static final int CAPACITY = 4;
    private static final int DUMP_LENGTH = 100_000;
    private static final long MUCH_MORE_THAN_A_SOCKET_HOLDS = 64 << 20;

    @TempDir
    private Path directory;
    private final LinkedBlockingQueue<ResponseStream> streams = new LinkedBlockingQueue<>();
    private final CountDownLatch streamClosed = new CountDownLatch(1);
    private final AtomicInteger dumps = new AtomicInteger();
    private Path socket;
    private ControlServer server;

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("control.sock");
        server = ControlServer.start(socket, Map.of(
            RequestCase.SHOW, (request, responder) -> responder.answer(
                Response.newBuilder().setCard(Card.newBuilder().setVersion(request.getShow().getFunction()))),
            RequestCase.STATS, (request, responder) ->
                responder.stream(CAPACITY, streamClosed::countDown).ifPresent(streams::add),
            RequestCase.DUMP, (request, responder) -> {
                dumps.incrementAndGet();
                responder.answer(Response.newBuilder().setDump(Dump.newBuilder().setFunction("x".repeat(DUMP_LENGTH))));
            },
            RequestCase.FDB, (request, responder) -> {
                throw new IllegalStateException("a bug");
            }));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void onlyTheOwnerMayOpenTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
    }

    @Test
    void aRequestIsAnsweredWithItsId() throws Exception {
        Response response = exchange(show("vf0").setId(77).build()).getFirst();

        assertThat(response.getId()).isEqualTo(77);
        assertThat(response.getEnd()).isTrue();
        assertThat(response.getCard().getVersion()).isEqualTo("vf0");
    }

    @Test
    void requestsThatComeInPiecesAndTogetherAreAnsweredEach() throws Exception {
        try (SocketChannel channel = open()) {
            OutputStream out = Channels.newOutputStream(channel);
            byte[] request = delimited(show("x".repeat(300)).setId(5).build());
            for (byte one : request) {
                out.write(one);
            }
            out.write(delimited(show("a").setId(6).build(), show("b").setId(7).build()));

            InputStream in = Channels.newInputStream(channel);
            assertThat(List.of(next(in).getId(), next(in).getId(), next(in).getId())).containsExactly(5L, 6L, 7L);
        }
    }

    @Test
    void aRequestOfANewerVersionIsAnsweredByItsNumber() throws Exception {
        Response response = exchange(Request.newBuilder().setId(3).setUnknownFields(number(99)).build()).getFirst();

        assertThat(response.getId()).isEqualTo(3);
        assertThat(response.getError().getCode()).isEqualTo(Error.Code.CODE_UNKNOWN_REQUEST);
        assertThat(response.getError().getMessage()).contains("field 99 of Request");
        assertThat(response.getError().getRemedy()).isNotEmpty();
    }

    @Test
    void aFieldOfANewerVersionIsAnsweredAndNothingIsDone() throws Exception {
        Response response = exchange(Request.newBuilder().setId(3)
            .setStats(StatsRequest.newBuilder().setUnknownFields(number(50))).build()).getFirst();

        assertThat(response.getError().getCode()).isEqualTo(Error.Code.CODE_UNKNOWN_FIELD);
        assertThat(response.getError().getMessage()).contains("field 50 of StatsRequest");
        assertThat(streams).isEmpty();
    }

    @Test
    void aHandlersBugIsAnsweredAndTheConnectionGoesOn() throws Exception {
        try (ControlClient client = ControlClient.connect(socket)) {
            assertThatThrownBy(() -> client.call(
                Request.newBuilder().setFdb(FdbRequest.getDefaultInstance())))
                .isInstanceOf(CardRefusedException.class).hasMessageContaining("a bug");
            assertThat(client.call(show("still there")).getCard().getVersion()).isEqualTo("still there");
        }
    }

    @Test
    void aMessageThatIsAnnouncedTooLongEndsTheConnectionWithAReason() throws Exception {
        assertThat(lastWords(new byte[] {(byte)0xFF, (byte)0xFF, 0x7F, 1, 2, 3})).contains("1048576");
    }

    @Test
    void whatIsNoMessageEndsTheConnectionWithAReason() throws Exception {
        assertThat(lastWords(new byte[] {3, 0x7F, 0x7F, 0x7F})).contains("not a request");
    }

    @Test
    void aConnectionThatSaysNothingOrLeavesEarlyHarmsNobody() throws Exception {
        open().close();
        try (SocketChannel half = open()) {
            Channels.newOutputStream(half).write(delimited(show("x").build()), 0, 2);
        }
        try (SocketChannel silent = open()) {
            assertThat(exchange(show("vf0").setId(1).build()).getFirst().hasCard()).isTrue();
            assertThat(silent.isOpen()).isTrue();
        }
    }

    @Test
    void aStreamEndsWhenItsReaderHasEnough() throws Exception {
        List<String> read = new ArrayList<>();
        try (ControlClient client = ControlClient.connect(socket)) {
            Thread producer = Thread.ofPlatform().start(() -> {
                ResponseStream stream = takeStream();
                for (int i = 0; streamClosed.getCount() > 0; i++) {
                    stream.offer(card(Integer.toString(i)));
                    Thread.yield();
                }
            });
            client.stream(Request.newBuilder().setStats(StatsRequest.getDefaultInstance()), response -> {
                read.add(response.getCard().getVersion());
                return read.size() < 3;
            });
            producer.join();

            assertThat(read).hasSize(3).startsWith("0");
            assertThat(client.call(show("next")).getCard().getVersion()).isEqualTo("next");
        }
    }

    @Test
    void whatIsOfferedToAStreamThatHasEndedIsNotSent() throws Exception {
        try (SocketChannel channel = open()) {
            OutputStream out = Channels.newOutputStream(channel);
            InputStream in = Channels.newInputStream(channel);
            out.write(delimited(Request.newBuilder().setId(1).setStats(StatsRequest.getDefaultInstance()).build()));
            ResponseStream stream = takeStream();
            stream.end();
            assertThat(next(in).getEnd()).isTrue();

            stream.offer(card("late"));
            out.write(delimited(show("vf0").setId(2).build()));

            assertThat(next(in).getId()).isEqualTo(2);
        }
    }

    @Test
    void aReaderThatDoesNotReadLosesResponsesAndIsToldHowMany() throws Exception {
        String large = "x".repeat(100_000);
        int offered = 200;
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(
                Request.newBuilder().setId(9).setStats(StatsRequest.getDefaultInstance()).build()));
            ResponseStream stream = takeStream();
            int taken = 0;
            for (int i = 0; i < offered; i++) {
                taken += stream.offer(card(large)) ? 1 : 0;
            }
            // Nobody else waits for that reader.
            assertThat(exchange(show("vf0").setId(1).build()).getFirst().hasCard()).isTrue();
            stream.end();

            InputStream in = Channels.newInputStream(channel);
            int received = 0;
            long lost = 0;
            Response response = next(in);
            while (!response.getEnd()) {
                received++;
                lost += response.getLost();
                response = next(in);
            }
            assertThat(received).isEqualTo(taken).isLessThan(offered);
            assertThat(lost + response.getLost()).isEqualTo(offered - taken);
            assertThat(response.getDone()).isEqualTo(Done.getDefaultInstance());
        }
    }

    @Test
    void requestsOfAClientThatDoesNotReadWaitAndAreAnsweredWhenItDoes() throws Exception {
        int requests = 500;
        Request[] all = new Request[requests];
        for (int i = 0; i < requests; i++) {
            all[i] = Request.newBuilder().setId(i + 1).setDump(DumpRequest.getDefaultInstance()).build();
        }
        try (SocketChannel channel = open()) {
            // Given few bytes that ask for many, all of which the server has
            Channels.newOutputStream(channel).write(delimited(all));
            while (dumps.get() == 0) {
                Thread.sleep(1);
            }
            assertThat(exchange(show("vf0").setId(1).build()).getFirst().hasCard()).isTrue();
            // Then no more answers are made than a buffer and a socket hold
            assertThat(dumps.get() * (long)DUMP_LENGTH).isLessThan(4_000_000);
            InputStream in = Channels.newInputStream(channel);
            for (int i = 0; i < requests; i++) {
                assertThat(next(in).getId()).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void aClientThatDoesNotReadItsStreamGetsToSendNoMoreThanSocketsHold() throws Exception {
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(
                Request.newBuilder().setId(1).setStats(StatsRequest.getDefaultInstance()).build()));
            ResponseStream stream = takeStream();
            // Until the connection has taken what it takes, and the stream what it keeps
            while (stream.offer(card("x".repeat(100_000))) || !isFull(stream)) {
                Thread.sleep(1);
            }

            long sent = sendUntilRefused(channel, delimited(show("x".repeat(10_000)).setId(2).build()));

            assertThat(sent).isLessThan(MUCH_MORE_THAN_A_SOCKET_HOLDS);
            stream.end();
            InputStream in = Channels.newInputStream(channel);
            Response response = next(in);
            while (response.getId() == 1) {
                response = next(in);
            }
            assertThat(response.getId()).as("requests are answered again").isEqualTo(2);
        }
    }

    /** Whether it stays full, so that nothing of it is on its way any more. */
    private static boolean isFull(ResponseStream stream) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            if (!stream.isFull()) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    /** Sends a request again and again, until the socket takes nothing for a while; returns how many bytes it took. */
    private static long sendUntilRefused(SocketChannel channel, byte[] request) throws Exception {
        channel.configureBlocking(false);
        long sent = 0;
        int refused = 0;
        ByteBuffer rest = ByteBuffer.wrap(request);
        while (refused < 500 && sent < MUCH_MORE_THAN_A_SOCKET_HOLDS) {
            int taken = channel.write(rest);
            sent += taken;
            if (!rest.hasRemaining()) {
                rest.rewind();
            }
            if (taken == 0) {
                refused++;
                Thread.sleep(1);
            } else {
                refused = 0;
            }
        }
        channel.configureBlocking(true);
        return sent;
    }

    @Test
    void oneStreamTooManyIsRefusedAndTheOthersGoOn() throws Exception {
        int most = 64;
        Request[] all = new Request[most + 1];
        for (int i = 0; i <= most; i++) {
            all[i] = Request.newBuilder().setId(i + 1).setStats(StatsRequest.getDefaultInstance()).build();
        }
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(all));
            InputStream in = Channels.newInputStream(channel);
            Response refused = next(in);
            assertThat(refused.getId()).isEqualTo(most + 1);
            assertThat(refused.getEnd()).isTrue();
            assertThat(refused.getError().getCode()).isEqualTo(Error.Code.CODE_REFUSED);
            takeStream().offer(card("still there"));
            Response response = next(in);
            assertThat(response.getId()).isEqualTo(1);
            assertThat(response.getCard().getVersion()).isEqualTo("still there");
            assertThat(streams).hasSize(most - 1);
        }
    }

    @Test
    void anAnswerThatIsTooLongToBeSentIsAnErrorAndNotSilence() throws Exception {
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(
                Request.newBuilder().setId(9).setStats(StatsRequest.getDefaultInstance()).build()));
            takeStream().offer(card("x".repeat(1 << 20)));

            Response response = next(Channels.newInputStream(channel));
            assertThat(response.getId()).isEqualTo(9);
            assertThat(response.getError().getCode()).isEqualTo(Error.Code.CODE_INTERNAL);
            assertThat(response.getError().getMessage()).contains("too long");
        }
    }

    @Test
    void aRequestFullOfUnknownFieldsIsAnsweredInAFewWords() throws Exception {
        UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();
        for (int field = 100; field < 60_000; field++) {
            fields.addField(field, UnknownFieldSet.Field.newBuilder().addVarint(1).build());
        }

        Response response =
            exchange(show("vf0").setId(1).setUnknownFields(fields.build()).build()).getFirst();

        assertThat(response.getError().getCode()).isEqualTo(Error.Code.CODE_UNKNOWN_FIELD);
        assertThat(response.getError().getMessage()).contains("field 100 of Request").hasSizeLessThan(1000);
    }

    /** vfio-user specification, sections "Header" and "VFIO_USER_VERSION"; QEMU's first message, whatever its id. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 0x0810, 0xFFFF})
    void aVmmThatTakesItForAFunctionsSocketIsToldInItsOwnProtocolAndDisconnected(int id) throws Exception {
        byte[] json = "{\"capabilities\":{\"max_msg_fds\":16}}\0".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer version = ByteBuffer.allocate(20 + json.length).order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short)id).putShort((short)1).putInt(20 + json.length).putInt(0).putInt(0)
            .putShort((short)0).putShort((short)0).put(json);
        try (LoggedText log = new LoggedText(); SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(version.array());

            byte[] answer = Channels.newInputStream(channel).readAllBytes();

            ByteBuffer header = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(answer).as("a header alone").hasSize(16);
            assertThat(header.getShort(0)).isEqualTo((short)id);
            assertThat(header.getShort(2)).as("VERSION").isEqualTo((short)1);
            assertThat(header.getInt(4)).isEqualTo(16);
            assertThat(header.getInt(8)).as("reply, error").isEqualTo(0x21);
            assertThat(header.getInt(12)).as("ENOTSUP").isEqualTo(95);
            assertThat(log.toString()).contains("(pid " + ProcessHandle.current().pid() + ") was refused: it speaks " +
                "vfio-user, and " + socket + " is the control plane's socket", "such as vf0.sock");
        }
        assertThat(exchange(show("vf0").setId(1).build()).getFirst().hasCard()).isTrue();
    }

    @Test
    void aStreamIsClosedWhenItsClientGoes() throws Exception {
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(
                Request.newBuilder().setId(9).setStats(StatsRequest.getDefaultInstance()).build()));
            takeStream();
        }

        assertThat(streamClosed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theEndOfAStreamThatIsUnknownIsNoError() throws Exception {
        Response response = exchange(
            Request.newBuilder().setId(4).setCancel(CancelRequest.newBuilder().setStream(123)).build()).getFirst();

        assertThat(response.hasDone()).isTrue();
    }

    @Test
    void whoFindsNoCardIsToldWhereItWasLookedFor() {
        Path nowhere = directory.resolve("other").resolve("control.sock");

        assertThatThrownBy(() -> ControlClient.connect(nowhere)).isInstanceOf(UnreachableException.class)
            .hasMessageContaining(nowhere.toString()).hasMessageContaining("--dir");
    }

    private ResponseStream takeStream() {
        try {
            return streams.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String lastWords(byte[] sent) throws IOException {
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(sent);
            InputStream in = Channels.newInputStream(channel);
            Response response = next(in);
            assertThat(response.getId()).isZero();
            assertThat(in.read()).isEqualTo(-1);
            return response.getError().getMessage();
        }
    }

    private List<Response> exchange(Request... requests) throws IOException {
        try (SocketChannel channel = open()) {
            Channels.newOutputStream(channel).write(delimited(requests));
            InputStream in = Channels.newInputStream(channel);
            List<Response> responses = new ArrayList<>();
            for (int i = 0; i < requests.length; i++) {
                responses.add(next(in));
            }
            return responses;
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static Response next(InputStream in) throws IOException {
        return Response.parseDelimitedFrom(in);
    }

    private static byte[] delimited(Request... requests) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Request request : requests) {
            request.writeDelimitedTo(bytes);
        }
        return bytes.toByteArray();
    }

    private static Request.Builder show(String function) {
        return Request.newBuilder().setShow(ShowRequest.newBuilder().setFunction(function));
    }

    private static Response.Builder card(String version) {
        return Response.newBuilder().setCard(Card.newBuilder().setVersion(version));
    }

    private static UnknownFieldSet number(int field) {
        return UnknownFieldSet.newBuilder()
            .addField(field, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build();
    }
}
