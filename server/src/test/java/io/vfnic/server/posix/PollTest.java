package io.vfnic.server.posix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class PollTest {
    private static final long LONG_ENOUGH_NANOS = 20_000_000_000L;

    @Test
    void wakesUpForTheDescriptorThatHasSomething() throws Exception {
        Fd[] pair = UnixSockets.pair(true);
        try (Poll poll = new Poll(3); EventFd bell = EventFd.create(); Fd here = pair[0]) {
            poll.watch(0, here, Poll.IN);
            poll.watch(2, bell.fd(), Poll.IN);
            poll.await(0);
            assertThat(poll.happened(0)).isFalse();
            assertThat(poll.happened(2)).isFalse();

            bell.signal();
            poll.await(LONG_ENOUGH_NANOS);
            assertThat(poll.happened(0)).isFalse();
            assertThat(poll.happened(1)).isFalse();
            assertThat(poll.happened(2)).isTrue();
            bell.drain();

            poll.watch(0, here, Poll.IN | Poll.OUT);
            poll.await(LONG_ENOUGH_NANOS);
            assertThat(poll.happened(0)).isTrue();
            assertThat(poll.happened(2)).isFalse();
        } finally {
            pair[1].close();
        }
    }

    @Test
    void tellsOfTheEndOfAConnectionWhateverIsWaitedFor() throws Exception {
        Fd[] pair = UnixSockets.pair(true);
        try (Poll poll = new Poll(1); Fd here = pair[0]) {
            poll.watch(0, here, 0);
            poll.await(0);
            assertThat(poll.happened(0)).isFalse();
            pair[1].close();
            poll.await(LONG_ENOUGH_NANOS);
            assertThat(poll.happened(0)).isTrue();
        }
    }

    @Test
    void looksAtNoDescriptorThatWasTakenOut() throws Exception {
        try (Poll poll = new Poll(1); EventFd bell = EventFd.create()) {
            poll.watch(0, bell.fd(), Poll.IN);
            bell.signal();
            poll.await(LONG_ENOUGH_NANOS);
            poll.ignore(0);
            assertThat(poll.happened(0)).isFalse();
            poll.await(0);
            assertThat(poll.happened(0)).isFalse();
        }
    }
}
