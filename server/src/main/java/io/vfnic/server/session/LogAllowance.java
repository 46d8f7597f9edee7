package io.vfnic.server.session;

import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.NanoClock;

/**
 * How much is logged of one function's clients, which can bring messages about as often as they like: connecting takes
 * them microseconds. The function's event loop's.
 */
final class LogAllowance {
    /** Messages in an interval at the most. */
    static final int MOST = 20;
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final NanoClock clock;
    private long began;
    private int told;

    LogAllowance(NanoClock clock) {
        this.clock = clock;
        began = clock.nanoTime();
    }

    /** What becomes of a message. */
    enum Verdict {
        /** It is logged. */
        TELL,
        /** It is not, and that is to be told. */
        LAST_WORD,
        /** It is not. */
        SILENCE
    }

    /** There is a message. */
    Verdict next() {
        long now = clock.nanoTime();
        if (now - began >= INTERVAL_NANOS) {
            began = now;
            told = 0;
        }
        if (told > MOST) {
            return Verdict.SILENCE;
        }
        told++;
        return told <= MOST ? Verdict.TELL : Verdict.LAST_WORD;
    }
}
