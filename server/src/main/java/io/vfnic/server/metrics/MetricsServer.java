package io.vfnic.server.metrics;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vfnic.device.admin.CardAdmin;

/**
 * Answers Prometheus' scrapes: {@code /metrics} over HTTP, in the text format, on threads of its own. The library's own
 * server promises Protobuf, too, which would bring as much code as the rest of vfnic.
 */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNKNOWN_LENGTH = 0;
    private static final int NO_BODY = -1;
    private static final int REQUEST_SECONDS = 5;
    private static final int RESPONSE_SECONDS = 10;
    private static final int MAX_CONNECTIONS = 64;
    /** Connections that wait at the most. */
    private static final int BACKLOG = 8;

    private final HttpServer server;
    private final ExecutorService threads;
    private final PrometheusRegistry registry;
    private final PrometheusTextFormatWriter format = PrometheusTextFormatWriter.create();

    static {
        // The JDK's server waits for ever else, with its only thread, for a client that sends half a request or reads
        // half an answer. It takes these once, when its classes are loaded.
        limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
        limit("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS);
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
    }

    private MetricsServer(HttpServer server, ExecutorService threads, PrometheusRegistry registry) {
        this.server = server;
        this.threads = threads;
        this.registry = registry;
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /**
     * Listens from now on.
     *
     * @param address port 0 takes any that is free.
     * @param version of this program.
     * @throws IOException with a message for users, where the address cannot be had.
     */
    public static MetricsServer start(InetSocketAddress address, CardAdmin card, String version) throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (BindException e) {
            throw new IOException("metrics cannot be had at " + address.getHostString() + ":" + address.getPort() +
                ": " +
                e.getMessage() + "; choose another address with --metrics", e);
        }
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new CardMetrics(card, version));
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
        // One at a time: scrapes are seconds apart, and more would only compete with the agents.
        ExecutorService threads = Executors.newSingleThreadExecutor(new DefaultThreadFactory("vfnic-metrics", true));
        MetricsServer server = new MetricsServer(http, threads, registry);
        http.createContext("/", server::answer);
        http.setExecutor(threads);
        http.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                refuse(exchange, NOT_FOUND, "metrics are at " + PATH + "\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                refuse(exchange, METHOD_NOT_ALLOWED, "GET only\n");
            } else {
                scrape(exchange);
            }
        } catch (RuntimeException e) {
            LOG.error("a scrape of the metrics failed", e);
        }
    }

    private void scrape(HttpExchange exchange) throws IOException {
        String encodings = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean zipped = encodings != null && encodings.contains("gzip");
        exchange.getResponseHeaders().set("Content-Type", format.getContentType());
        if (zipped) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(OK, UNKNOWN_LENGTH);
        try (OutputStream body = zipped
            ? new GZIPOutputStream(exchange.getResponseBody()) : new BufferedOutputStream(exchange.getResponseBody())) {
            format.write(body, registry.scrape());
        }
    }

    private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
        byte[] body = reason.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? NO_BODY : body.length);
        if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
