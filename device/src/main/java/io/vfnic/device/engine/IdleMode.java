package io.vfnic.device.engine;

import io.vfnic.device.spi.Parker;
import java.util.Locale;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** What the agents of a card do while there is nothing to do. */
public enum IdleMode {
    /** They look for work all the time: the shortest latency, for a processor each that nobody else needs. */
    SPIN {
        @Override
        AgentIdle newIdle(long maxPauseNanos, Parker parker) {
            return new BusyIdle(BusySpinIdleStrategy.INSTANCE);
        }
    },
    /** They look for work all the time, but let others go first that wait for the same processor. */
    YIELD {
        @Override
        AgentIdle newIdle(long maxPauseNanos, Parker parker) {
            return new BusyIdle(YieldingIdleStrategy.INSTANCE);
        }
    },
    /** They look for a little while, then sleep until they are woken or something is due. */
    BACKOFF {
        @Override
        AgentIdle newIdle(long maxPauseNanos, Parker parker) {
            return new BackoffIdle(maxPauseNanos, parker);
        }
    };

    /** The word that users have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param maxPauseNanos the longest that the agent may sleep unless it is woken, where it sleeps.
     * @param parker        how its thread sleeps then.
     */
    abstract AgentIdle newIdle(long maxPauseNanos, Parker parker);
}
