package io.vfnic.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
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
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpRequest;
import io.vfnic.protocol.control.v1.Event;
import io.vfnic.protocol.control.v1.EventsRequest;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.TraceEntry;
import io.vfnic.protocol.control.v1.TraceKind;
import io.vfnic.protocol.control.v1.TraceRequest;
import io.vfnic.server.control.ControlServer;
import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.control.watch.WatchRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What events, trace and dump print, as text and as JSON, against files of what they printed when it was agreed upon.
 */
@Timeout(60)
final class WatchOutputTest {
    @TempDir
    private Path directory;
    private final Card card = new Card(
        new CardConfig(2, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, false, PfInterrupts.MSIX,
            SriovDisguise.QEMU, 1),
        SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, CardListener.NONE, error -> { }, null);
    private final WatchText text = new WatchText(ZoneOffset.UTC);
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
    void eventsOfEveryKind() throws Exception {
        Function<Response, List<? extends Message>> events = response -> response.getEvents().getEventsList();

        List<Message> all = record(Request.newBuilder().setEvents(EventsRequest.getDefaultInstance()), events, () -> {
            WatchPoint vf = card.watch().point(0);
            card.watch().point(Watch.PF).event(WatchEvent.VFS_ENABLED, 2, 0, "");
            card.watch().point(Watch.PF).event(WatchEvent.LINK_UP);
            vf.event(WatchEvent.CONNECTED, 4711, 0, "qemu-system-x86");
            vf.event(WatchEvent.DEVICE_RESET);
            vf.event(WatchEvent.FUNCTION_LEVEL_RESET);
            vf.event(WatchEvent.SOFTWARE_RESET);
            vf.event(WatchEvent.RESET_BY_PF);
            vf.event(WatchEvent.POLICY_CHANGED, 0, 0, "vlan 0 to 7, trust off to on");
            vf.event(WatchEvent.LINK_DOWN);
            vf.event(WatchEvent.MAILBOX_REFUSED, 0x6000_0002, 0, "");
            vf.event(WatchEvent.MAILBOX_REVOKED, 0x100, 0, "");
            vf.event(WatchEvent.SPOOFED, 12, 0x0200_0000_0099L << 8 | 1, "");
            vf.event(WatchEvent.SPOOFED, 1, 0x0200_0000_0099L << 8 | 2, "");
            vf.event(WatchEvent.STALLED, 3, 1, "");
            vf.event(WatchEvent.MISPLACED, 0x8043_8000L, 0x8043_0000L, "");
            vf.event(WatchEvent.FAILED, 0, 0, "its guest memory keeps faulting");
            vf.event(WatchEvent.DISCONNECTED, 4711, 0, "qemu-system-x86");
        });

        assertThat(json(all)).isEqualTo(golden("events.jsonl"));
        assertThat(lines(all, message -> text.line((Event)message)))
            .isEqualTo(golden("events.txt"));
    }

    @Test
    void traceOfEveryKind() throws Exception {
        TraceRequest.Builder request = TraceRequest.newBuilder();
        for (TraceKind kind : List.of(TraceKind.TRACE_KIND_REGISTER, TraceKind.TRACE_KIND_MAILBOX,
            TraceKind.TRACE_KIND_DESCRIPTOR, TraceKind.TRACE_KIND_INTERRUPT)) {
            request.addKinds(kind);
        }

        List<Message> all =
            record(Request.newBuilder().setTrace(request), response -> response.getTrace().getEntriesList(),
            () -> {
                WatchPoint vf = card.watch().point(0);
                WatchPoint pf = card.watch().point(Watch.PF);
                vf.register(0, 0x0000, 1 << 26, WatchRecord.WRITE);
                vf.register(4, 0x0C40, 0xB0, 0);
                pf.register(2, 0xC018, 5, WatchRecord.WRITE);
                pf.register(31, 0x0FF0, 7, WatchRecord.UNDECLARED);
                vf.mailbox(0, words(0x02, 0xAA1502C2, 0x0000_01BB));
                vf.mailbox(WatchRecord.FROM_PF | WatchRecord.ACKNOWLEDGED, words(0x02));
                vf.mailbox(WatchRecord.FROM_PF, words(0x6000_0002));
                vf.descriptor(WatchRecord.TRANSMIT, 0, 12, 0x1_2345_6780L,
                    (98L << 14) << 32 | (1 << 24 | 1 << 25 | 1 << 27 | 1 << 29 | 3 << 20 | 98));
                vf.descriptor(WatchRecord.WRITTEN_BACK, 1, 7, 0x11 << 4, 98L << 32 | 3);
                vf.interrupt(2);
                pf.interrupt(WatchRecord.LEGACY_VECTOR);
            });

        assertThat(json(all)).isEqualTo(golden("trace.jsonl"));
        assertThat(lines(all, message -> text.line((TraceEntry)message)))
            .isEqualTo(golden("trace.txt"));
    }

    @Test
    void dumpOfAVf() throws Exception {
        Dump dump = client.call(Request.newBuilder().setDump(DumpRequest.newBuilder().setFunction("vf1"))).getDump();

        assertThat(MessageJson.pretty(normal(dump)) + "\n").isEqualTo(golden("dump-vf.json"));
        assertThat(text.text(normal(dump))).isEqualTo(golden("dump-vf.txt"));
    }

    /** Without the register that runs, and of each array without all elements but the first. */
    private static Dump normal(Dump dump) {
        Dump.Builder normal = dump.toBuilder().clearRegisters();
        dump.getRegistersList().stream().filter(register -> !register.getName().equals("FRTIMER"))
            .filter(register -> !register.getName().matches(".*\\[[1-9]\\d*]")).forEach(normal::addRegisters);
        return normal.build();
    }

    private List<Message> record(
        Request.Builder request, Function<Response, List<? extends Message>> entries, Runnable happening)
        throws Exception {
        List<Message> all = new ArrayList<>();
        client.stream(request, response -> {
            if (all.isEmpty()) {
                happening.run();
                end();
            }
            all.addAll(entries.apply(response));
            return true;
        });
        return all;
    }

    private void end() {
        try {
            client.endStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] words(int... first) {
        return Arrays.copyOf(first, 16);
    }

    private static String json(List<Message> messages) {
        return lines(messages, MessageJson::line);
    }

    /** Every time is the same. */
    private static String lines(List<Message> messages, Function<Message, String> line) {
        StringBuilder lines = new StringBuilder();
        for (Message message : messages) {
            Message.Builder normal = message.toBuilder();
            normal.setField(message.getDescriptorForType().findFieldByName("time_ns"), 1_795_421_173_939_263_694L);
            lines.append(line.apply(normal.build())).append('\n');
        }
        return lines.toString();
    }

    private static String golden(String name) throws IOException {
        try (var file = WatchOutputTest.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
