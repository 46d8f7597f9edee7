package io.vfnic.server.session;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.protocol.Command;
import io.vfnic.server.posix.EventFd;

import static org.assertj.core.api.Assertions.assertThat;

/** What is done for every register access or interrupt leaves nothing to collect. */
class AllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 10_000;
    private static final int ROUNDS = 10;
    /** Far less than the smallest object for each message: what is left is the event loop's own housekeeping. */
    private static final long ALLOWED = MEASURED * 4L;

    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    @Test
    void registerAccessesAllocateNothingOnTheEventLoop() throws Exception {
        try (SessionFixture fixture = new SessionFixture(); TestClient client = fixture.connect().introduce()) {
            access(client, WARM_UP);
            // The JVM links and spins code of its own in the first rounds, the later the busier the machine. What a
            // message really costs, it costs in every round; and it does so before the JIT has seen it, too.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least >= ALLOWED; round++) {
                long before = allocatedByEventLoop(fixture);
                access(client, MEASURED);
                least = Math.min(least, allocatedByEventLoop(fixture) - before);
            }
            assertThat(least).isLessThan(ALLOWED);
        }
    }

    /** A doorbell and a read of a register, as a driver does them. */
    private static void access(TestClient client, int times) {
        for (int i = 0; i < times; i++) {
            client.sendPosted(Command.REGION_WRITE, new Payload().u64(FakePort.SILENT_REGISTER).u32(0, 4).u32(i));
            assertThat(client.readRegister(FakePort.SILENT_REGISTER)).isEqualTo(i);
        }
    }

    private long allocatedByEventLoop(SessionFixture fixture) throws Exception {
        AtomicLong allocated = new AtomicLong();
        fixture.onEventLoop(() -> allocated.set(threads.getCurrentThreadAllocatedBytes()));
        return allocated.get();
    }

    @Test
    void anInterruptAllocatesNothing() throws Exception {
        try (EventFd event = EventFd.create()) {
            IrqVector vector = new IrqVector(false);
            vector.wire(EventFd.adopt(event.fd().duplicate()));
            raise(vector, WARM_UP);
            long before = threads.getCurrentThreadAllocatedBytes();
            raise(vector, MEASURED);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOWED);
            assertThat(event.drain()).isEqualTo(WARM_UP + MEASURED);
            vector.wire(null);
        }
    }

    private static void raise(InterruptSignal signal, int times) {
        for (int i = 0; i < times; i++) {
            signal.raise();
        }
    }
}
