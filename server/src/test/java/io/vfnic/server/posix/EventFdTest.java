package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EventFdTest {
    private static final int F_SETFL = 4;
    private static final long FULL = 0xFFFF_FFFF_FFFF_FFFEL;
    private static final int SIGNALS = 20_000;

    @Test
    void countsItsSignals() throws Exception {
        try (EventFd event = EventFd.create()) {
            event.signal();
            event.signal();
            assertThat(event.drain()).isEqualTo(2);
            assertThat(event.drain()).isZero();
        }
    }

    @Test
    void anAdoptedEventFdIsTheSameCounter() throws Exception {
        try (EventFd event = EventFd.create(); EventFd adopted = EventFd.adopt(event.fd().duplicate())) {
            adopted.signal();
            assertThat(event.drain()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNoEventFdIsRefusedAndStaysWithItsOwner() throws Exception {
        Fd[] pair = UnixSockets.pair(false);
        try (Fd file = MemFd.create("eventfd-test", 8)) {
            assertThatThrownBy(() -> EventFd.adopt(file)).isInstanceOf(PosixException.class);
            assertThatThrownBy(() -> EventFd.adopt(pair[0])).isInstanceOf(PosixException.class);
            assertThat(file.isOpen()).isTrue();
        }
        pair[0].close();
        pair[1].close();
    }

    @Test
    void aSignalAfterCloseReachesNobody() throws Exception {
        EventFd event = EventFd.create();
        int number = event.fd().number();
        event.close();
        try (EventFd next = EventFd.create()) {
            assertThat(next.fd().number()).isEqualTo(number);
            event.signal();
            event.close();
            assertThat(next.drain()).isZero();
            next.signal();
            assertThat(next.drain()).isEqualTo(1);
        }
    }

    @Test
    void closingDuringSignalsClosesExactlyOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventFd event = EventFd.create();
            Thread signaller = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    event.signal();
                }
            });
            event.close();
            signaller.join();
            assertThat(event.fd().isOpen()).isFalse();
        }
    }

    @Test
    @Timeout(30)
    void aStrangerWhoClearsTheFlagAndReadsFirstMakesNobodyWait() throws Throwable {
        try (EventFd event = EventFd.create()) {
            letWait(event);

            assertThat(event.drain()).isZero();
            event.signal();
            assertThat(event.drain()).isEqualTo(1);
        }
    }

    @Test
    @Timeout(30)
    void whoIsCaughtAtAFullCounterIsFreedAndNobodyIsCaughtAgain() throws Throwable {
        try (EventFd stranger = EventFd.create(); EventFd event = EventFd.adopt(stranger.fd().duplicate())) {
            letWait(event);
            fill(event);
            Thread first = Thread.ofPlatform().daemon().start(event::signal);
            Thread second = Thread.ofPlatform().daemon().start(event::signal);
            while (first.isAlive() || second.isAlive()) {
                event.rescue();
                Thread.sleep(1);
            }

            // What the two have added, which a writer to a full counter would wait for.
            stranger.drain();
            fill(stranger);
            event.signal();
            assertThat(event.isClosed()).isTrue();
            assertThat(event.fd().isOpen()).isFalse();
            assertThat(event.rescue()).as("nobody is there").isFalse();
        }
    }

    @Test
    void whatNobodyIsCaughtAtIsNotTouched() throws Exception {
        try (EventFd event = EventFd.create()) {
            fill(event);
            event.signal();
            assertThat(event.rescue()).isFalse();
            assertThat(event.drain()).isEqualTo(FULL);

            Thread signaller = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < SIGNALS; i++) {
                    event.signal();
                }
            });
            while (signaller.isAlive()) {
                assertThat(event.rescue()).isFalse();
            }
            assertThat(event.drain()).isEqualTo(SIGNALS);
        }
    }

    /** As a stranger does it who has the same open file. */
    private static void letWait(EventFd event) throws Throwable {
        MethodHandle fcntl = Libc.bindVariadic("fcntl", 2, FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int result = (int)fcntl.invokeExact(Libc.newErrnoState(arena), event.fd().number(), F_SETFL, 0);
            assertThat(result).isZero();
        }
    }

    private static void fill(EventFd event) throws PosixException {
        try (VectorWriter writer = new VectorWriter(1); Arena arena = Arena.ofConfined()) {
            MemorySegment counter = arena.allocateFrom(ValueLayout.JAVA_LONG, FULL);
            writer.add(counter.address(), Long.BYTES);
            assertThat(writer.write(event.fd())).isEqualTo(Long.BYTES);
        }
    }
}
