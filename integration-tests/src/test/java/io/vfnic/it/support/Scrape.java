package io.vfnic.it.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** A card's metrics at one moment, by series. */
public record Scrape(Map<String, Double> values) {
    /** Asks a card that serves metrics on this port. */
    public static Scrape of(int port) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build(),
                HttpResponse.BodyHandlers.ofString()).body();
            Map<String, Double> values = new LinkedHashMap<>();
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> values.put(
                line.substring(0, line.lastIndexOf(' ')), Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
            return new Scrape(values);
        } catch (IOException e) {
            throw new IllegalStateException("no metrics at port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a scrape", e);
        }
    }

    /** The value of a series, such as {@code vfnic_function_receive_packets_total{function="vf0"}}. */
    public long get(String series) {
        Double value = values.get(series);
        if (value == null) {
            throw new IllegalStateException("no " + series + " in a scrape");
        }
        return value.longValue();
    }

    /** The sum of all series that begin so. */
    public long sum(String beginning) {
        return values.entrySet().stream().filter(entry -> entry.getKey().startsWith(beginning))
            .mapToLong(entry -> entry.getValue().longValue()).sum();
    }
}
