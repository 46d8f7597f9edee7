package io.vfnic.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Echo requests from one guest to another, ten a second, that run while something else happens. With more of them the
 * socket of ping, which has room for some 50 answers, would overflow where a guest or the card was not scheduled for a
 * while and all answers of that while came at once.
 */
public final class PingFlow {
    private static final Pattern ANSWER = Pattern.compile("bytes from .* icmp_seq=(\\d+) .*time=");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final GuestNic from;
    private final String log;
    private final RunningCommand ping;

    private PingFlow(GuestNic from, String log, RunningCommand ping) {
        this.from = from;
        this.log = log;
        this.ping = ping;
    }

    /** Starts it, and returns once answers come. */
    public static PingFlow start(GuestNic from, String target) {
        String log = "/tmp/flow-" + target;
        RunningCommand ping = from.guest().start("rm -f " + log + "; exec ping -i 0.1 " + target + " >" + log);
        PingFlow flow = new PingFlow(from, log, ping);
        flow.awaitAnswers();
        return flow;
    }

    /** Waits until ten answers have come that had not when this was called. */
    public void awaitAnswers() {
        from.guest().check("answers() { grep -c 'bytes from' " + log + " 2>/dev/null; };"
            + " goal=$(($(answers) + 10)); n=0; until [ $(answers) -ge $goal ]; do n=$((n + 1)); [ $n -lt 600 ] ||"
            + " { echo 'no more answers' >&2; tail " + log + " >&2; exit 1; }; sleep 0.1; done");
    }

    /** Ends it, and insists that no request before the last answer went without one. */
    public void stopUnharmed() {
        awaitAnswers();
        from.guest().check("kill -INT " + ping.pid());
        ping.await(PATIENCE);
        String output = from.guest().check("cat " + log);
        List<Integer> answered = ANSWER.matcher(output).results()
            .map(MatchResult::group).map(line -> line.replaceAll(".*icmp_seq=(\\d+) .*", "$1"))
            .map(Integer::valueOf).toList();
        assertThat(answered).as("answers, each exactly once and in order, at %s", from)
            .isEqualTo(IntStream.rangeClosed(1, answered.size()).boxed().toList());
    }
}
