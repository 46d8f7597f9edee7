package io.vfnic.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;

/** Random files that travel over TCP, their SHA-256 compared at both ends. */
public final class FileTransfer {
    private static final int PORT = 7000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private FileTransfer() {
    }

    /** Sends a file one way, and insists that it arrives as it was. */
    public static void check(GuestNic from, GuestNic to, String target, int bytes) {
        String sum = from.guest().check(
            "head -c " + bytes + " /dev/urandom > /tmp/sent; sha256sum < /tmp/sent | cut -c 1-64");

        String address = target.contains(":") ? "[" + target + "]" : target;
        String family = target.contains(":") ? "6" : "4";
        RunningCommand receiver = to.start(
            "timeout 170 socat -u TCP" + family + "-LISTEN:" + PORT + ",reuseaddr CREATE:/tmp/received");
        GuestNic.await(to.guest(), to.inItsNamespace("ss -Hltn sport = :" + PORT) + " | grep -q LISTEN");
        from.check("timeout 170 socat -u OPEN:/tmp/sent TCP" + family + ":" + address + ":" + PORT);
        receiver.await(PATIENCE).orFail();

        assertThat(to.guest().check("stat -c %s /tmp/received; sha256sum < /tmp/received | cut -c 1-64"))
            .as("size and SHA-256 of what %s received from %s", to, from)
            .isEqualTo(bytes + "\n" + sum);
        from.guest().check("rm /tmp/sent");
        to.guest().check("rm /tmp/received");
    }

    /** Sends a file each way, one after the other. */
    public static void checkBothWays(GuestNic one, String addressOfOne, GuestNic two, String addressOfTwo, int bytes) {
        check(one, two, addressOfTwo, bytes);
        check(two, one, addressOfOne, bytes);
    }
}
