package io.vfnic.server.uplink;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vfnic.server.support.LoggedText;

import static org.assertj.core.api.Assertions.assertThat;

/** Who looks whether an interface gives the port a link. */
@Timeout(60)
class LinkMonitorTest {
    private static final String OFF = LinkMonitor.switchedOff("tap0");

    /** What is seen, look by look; the last for ever. */
    private final Queue<String> seen = new ArrayDeque<>();
    private final List<Boolean> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    private String look() {
        if (seen.size() == 1) {
            end.countDown();
            return seen.element();
        }
        return seen.remove();
    }

    @Test
    void eachChangeIsToldOnceAndEachReasonLoggedAsAWarning() throws Exception {
        seen.addAll(List.of(OFF, OFF, LinkMonitor.GONE, LinkMonitor.GONE, OFF, "", "", OFF, ""));

        String log;
        String last;
        try (LoggedText logged = new LoggedText()) {
            LinkMonitor monitor = new LinkMonitor("tap:tap0", this::look);
            monitor.start(told::add);
            end.await();
            monitor.close();
            log = logged.toString();
            last = monitor.whyDown();
        }

        // A link that is down for another reason is as down as it was.
        assertThat(told).containsExactly(false, true, false, true);
        assertThat(last).isEmpty();
        assertThat(log.lines().filter(line -> line.contains("WARN"))
            .map(line -> line.substring(line.indexOf("uplink ")))).containsExactly(
            "uplink tap:tap0: link down: " + OFF, "uplink tap:tap0: link down: " + LinkMonitor.GONE,
            "uplink tap:tap0: link down: " + OFF, "uplink tap:tap0: link down: " + OFF);
    }

    @Test
    void theReasonIsThereBeforeTheListenerIsTold() throws Exception {
        seen.addAll(List.of(OFF, "", OFF));
        List<String> reasons = new CopyOnWriteArrayList<>();
        LinkMonitor monitor = new LinkMonitor("tap:tap0", this::look);
        monitor.start(up -> reasons.add(monitor.whyDown()));
        end.await();
        monitor.close();

        assertThat(reasons).containsExactly(OFF, "", OFF);
    }
}
