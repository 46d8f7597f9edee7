package io.vfnic.server.control.watch;

import java.time.Instant;
import org.agrona.concurrent.NanoClock;

/** Dates what the card's clock has stamped. Steps of the wall clock after this was made do not show. */
final class WallClock {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long offset;

    /** @param clock the card's. */
    WallClock(NanoClock clock) {
        Instant now = Instant.now();
        offset = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano() - clock.nanoTime();
    }

    /** Nanoseconds since 1970, from those of the card's clock. */
    long date(long stamp) {
        return stamp + offset;
    }
}
