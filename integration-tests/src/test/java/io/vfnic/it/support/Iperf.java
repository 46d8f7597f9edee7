package io.vfnic.it.support;

import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;

/**
 * iperf3 between two interfaces. Each test has a server of its own, which listens before the client calls and has ended
 * before the next one starts: one that stays answers nobody while it puts the test before away.
 */
public final class Iperf {
    private static final int PORT = 5201;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Iperf() {
    }

    /** Runs a test, which must succeed, and returns the client's report. */
    public static String run(GuestNic from, GuestNic to, String target, String arguments) {
        RunningCommand server = serve(to);
        String report = from.check("iperf3 -c " + target + " " + arguments);
        server.await(PATIENCE);
        return report;
    }

    /** Starts a server of one test, and returns once it listens. */
    public static RunningCommand serve(GuestNic to) {
        String listens = to.inItsNamespace("ss -Hltn sport = :" + PORT) + " | grep -q LISTEN";
        GuestNic.await(to.guest(), "! " + listens);
        RunningCommand server = to.start("iperf3 -s -1");
        GuestNic.await(to.guest(), listens);
        return server;
    }
}
