package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vfnic.it.support.Await;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.Pings;
import io.vfnic.it.support.Scrape;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator sets in a config file and sees in metrics, recordings and the log, with guests at work. */
@DisplayName("A card with a config file")
class OperatingIT {
    private static final String MAC = "52:54:00:76:66:01";
    private static final Pings PINGS = new Pings(200);
    /** Ethernet and IP header, ICMP header, and what ping adds by default. */
    private static final int PING_BYTES = 14 + 20 + 8 + 56;
    /** What guests send of their own accord while they ping: neighbours, multicast groups. */
    private static final int OTHERS = 60;
    private static final List<String> SENT_AND_RECEIVED = List.of(
        "vfnic_function_receive_packets_total{function=\"vf0\"}",
        "vfnic_function_receive_packets_total{function=\"vf1\"}",
        "vfnic_function_transmit_packets_total{function=\"vf0\"}",
        "vfnic_function_transmit_packets_total{function=\"vf1\"}");

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static CardProcess card;
    private static int port;
    private static GuestNic a;
    private static GuestNic b;

    @BeforeAll
    static void bootGuests() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(LAB.lab().directory().resolve("vfnic.toml"), """
            vfs = 7
            metrics = "127.0.0.1:%d"
            jfr = "%s"
            log-level = "info"
            log-format = "json"
            [vf.0]
            mac = "%s"
            """.formatted(port, LAB.lab().directory().resolve("card.jfr"), MAC));
        card = LAB.lab().startCard(2, "--config", config.toString());
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("a").withFunction(card.vf(0)), GuestSpec.named("b").withFunction(card.vf(1))));
        a = GuestNic.onBus(guests.get(0), 1).up("10.0.0.1/24");
        b = GuestNic.onBus(guests.get(1), 1).up("10.0.0.2/24");
        a.ping("10.0.0.2");
    }

    @Test
    @DisplayName("has the file's policies, and the command line's options above the file's")
    void followsTheFile() {
        assertThat(a.mac()).isEqualTo(MAC);
        assertThat(card.readyLine()).contains("vf1.sock").doesNotContain("vf2.sock");
    }

    @Test
    @DisplayName("counts what goes through each function and its queues")
    void countsTraffic() {
        Scrape before = Scrape.of(port);
        assertThat(a.check(PINGS.to("10.0.0.2"))).contains(PINGS.answered());
        // The sender's agent counts what it has sent after the receiver has it.
        Await.until("all pings are counted", () -> {
            Scrape now = Scrape.of(port);
            return SENT_AND_RECEIVED.stream()
                .allMatch(series -> now.get(series) - before.get(series) >= PINGS.count());
        });
        Scrape after = Scrape.of(port);

        for (String function : List.of("vf0", "vf1")) {
            for (String way : List.of("receive", "transmit")) {
                String labels = "_total{function=\"" + function + "\"}";
                String packets = "vfnic_function_" + way + "_packets" + labels;
                String bytes = "vfnic_function_" + way + "_bytes" + labels;
                assertThat(after.get(packets) - before.get(packets)).as(packets)
                    .isBetween((long)PINGS.count(), (long)PINGS.count() + OTHERS);
                assertThat(after.get(bytes) - before.get(bytes)).as(bytes).isBetween(
                    (long)PINGS.count() * PING_BYTES, (long)(PINGS.count() + OTHERS) * PING_BYTES);
                String queues = "vfnic_queue_" + way + "_packets_total{function=\"" + function + "\"";
                assertThat(after.sum(queues) - before.sum(queues)).as(queues)
                    .isBetween((long)PINGS.count(), (long)PINGS.count() + OTHERS);
            }
            String interrupts = "vfnic_function_interrupts_total{function=\"" + function + "\"}";
            assertThat(after.get(interrupts)).isGreaterThan(before.get(interrupts));
            assertThat(after.get("vfnic_function_client_connected{function=\"" + function + "\"}")).isEqualTo(1);
            assertThat(after.get("vfnic_function_link_up{function=\"" + function + "\"}")).isEqualTo(1);
            assertThat(after.sum("vfnic_function_mailbox_messages_total{function=\"" + function + "\"")).isPositive();
        }
        assertThat(after.sum("vfnic_agent_busy_duty_cycles_total"))
            .isGreaterThan(before.sum("vfnic_agent_busy_duty_cycles_total"));
    }

    @Test
    @DisplayName("records clients, resets and messages of real drivers")
    void recordsEvents() throws Exception {
        Path file = LAB.lab().directory().resolve("dump.jfr");
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
            Long.toString(card.pid()), "JFR.dump", "name=vfnic", "filename=" + file).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes());
        assertThat(jcmd.waitFor()).as(said).isZero();
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("vfnic.")).toList();

        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("vfnic.ClientConnected"))
            .extracting(event -> event.getString("function")).containsExactlyInAnyOrder("vf0", "vf1");
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("vfnic.FunctionReset"))
            .extracting(event -> event.getString("function") + " " + event.getString("kind"))
            .contains("vf0 software", "vf1 software");
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("vfnic.MailboxMessage"))
            .extracting(event -> event.getString("function") + " " + event.getString("sender") + " "
                + event.getString("message"))
            .contains("vf0 vf VF_RESET", "vf0 pf VF_RESET", "vf1 vf VF_RESET");
        assertThat(events).noneMatch(event -> event.getEventType().getName().equals("vfnic.Interrupt"));
    }

    @Test
    @DisplayName("logs one JSON object a line, with function and client")
    void logsJson() {
        List<JsonObject> lines =
            card.log().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();

        assertThat(lines)
            .filteredOn(line -> line.get("message").getAsString().equals("a client has taken the function"))
            .hasSize(2)
            .allSatisfy(line -> assertThat(line.get("client").getAsLong()).isPositive())
            .extracting(line -> line.get("function").getAsString()).containsExactlyInAnyOrder("vf0", "vf1");
    }
}
