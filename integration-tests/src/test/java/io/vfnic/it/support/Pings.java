package io.vfnic.it.support;

/**
 * Echo requests of which none may be lost. They are fping's, since it sends exactly as many as it is told and waits for
 * each answer as long as it is told: ping waits for the last ones two round trips only, which a guest whose CPU is
 * taken away for a while exceeds, or with a deadline sends more than it is told.
 */
public record Pings(int count) {
    private static final int MILLISECONDS_APART = 5;
    private static final int PATIENCE_MILLISECONDS = 20_000;

    /** The command that sends them to an address, and reports. */
    public String to(String address) {
        return "fping -q -c " + count + " -i 1 -p " + MILLISECONDS_APART + " -t " + PATIENCE_MILLISECONDS + " " + address
            + " 2>&1";
    }

    /** What the report says if each was answered. */
    public String answered() {
        return "xmt/rcv/%loss = " + count + "/" + count + "/0%";
    }
}
