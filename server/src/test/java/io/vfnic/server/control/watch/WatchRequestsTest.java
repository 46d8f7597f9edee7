package io.vfnic.server.control.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfnic.device.Card;
import io.vfnic.device.CardConfig;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.CaptureRequest;
import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpRequest;
import io.vfnic.protocol.control.v1.DumpedRegister;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.EventsRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.TraceKind;
import io.vfnic.protocol.control.v1.TraceRequest;
import io.vfnic.server.control.ControlServer;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The requests that watch.proto describes, over a real socket, of a card without clients. */
@Timeout(60)
final class WatchRequestsTest {
    /** More than the buffer of a trace holds, and the sockets, and what waits between them. */
    private static final int FLOOD = 300_000;

    @TempDir
    private Path directory;
    private final Card card = new Card(
        new CardConfig(2, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, false, PfInterrupts.MSIX,
            SriovDisguise.QEMU, 1),
        SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, CardListener.NONE, error -> { }, null);
    private WatchRequests requests;
    private ControlServer server;
    private ControlClient client;

    @BeforeEach
    void start() throws Exception {
        card.start();
        requests = new WatchRequests(card.watch(), card.dumper(), 2, false, false, SystemNanoClock.INSTANCE);
        server = ControlServer.start(directory.resolve("control.sock"), requests.handlers());
        client = ControlClient.connect(directory.resolve("control.sock"));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        requests.close();
        card.close();
    }

    @Test
    void aStreamBeginsWithAnEmptyMessageAndTellsWhatHappensFromThenOn() throws Exception {
        List<String> texts = new ArrayList<>();
        card.watch().point(0).event(WatchEvent.LINK_DOWN);

        client.stream(Request.newBuilder().setEvents(EventsRequest.getDefaultInstance()), response -> {
            if (response.getEvents().getEventsCount() == 0) {
                card.watch().point(1).event(WatchEvent.CONNECTED, 77, 0, "qemu");
            }
            response.getEvents().getEventsList()
                .forEach(event -> texts.add(event.getFunction() + " " + event.getText()));
            return texts.isEmpty();
        });

        assertThat(texts).containsExactly("vf1 client connected: qemu, pid 77");
        assertThat(card.watch().wants(WatchKind.EVENT)).as("somebody still reads").isFalse();
    }

    @Test
    void aClientThatEndsAStreamFromOutsideStillGetsWhatWasRecordedBefore() throws Exception {
        AtomicLong seen = new AtomicLong();

        client.stream(Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("vf0")), response -> {
            if (response.getTrace().getEntriesCount() == 0) {
                for (int i = 0; i < 1000; i++) {
                    card.watch().point(0).register(0, 0, i, WatchRecord.WRITE);
                    card.watch().point(1).register(0, 0, i, WatchRecord.WRITE);
                }
                end();
            }
            seen.addAndGet(response.getTrace().getEntriesCount());
            return true;
        });

        assertThat(seen).hasValue(1000);
    }

    @Test
    void whoDoesNotReadLosesEntriesAndIsToldHowManyWhileTheCardGoesOn() throws Exception {
        AtomicLong seen = new AtomicLong();
        AtomicLong lost = new AtomicLong();

        client.stream(Request.newBuilder().setTrace(TraceRequest.getDefaultInstance()), response -> {
            if (seen.get() == 0 && response.getTrace().getEntriesCount() == 0) {
                // All of it while nobody reads: this is the thread that would.
                for (int i = 0; i < FLOOD; i++) {
                    card.watch().point(0).register(0, 0x0008, i, 0);
                }
                end();
            }
            seen.addAndGet(response.getTrace().getEntriesCount());
            lost.addAndGet(response.getTrace().getLost());
            assertThat(response.getLost()).as("responses lost").isZero();
            return true;
        });

        assertThat(lost.get()).isPositive();
        assertThat(seen.get() + lost.get()).isEqualTo(FLOOD);
    }

    @Test
    void aClientThatGoesIsWatchedForNoLonger() throws Exception {
        ControlClient other = ControlClient.connect(directory.resolve("control.sock"));
        Thread stream = Thread.ofPlatform().daemon().start(() -> {
            try {
                other.stream(Request.newBuilder().setEvents(EventsRequest.getDefaultInstance()), response -> true);
            } catch (Exception gone) {
                assertThat(gone).isInstanceOf(IOException.class);
            }
        });
        until(true);

        other.close();
        stream.join();

        until(false);
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTheWayOut() {
        assertRefused(Request.newBuilder().setEvents(EventsRequest.newBuilder().addFunctions("vf9")),
            Error.Code.CODE_NOT_FOUND, "vf9: there is no such function to watch; there are pf, vf0, vf1");
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addBlocks("nonsense")),
            Error.Code.CODE_INVALID_ARGUMENT,
            "there is no register block nonsense; there are general, interrupt, receive, " +
            "transmit, mailbox, statistics, filter, rss, vmdq, vf, time, nvm, phy, wakeup, other and undeclared");
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addKindsValue(99)),
            Error.Code.CODE_INVALID_ARGUMENT, "this card knows no such kind of trace; there are register, mailbox, " +
            "descriptor and interrupt");
        assertRefused(Request.newBuilder().setCapture(CaptureRequest.newBuilder().setSnaplen(-1)),
            Error.Code.CODE_INVALID_ARGUMENT,
            "4294967295 bytes are more than a frame has; take 1 to 262144, or 0 for all");
        assertRefused(Request.newBuilder().setCapture(CaptureRequest.newBuilder().addFunctions("pf")),
            Error.Code.CODE_NOT_FOUND, "pf: this card drives its PF itself (headless) and has none for a guest; " +
            "start it with \"vfnic serve --pf guest\" for one that a guest drives");
        assertRefused(Request.newBuilder().setCapture(CaptureRequest.newBuilder().addFunctions("vf2")),
            Error.Code.CODE_NOT_FOUND, "vf2: there is no such function to watch; there are vf0, vf1");
        assertRefused(Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction("vf2")),
            Error.Code.CODE_NOT_FOUND, "vf2: there is no such function to watch; there are pf, vf0, vf1");
    }

    @Test
    void nobodyWaitsForWhatACardWithoutAnUplinkCannotHave() {
        String none = "uplink: this card has none; start it with \"vfnic serve --uplink\"";

        assertRefused(Request.newBuilder().setCapture(CaptureRequest.newBuilder().addFunctions("vf0")
            .addFunctions("uplink")), Error.Code.CODE_NOT_FOUND, none);
        assertRefused(Request.newBuilder().setEvents(EventsRequest.newBuilder().addFunctions("uplink")),
            Error.Code.CODE_NOT_FOUND, none);
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("uplink")),
            Error.Code.CODE_NOT_FOUND, none);
        assertRefused(Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction("uplink")),
            Error.Code.CODE_NOT_FOUND, none);
    }

    @Test
    void nobodyWaitsForWhatAnUplinkIsNotOrThePfHasNot() throws Exception {
        String onlyFrames = "uplink: it is no function: there are only frames and counters; \"vfnic capture uplink\" " +
            "and \"vfnic stats uplink\" have these; the events of the port's link are pf's";
        serveWithUplink();

        assertRefused(Request.newBuilder().setEvents(EventsRequest.newBuilder().addFunctions("uplink")),
            Error.Code.CODE_NOT_FOUND, onlyFrames);
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("uplink")),
            Error.Code.CODE_NOT_FOUND, onlyFrames);
        assertRefused(Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction("uplink")),
            Error.Code.CODE_NOT_FOUND, onlyFrames);
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("pf")
            .addKinds(TraceKind.TRACE_KIND_MAILBOX)), Error.Code.CODE_REFUSED, "pf: mailbox messages are told of the " +
            "VFs whose mailboxes they are in, in both directions; name VFs, or no function for all");
        assertRefused(Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("pf")
            .addKinds(TraceKind.TRACE_KIND_DESCRIPTOR).addKinds(TraceKind.TRACE_KIND_INTERRUPT)),
            Error.Code.CODE_NOT_FOUND, "pf: this card drives its PF itself (headless) and has none for a guest; " +
            "start it with \"vfnic serve --pf guest\" for one that a guest drives");
    }

    @Test
    void anUplinkAndThePfOfACardThatDrivesItItselfAreWatchedForWhatTheyHave() throws Exception {
        serveWithUplink();
        AtomicLong answers = new AtomicLong();
        List<Request.Builder> requests = List.of(
            Request.newBuilder().setCapture(CaptureRequest.newBuilder().addFunctions("uplink").addFunctions("vf0")),
            Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("pf")),
            Request.newBuilder().setTrace(TraceRequest.newBuilder().addFunctions("pf").addFunctions("vf0")
                .addKinds(TraceKind.TRACE_KIND_MAILBOX)));

        for (Request.Builder request : requests) {
            client.stream(request, response -> {
                answers.incrementAndGet();
                return false;
            });
        }

        assertThat(answers).hasValue(requests.size());
    }

    @Test
    void aDumpOfThePfHasAllItsRegistersAndFitsIntoAMessage() throws Exception {
        Dump dump = client.call(Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction("pf"))).getDump();

        assertThat(dump.getRegistersList()).extracting(DumpedRegister::getBlock).contains("general", "vmdq", "nvm");
        assertThat(dump.getRegistersList()).anySatisfy(register -> {
            assertThat(register.getName()).isEqualTo("VT_CTL");
            assertThat(register.getValue()).isNotZero();
        });
        assertThat(dump.getRegistersCount()).isGreaterThan(1000);
        assertThat(dump.getSerializedSize()).isLessThan(1 << 20);
    }

    @Test
    void thereIsNoRoomForAnyNumberOfReaders() throws Exception {
        for (int i = 0; i < Watch.MAX_READERS; i++) {
            card.watch().open(WatchFilter.of(WatchKind.EVENT), 1024);
        }

        assertRefused(Request.newBuilder().setEvents(EventsRequest.getDefaultInstance()), Error.Code.CODE_REFUSED,
            "16 readers watch the card already; end some of them first");
    }

    private void serveWithUplink() throws Exception {
        client.close();
        server.close();
        requests.close();
        requests = new WatchRequests(card.watch(), card.dumper(), 2, false, true, SystemNanoClock.INSTANCE);
        server = ControlServer.start(directory.resolve("control.sock"), requests.handlers());
        client = ControlClient.connect(directory.resolve("control.sock"));
    }

    private void end() {
        try {
            client.endStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void until(boolean watched) throws InterruptedException {
        while (card.watch().wants(WatchKind.EVENT) != watched) {
            Thread.sleep(5);
        }
    }

    private void assertRefused(Request.Builder request, Error.Code code, String message) {
        assertThatThrownBy(() -> client.stream(request, response -> true))
            .isInstanceOfSatisfying(CardRefusedException.class, refused -> assertThat(refused.error().getCode())
                .isEqualTo(code)).hasMessage(message);
    }
}
