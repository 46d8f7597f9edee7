package io.vfnic.it.support;

import java.util.Collections;

/**
 * Echo requests of which none may be lost. They are fping's, since it sends exactly as many as it is told and waits for
 * each answer as long as it is told: ping waits for the last ones two round trips only, which a guest whose CPU is
 * taken away for a while exceeds, or with a deadline sends more than it is told. They go in batches, for whose answers
 * a receive ring and the socket have room even where all arrive at once, after such a while: the socket's 208 KiB are
 * full with 90 answers in buffers of igbvf's.
 *
 * @param count a multiple of 50.
 */
public record Pings(int count) {
    private static final int BATCH = 50;
    private static final int MILLISECONDS_APART = 5;
    private static final int PATIENCE_MILLISECONDS = 20_000;

    /** Checks the number. */
    public Pings {
        if (count <= 0 || count % BATCH != 0) {
            throw new IllegalArgumentException(count + " is no multiple of " + BATCH);
        }
    }

    /** The command that sends them to an address, and reports. */
    public String to(String address) {
        return "sh -c 'for batch in $(seq " + count / BATCH + "); do fping -q -c " + BATCH + " -i 1 -p "
            + MILLISECONDS_APART + " -t " + PATIENCE_MILLISECONDS + " " + address
            + "; done 2>&1' | sed 's/.*\\(xmt[^,]*\\).*/\\1/'";
    }

    /** What the report says if each was answered. */
    public String answered() {
        return String.join("\n", Collections.nCopies(count / BATCH, "xmt/rcv/%loss = " + BATCH + "/" + BATCH + "/0%"));
    }
}
