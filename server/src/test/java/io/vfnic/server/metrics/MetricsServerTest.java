package io.vfnic.server.metrics;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;

import io.vfnic.device.Card;
import io.vfnic.device.CardConfig;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import io.vfnic.server.uplink.HostUplink;
import io.vfnic.server.uplink.UplinkSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Scrapes of a card are what Prometheus reads, and the dashboard asks for nothing else. */
@Timeout(60)
class MetricsServerTest {
    private static final Path DASHBOARD = Path.of("src/main/dist/grafana/vfnic.json");
    private static final Pattern METRIC = Pattern.compile("\\b(vfnic|jvm|process)_[a-z0-9_]+");
    private static final long PAUSE_MS = 5;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    private Path directory;
    private HostUplink uplink;
    private Card card;
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        uplink = UplinkSpec.parse("stream:" + directory.resolve("wire") + ",server").open();
        card = card(uplink);
        card.start();
        server = MetricsServer.start(ANY_PORT, card.admin(), "1.2.3");
    }

    private static Card card(HostUplink uplink) {
        return new Card(
            new CardConfig(2, 2, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, true, PfInterrupts.MSIX,
            SriovDisguise.QEMU, 1), SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, CardListener.NONE,
            error -> { }, uplink);
    }

    @AfterEach
    void stop() {
        server.close();
        card.close();
        uplink.close();
    }

    private <T> HttpResponse<T> request(String method, String path, HttpResponse.BodyHandler<T> body, String... headers)
        throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), body);
        }
    }

    private String scrape() throws IOException, InterruptedException {
        return request("GET", "/metrics", HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void aScrapeKeepsTheFormatsRulesAndTheConventionsOfNames() throws Exception {
        assertThat(Exposition.of(scrape()).complaints()).isEmpty();
    }

    @Test
    void aScrapeHasEachFunctionQueueAndAgent() throws Exception {
        assertThat(Exposition.of(scrape()).series()).contains(
            "vfnic_function_receive_packets_total{function=\"pf\"}",
            "vfnic_function_receive_packets_total{function=\"vf1\"}",
            "vfnic_function_client_connected{function=\"vf0-host\"}",
            "vfnic_function_drops_total{function=\"vf1\",reason=\"spoofed\"}",
            "vfnic_function_resets_total{function=\"vf0\",kind=\"software\"}",
            "vfnic_function_mailbox_messages_total{function=\"vf0\",sender=\"pf\"}",
            "vfnic_queue_transmit_packets_total{function=\"pf\",queue=\"0\"}",
            "vfnic_agent_busy_seconds_total{agent=\"vfnic-engine-0\"}",
            "vfnic_agent_busy_seconds_total{agent=\"vfnic-engine-1\"}",
            "vfnic_uplink_info{uplink=\"" + uplink.name() + "\"}",
            "vfnic_uplink_drops_total{reason=\"" + Drop.IN_RING_FULL.name().toLowerCase(Locale.ROOT) + "\"}");
        assertThat(scrape()).contains("version=\"1.2.3\"", "\nvfnic_card_vfs 2.0\n", "\nvfnic_card_enabled_vfs 0.0\n",
            "\nvfnic_function_client_connected{function=\"vf0\"} 0.0\n");
    }

    @Test
    void theUplinkIsThereWithItsLinkWhereThereIsOne() throws Exception {
        assertThat(scrape()).contains("\nvfnic_uplink_link_up 0.0\n");
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("wire")))) {
            assertThat(peer.isConnected()).isTrue();
            while (!scrape().contains("\nvfnic_uplink_link_up 1.0\n")) {
                Thread.sleep(PAUSE_MS);
            }
        }
        try (Card alone = card(null); MetricsServer other = MetricsServer.start(ANY_PORT, alone.admin(), "")) {
            server.close();
            server = other;
            assertThat(scrape()).contains("vfnic_card_link_up").doesNotContain("vfnic_uplink");
        }
    }

    @Test
    void prometheusIsToldTheFormatWhateverItWouldLikeBest() throws Exception {
        HttpResponse<byte[]> answer = request("GET", "/metrics", HttpResponse.BodyHandlers.ofByteArray(),
            "Accept", "application/vnd.google.protobuf;q=0.7,text/plain;version=0.0.4;q=0.3", "Accept-Encoding",
            "gzip");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(
            type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("vfnic_build_info");
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(request("GET", "/", HttpResponse.BodyHandlers.ofString()))
            .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(404))
            .satisfies(answer -> assertThat(answer.body()).contains("/metrics"));
        assertThat(request("POST", "/metrics", HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
        assertThat(request("HEAD", "/metrics", HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void anAddressThatIsInUseIsNamedWithTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
            assertThatThrownBy(() -> MetricsServer.start(address, card.admin(), ""))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(Integer.toString(taken.getLocalPort()), "in use", "--metrics");
        }
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws Exception {
        Set<String> asked = new TreeSet<>();
        collect(JsonParser.parseString(Files.readString(DASHBOARD)), asked);

        assertThat(asked).hasSizeGreaterThan(30);
        assertThat(Exposition.of(scrape()).names()).containsAll(asked);
    }

    /** Metrics in the expressions of panels and the queries of variables. */
    private static void collect(JsonElement element, Set<String> into) {
        if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(child -> collect(child, into));
        } else if (element.isJsonObject()) {
            element.getAsJsonObject().entrySet().forEach(entry -> {
                if (Set.of("expr", "query").contains(entry.getKey()) && entry.getValue().isJsonPrimitive()) {
                    Matcher metric = METRIC.matcher(entry.getValue().getAsString());
                    while (metric.find()) {
                        into.add(metric.group());
                    }
                } else {
                    collect(entry.getValue(), into);
                }
            });
        }
    }

    @Test
    void aClientThatSendsHalfARequestDoesNotKeepOthersFromTheirs() throws Exception {
        try (Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            half.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
            // Then it is disconnected, after a while in which the others wait
            assertThat(request("GET", "/metrics", HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }
}
