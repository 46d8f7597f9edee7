package io.vfnic.server.uplink;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.uplink.unix.Peer;
import io.vfnic.server.uplink.unix.PeerSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who looks for an uplink's peer where that fails. */
@Timeout(60)
class PeerKeeperTest {
    /** A door at which somebody rings for ever, and that does not open. */
    private abstract static class StuckDoor implements PeerSource {
        private final EventFd bell;
        final AtomicInteger looks = new AtomicInteger();

        StuckDoor() throws IOException {
            bell = EventFd.create();
            bell.signal();
        }

        @Override
        public void attend(Peer peer) {
            throw new AssertionError("there is no peer");
        }

        @Override
        public long attendNanos() {
            return NEVER;
        }

        @Override
        public void release(Peer peer) {
            throw new AssertionError("there is no peer");
        }

        @Override
        public Fd bell() {
            return bell.fd();
        }

        @Override
        public void close() {
            bell.close();
        }
    }

    private static long nanosForLooks(int looks, StuckDoor door) throws Exception {
        long before = System.nanoTime();
        try (PeerKeeper keeper = new PeerKeeper("stream:test", door, () -> { })) {
            keeper.start(up -> assertThat(up).isFalse());
            while (door.looks.get() < looks) {
                Thread.sleep(1);
            }
            return System.nanoTime() - before;
        }
    }

    @Test
    void aDoorThatDoesNotOpenIsTriedNowAndThenHoweverLongSomebodyRings() throws Exception {
        // Out of descriptors, for example. The pauses are 50, 100 and 200 ms: no load makes them shorter.
        assertThat(nanosForLooks(4, new StuckDoor() {
            @Override
            public Peer seek() throws IOException {
                looks.incrementAndGet();
                throw new IOException("too many open files");
            }
        })).isGreaterThan(300_000_000L);
    }

    @Test
    void aMistakeDoesNotEndTheSearch() throws Exception {
        AtomicInteger first = new AtomicInteger();
        assertThat(nanosForLooks(3, new StuckDoor() {
            @Override
            public Peer seek() {
                looks.incrementAndGet();
                if (first.getAndIncrement() > 0) {
                    throw new IllegalStateException("a mistake");
                }
                return null;
            }
        })).isPositive();
    }
}
