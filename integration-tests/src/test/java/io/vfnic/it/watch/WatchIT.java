package io.vfnic.it.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vfnic.it.support.Await;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.Iperf;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.Pings;
import io.vfnic.it.support.Tshark;
import io.vfnic.it.support.WatchProgram;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A card whose operator watches while guests boot and talk. */
@DisplayName("An operator who watches a card")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchIT {
    private static final String B = "10.0.0.2";
    private static final Pings PINGS = new Pings(500);
    /** Bytes: several times what the card, its socket and the program hold for one who does not read. */
    private static final String MORE_THAN_WAITS = "96M";

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static GuestNic a;
    private static GuestNic b;
    private static WatchProgram events;
    private static WatchProgram trace;

    @BeforeAll
    static void bootWatchedGuests() {
        card = LAB.lab().startCard(2);
        events = WatchProgram.start(card, "events", "--json");
        trace = WatchProgram.start(card, "trace", "vf0");
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("a").withFunction(card.vf(0)),
            GuestSpec.named("b").withFunction(card.vf(1))));
        a = GuestNic.onBus(guests.get(0), 1).up("10.0.0.1/24");
        b = GuestNic.onBus(guests.get(1), 1).up(B + "/24");
        a.ping(B);
    }

    @AfterAll
    static void stopWatching() {
        events.close();
        trace.close();
    }

    @Test
    @DisplayName("sees igbvf's probe by names: its reset, VF_RESET, and the PF's answer with the address that the " +
        "guest has")
    void tracesTheProbe() {
        Await.until("what the driver has done is told", () -> traced().stream()
            .anyMatch(line -> line.matches("vf0 write TXDCTL\\[0] .*ENABLE=1.*")));
        Await.until("its interrupts are told", () -> traced().stream()
            .anyMatch(line -> line.matches("vf0 interrupt vector \\d")));
        List<String> lines = traced();

        assertThat(lines).containsSubsequence(
            "vf0 write VTCTRL 0x04000000 RST=1",
            "vf0 mailbox vf0 to pf: VF_RESET",
            "vf0 mailbox pf has read it",
            "vf0 mailbox pf to vf0: VF_RESET ACK, " + a.mac(),
            "vf0 mailbox vf0 has read it");
        assertThat(lines).allMatch(line -> line.startsWith("vf0 "), "of vf0 only");
    }

    private static List<String> traced() {
        return trace.lines().stream().map(line -> line.replaceFirst("^\\S+ ", "").replaceAll(" +", " ")).toList();
    }

    @Test
    @DisplayName("gets nothing but what was asked for: a function, a register block, descriptors with their fields")
    void filters() {
        try (WatchProgram mailbox = WatchProgram.start(
            card, "trace", "vf1", "--kind", "register", "--block", "mailbox", "--json");
            WatchProgram descriptors = WatchProgram.start(card, "trace", "vf0", "--kind", "descriptor", "--json")) {
            a.ping(B);
            for (GuestNic nic : List.of(a, b)) {
                nic.check("ip link set " + nic.name() + " address " + nic.mac());
            }

            Await.until("registers of the mailbox", () -> !mailbox.lines().isEmpty());
            Await.until("descriptors of echo replies", () -> descriptors.objects().stream()
                .map(entry -> entry.getAsJsonObject("ring_descriptor"))
                .anyMatch(entry -> entry.get("kind").getAsString().equals("rx")
                    && entry.get("written_back").getAsBoolean()
                    && entry.getAsJsonObject("fields").get("PKTLEN").getAsInt() == 98));
            assertThat(mailbox.objects()).allSatisfy(entry -> {
                assertThat(entry.get("function").getAsString()).isEqualTo("vf1");
                assertThat(entry.getAsJsonObject("register").get("block").getAsString()).isEqualTo("mailbox");
            });
            assertThat(descriptors.objects()).extracting(entry -> entry.getAsJsonObject("ring_descriptor"))
                .anySatisfy(sent -> {
                    assertThat(sent.get("kind").getAsString()).isEqualTo("tx");
                    assertThat(sent.get("written_back").getAsBoolean()).isFalse();
                    assertThat(sent.getAsJsonObject("fields").get("DTALEN").getAsInt()).isEqualTo(98);
                })
                .anySatisfy(received -> {
                    assertThat(received.get("kind").getAsString()).isEqualTo("rx");
                    assertThat(received.get("written_back").getAsBoolean()).isTrue();
                    assertThat(received.getAsJsonObject("fields").get("PKTLEN").getAsInt()).isEqualTo(98);
                    assertThat(received.getAsJsonObject("fields").get("DD").getAsInt()).isEqualTo(1);
                });
            mailbox.interrupt();
            descriptors.interrupt();
            assertThat(mailbox.exitCode()).isZero();
            assertThat(descriptors.exitCode()).isZero();
        }
    }

    @Test
    @DisplayName("captures a flood of pings: as many as ping has counted, at each interface, with directions; tshark " +
        "reads it")
    void capturesAFlood() throws Exception {
        Path file = LAB.lab().directory().resolve("flood.pcapng");
        try (WatchProgram capture = WatchProgram.start(card, "capture", "vf0", "vf1", "-w", file.toString())) {
            assertThat(a.check(PINGS.to(B))).contains(PINGS.answered());
            capture.interrupt();

            assertThat(capture.exitCode()).isZero();
            assertThat(capture.messages()).containsPattern("\\d+ frames captured\n").doesNotContain("lost");
            assertThat(Tshark.pings(file)).isEqualTo(Map.of(
                "vf0\t0x00000002\t8\tto vf1", PINGS.count(),
                "vf1\t0x00000001\t8\tdelivered", PINGS.count(),
                "vf1\t0x00000002\t0\tto vf0", PINGS.count(),
                "vf0\t0x00000001\t0\tdelivered", PINGS.count()));
        }
    }

    @Test
    @DisplayName("watches live through a pipe, snapped, and the program ends well when the reader has had enough")
    void streamsIntoAPipe() throws Exception {
        Process pipe = new ProcessBuilder("bash", "-o", "pipefail", "-c",
            WatchProgram.commandLine(card, "capture vf1 -s 60 -w - 2>" + LAB.lab().directory().resolve("live.log"))
            + " | tshark -l -i - -c 12 -Y icmp -T fields -e frame.interface_name -e frame.cap_len -e frame.len " +
            "2>/dev/null")
            .start();
        Path log = LAB.lab().directory().resolve("live.log");
        Await.until("it captures", () -> Files.exists(log) && read(log).contains("capturing vf1"));

        a.check("ping -q -c 6 -i 0.2 -w 60 " + B);

        // A broken pipe is noticed by the one who writes to it.
        while (!pipe.waitFor(200, TimeUnit.MILLISECONDS)) {
            a.check("ping -q -c 1 -w 60 " + B);
        }
        assertThat(new String(pipe.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList())
            .isNotEmpty().allMatch(line -> line.equals("vf1\t60\t98"), "snapped pings");
        assertThat(pipe.exitValue()).isZero();
    }

    @Test
    @DisplayName("dumps a function as the guest's ethtool and \"vfnic show\" have it")
    void dumps() {
        JsonObject dump = json("dump", "vf0", "--json");
        JsonObject shown = json("show", "vf0", "--json");
        String raw = a.check("ethtool -d " + a.name());

        assertThat(register(dump, "STATUS").get("value").getAsLong()).isEqualTo(dword(raw, 1));
        assertThat(register(dump, "STATUS").getAsJsonObject("fields").get("LU").getAsInt()).isEqualTo(1);
        assertThat(register(dump, "RDLEN[0]").get("value").getAsLong()).isEqualTo(dword(raw, 2));
        assertThat(register(dump, "TDLEN[0]").get("value").getAsLong()).isEqualTo(dword(raw, 5));
        for (JsonElement element
            : shown.getAsJsonArray("functions").get(0).getAsJsonObject().getAsJsonArray("queues")) {
            JsonObject queue = element.getAsJsonObject();
            JsonObject ring = ring(dump, queue.get("kind").getAsString(), queue.get("index").getAsInt());
            assertThat(ring.get("enabled")).isEqualTo(queue.get("enabled"));
            if (queue.get("enabled").getAsBoolean()) {
                assertThat(ring.get("base")).isEqualTo(queue.get("base"));
                assertThat(ring.get("length")).isEqualTo(queue.get("length"));
                assertThat(ring.getAsJsonArray("descriptors")).isNotEmpty();
            }
        }
        assertThat(WatchProgram.run(card, "dump", "vf0")).contains("vf0 registers: mailbox", "vf0 tx ring 0: ");
    }

    @Test
    @DisplayName("who does not read loses frames, is told how many, and slows nobody")
    void doesNotSlowTraffic() throws Exception {
        try (WatchProgram unread = WatchProgram.startUnread(card, "capture", "vf0", "vf1", "-w", "-")) {
            Iperf.run(a, b, B, "-n " + MORE_THAN_WAITS);
            assertThat(a.check(PINGS.to(B))).contains(PINGS.answered());

            unread.interrupt();
            Path file = unread.readAll();

            assertThat(unread.exitCode()).isZero();
            Matcher told = Pattern.compile("(\\d+) frames captured, (\\d+) lost").matcher(unread.messages());
            assertThat(told.find()).as(unread.messages()).isTrue();
            assertThat(Integer.parseInt(told.group(2))).isPositive();
            assertThat(Tshark.fields(file, "frame", "frame.number")).hasSize(Integer.parseInt(told.group(1)));
        }
    }

    /** The last one, since it takes a guest's life. */
    @Test
    @Order(Integer.MAX_VALUE)
    @DisplayName("is told of a function's life in order: connect with QEMU's process, resets, link down and up, " +
        "disconnect")
    void tellsOfALife() throws IOException {
        int pid = of("vf1").getFirst().get("pid").getAsInt();
        assertThat(Files.readString(Path.of("/proc", Integer.toString(pid), "comm"))).startsWith("qemu-system");
        WatchProgram.run(card, "link", "down");
        WatchProgram.run(card, "link", "up");
        b.guest().kill();
        Await.until("vf1's client leaves", () -> kinds("vf1").contains("disconnected"));

        assertThat(events.objects()).extracting(event ->
            event.get("function").getAsString() + " " + event.get("kind").getAsString()).containsSubsequence(
                "vf1 connected", "vf1 device_reset", "vf1 software_reset", "pf link_down", "pf link_up",
                "vf1 disconnected");
        JsonObject disconnected = of("vf1").getLast();
        assertThat(disconnected.get("pid").getAsInt()).isEqualTo(pid);
        assertThat(disconnected.get("process").getAsString()).startsWith("qemu-system");
        assertThat(events.objects()).extracting(event -> event.get("time_ns").getAsLong()).isSorted();
        events.interrupt();
        assertThat(events.exitCode()).isZero();
    }

    private static List<JsonObject> of(String function) {
        return events.objects().stream().filter(event -> event.get("function").getAsString().equals(function)).toList();
    }

    private static List<String> kinds(String function) {
        return of(function).stream().map(event -> event.get("kind").getAsString()).toList();
    }

    private static JsonObject json(String... arguments) {
        return JsonParser.parseString(WatchProgram.run(card, arguments)).getAsJsonObject();
    }

    private static JsonObject register(JsonObject dump, String name) {
        return named(dump.getAsJsonArray("registers"), register -> register.get("name").getAsString().equals(name));
    }

    private static JsonObject ring(JsonObject dump, String kind, int index) {
        return named(dump.getAsJsonArray("rings"), ring ->
            ring.get("kind").getAsString().equals(kind) && ring.get("index").getAsInt() == index);
    }

    private static JsonObject named(JsonArray array, Predicate<JsonObject> wanted) {
        return array.asList().stream().map(JsonElement::getAsJsonObject).filter(wanted).findFirst().orElseThrow();
    }

    /** A dword of what {@code ethtool -d} prints of igbvf: CTRL, STATUS, RDLEN, RDH, RDT, TDLEN, TDH, TDT. */
    private static long dword(String dump, int index) {
        List<Integer> bytes = new ArrayList<>();
        dump.lines().filter(line -> line.matches("0x[0-9a-f]+:.*"))
            .forEach(line -> List.of(line.replaceFirst(".*:\\s*", "").trim().split("\\s+"))
                .forEach(part -> bytes.add(Integer.parseInt(part, 16))));
        return bytes.get(4 * index) | bytes.get(4 * index + 1) << 8 | bytes.get(4 * index + 2) << 16
            | (long)bytes.get(4 * index + 3) << 24;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
