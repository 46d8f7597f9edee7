package io.vfnic.conformance;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.SetIrqs;
import io.vfnic.server.posix.EventFd;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.VfDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An eventfd that is full and whose writers wait (eventfd(2): no EFD_NONBLOCK) stops whoever raises the interrupt. It
 * costs the client that made it so its connection and others nothing but a moment.
 */
class HostileInterruptTest extends GuestsTest {
    private static final int F_SETFL = 4;
    private static final long FULL = 0xFFFF_FFFF_FFFF_FFFEL;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle FCNTL = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("fcntl"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
        Linker.Option.firstVariadicArg(2));
    private static final MethodHandle WRITE = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("write"),
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private EventFd trap;

    @BeforeEach
    void setTrap() throws Throwable {
        trap = EventFd.create();
        fill();
        second.client().setEventFds(IrqIndex.MSIX, VfDriver.RECEIVE_VECTOR, trap);
        int result = (int)FCNTL.invokeExact(trap.fd().number(), F_SETFL, 0);
        if (result != 0) {
            throw new IOException("fcntl: " + result);
        }
    }

    @AfterEach
    void removeTrap() {
        trap.close();
    }

    @Test
    void anAgentIsFreedAndTheClientDisconnected() throws IOException {
        first.driver().transmit().send(frame(first, second, 100, 1));

        second.client().exchange().awaitClosedByServer();
        assertTraffic(first, third);
        assertTheFunctionIsFree();
    }

    @Test
    void anEventLoopIsFreedAndTheClientDisconnected() throws IOException {
        second.client().post(Command.DEVICE_SET_IRQS, VfioUserClient.setIrqsPayload(
            SetIrqs.DATA_NONE | SetIrqs.ACTION_TRIGGER, IrqIndex.MSIX, VfDriver.RECEIVE_VECTOR, 1));

        second.client().exchange().awaitClosedByServer();
        assertTraffic(first, third);
        assertTheFunctionIsFree();
    }

    /** Its own writes wait as the card's do, and may be first whenever there is room. */
    @Test
    void aClientThatKeepsTheCounterFullCannotHoldTheAgent() throws Exception {
        Thread filler = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                fill();
            }
        });
        first.driver().transmit().send(frame(first, second, 100, 1));

        second.client().exchange().awaitClosedByServer();
        filler.interrupt();
        while (filler.isAlive()) {
            trap.drain();
        }
        assertTraffic(first, third);
    }

    private void assertTheFunctionIsFree() throws IOException {
        second.close();
        second = SimulatedGuest.withSharedMemory(server.attachWhenFree(1));
        second.driver().start();
        assertTraffic(first, second);
    }

    private void fill() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment counter = arena.allocateFrom(ValueLayout.JAVA_LONG, FULL);
            long ignored = (long)WRITE.invokeExact(trap.fd().number(), counter, (long)Long.BYTES);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
