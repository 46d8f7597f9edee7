package io.vfnic.server;

import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.device.spi.AgentThreads;
import io.vfnic.server.posix.CurrentThread;
import io.vfnic.server.posix.PosixException;

/**
 * Has Linux schedule the engine's threads as they need it. Without these settings they still work, only less
 * punctually; so what Linux refuses is no more than a warning.
 */
final class HostThreads implements AgentThreads {
    private static final Logger LOG = LoggerFactory.getLogger(HostThreads.class);
    /**
     * The least there is. Linux would else let each sleep last up to 50 us longer than asked for, and an agent's sleeps
     * are as short as 20 us: looks at mapped tails, and ends of interrupt moderation.
     */
    private static final long TIMER_SLACK_NANOS = 1;

    private final List<Integer> cpus;

    /** @param cpus dealt to the agents in turn; none lets them run anywhere. */
    HostThreads(List<Integer> cpus) {
        this.cpus = cpus;
    }

    @Override
    public void started(int agent) {
        try {
            CurrentThread.timerSlack(TIMER_SLACK_NANOS);
            if (agent != EXTRA && !cpus.isEmpty()) {
                CurrentThread.bindTo(cpus.get(agent % cpus.size()));
            }
        } catch (PosixException e) {
            LOG.warn("engine thread {}: {}", Thread.currentThread().getName(), e.getMessage());
        }
    }
}
