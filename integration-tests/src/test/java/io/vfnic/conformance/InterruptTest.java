package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.SetIrqs;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.testkit.client.VfioUserClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specification, section "VFIO_USER_DEVICE_SET_IRQS"; the sequences are QEMU's. */
class InterruptTest extends ServerTest {
    private static final int EVENTFD_TRIGGER = SetIrqs.DATA_EVENTFD | SetIrqs.ACTION_TRIGGER;
    private static final int NONE_TRIGGER = SetIrqs.DATA_NONE | SetIrqs.ACTION_TRIGGER;
    private static final int BOOL_TRIGGER = SetIrqs.DATA_BOOL | SetIrqs.ACTION_TRIGGER;

    private final List<EventFd> signals = new ArrayList<>();

    @BeforeEach
    void createSignals() throws IOException {
        for (int i = 0; i < 3; i++) {
            signals.add(EventFd.create());
        }
    }

    @AfterEach
    void closeSignals() {
        signals.forEach(EventFd::close);
    }

    @Test
    void everyVectorSignalsItsOwnEventfd() {
        client.setEventFds(IrqIndex.MSIX, 0, signals.toArray(EventFd[]::new));

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 1, 2);

        assertSignals(0, 1, 1);
    }

    @Test
    void booleansSelectTheVectorsToTrigger() {
        client.setEventFds(IrqIndex.MSIX, 0, signals.toArray(EventFd[]::new));

        assertSucceeds(client.call(Command.DEVICE_SET_IRQS,
            VfioUserClient.setIrqsPayload(BOOL_TRIGGER, IrqIndex.MSIX, 0, 3, true, false, true)));

        assertSignals(1, 0, 1);
    }

    /** QEMU: "MSI-X on, no vector" first, then each vector as the guest unmasks it, again at every unmask. */
    @Test
    void vectorsCanBeSetOneByOneAndAgain() {
        client.setIrqs(EVENTFD_TRIGGER, IrqIndex.MSIX, 0, 1);
        client.setEventFds(IrqIndex.MSIX, 2, signals.get(0));
        client.setEventFds(IrqIndex.MSIX, 2, signals.get(1));

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 0, 3);

        assertSignals(0, 1, 0);
    }

    /** "If no file descriptors are provided, this de-assigns the specified previously configured interrupts." */
    @Test
    void eventfdsAreDroppedByAMessageWithoutAny() {
        client.setEventFds(IrqIndex.MSIX, 0, signals.toArray(EventFd[]::new));
        client.setIrqs(EVENTFD_TRIGGER, IrqIndex.MSIX, 1, 2);

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 0, 3);

        assertSignals(1, 0, 0);
    }

    /** "a count (and start) of 0, with data flags of NONE disables all interrupts of the index." */
    @Test
    void theWholeTypeCanBeDisabled() {
        client.setEventFds(IrqIndex.MSIX, 0, signals.toArray(EventFd[]::new));
        client.disableInterrupts(IrqIndex.MSIX);

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 0, 3);

        assertSignals(0, 0, 0);
    }

    /** QEMU sets ERR at realize and drops it at unrealize. */
    @Test
    void theErrorVectorCanBeSetAndDropped() {
        client.setEventFds(IrqIndex.ERR, 0, signals.get(0));
        client.setIrqs(EVENTFD_TRIGGER, IrqIndex.ERR, 0, 1);
        client.setEventFds(IrqIndex.REQ, 0, signals.get(1));

        assertAlive();
    }

    /** DEVICE_RESET leaves the client's wiring alone: QEMU sets ERR once and never again. */
    @Test
    void eventfdsSurviveAReset() {
        client.setEventFds(IrqIndex.MSIX, 0, signals.get(0));
        client.reset();

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 0, 1);

        assertSignals(1, 0, 0);
    }

    @ParameterizedTest(name = "{6}")
    @CsvSource({
        // flags, index, start, count, fds, booleans
        "0x24, 5, 0, 1, 1, 0, no such type",
        "0x24, 2, 3, 1, 1, 0, start beyond the vectors",
        "0x24, 2, 2, 2, 2, 0, end beyond the vectors",
        "0x24, 2, -1, 2, 2, 0, start plus count overflows",
        "0x24, 0, 0, 1, 1, 0, a type without vectors",
        "0x21, 1, 0, 0, 0, 0, disabling a type without vectors",
        "0x25, 2, 0, 1, 1, 0, two kinds of data",
        "0x20, 2, 0, 1, 0, 0, no kind of data",
        "0x34, 2, 0, 1, 1, 0, two actions",
        "0x04, 2, 0, 1, 1, 0, no action",
        "0x22, 2, 0, 3, 0, 2, fewer booleans than vectors",
        "0x22, 2, 0, 1, 0, 2, more booleans than vectors",
        "0x21, 2, 0, 1, 1, 0, eventfds with NONE",
        "0x22, 2, 0, 1, 1, 1, eventfds with BOOL",
        "0x24, 2, 0, 3, 2, 0, fewer eventfds than vectors",
        "0x24, 2, 0, 1, 2, 0, more eventfds than vectors",
        "0x24, 2, 0, 0, 0, 0, eventfds for no vector",
        "0x21, 2, 1, 0, 0, 0, disabling from a vector on",
        "0x09, 2, 0, 0, 0, 0, masking no vector",
        "0x09, 3, 0, 1, 0, 0, masking ERR",
        "0x11, 4, 0, 1, 0, 0, unmasking REQ",
        "0x24, 3, 0, 2, 2, 0, two ERR vectors",
        "0x14, 2, 0, 1, 1, 0, an eventfd to unmask by",
        "0x0c, 2, 0, 1, 1, 0, an eventfd to mask by"})
    void isInvalid(String flags, int index, int start, int count, int fds, int booleans, String what) {
        Fd[] descriptors = signals.subList(0, fds).stream().map(EventFd::fd).toArray(Fd[]::new);

        assertFails(Errno.EINVAL, Command.DEVICE_SET_IRQS,
            VfioUserClient.setIrqsPayload(Integer.decode(flags), index, start, count, new boolean[booleans]),
            descriptors);
    }

    @Test
    void aShortMessageOrArgszIsInvalid() {
        byte[] payload = VfioUserClient.setIrqsPayload(NONE_TRIGGER, IrqIndex.MSIX, 0, 0);
        payload[0] = 19;

        assertFails(Errno.EINVAL, Command.DEVICE_SET_IRQS, payload);
        assertFails(Errno.EINVAL, Command.DEVICE_SET_IRQS, new byte[19]);
    }

    /** What is written to when an interrupt is raised must not be able to block the card. */
    @Test
    void aDescriptorThatIsNoEventfdIsInvalid() throws IOException {
        try (Fd file = MemFd.create("no-eventfd", 4096)) {
            assertFails(Errno.EINVAL, Command.DEVICE_SET_IRQS,
                VfioUserClient.setIrqsPayload(EVENTFD_TRIGGER, IrqIndex.MSIX, 0, 1), file);
        }
    }

    /** Of a message that fails, nothing is done: the first eventfd is not taken over because the second is bad. */
    @Test
    void aMessageThatFailsChangesNothing() throws IOException {
        client.setEventFds(IrqIndex.MSIX, 0, signals.get(0));
        try (Fd file = MemFd.create("no-eventfd", 4096)) {
            assertFails(Errno.EINVAL, Command.DEVICE_SET_IRQS,
                VfioUserClient.setIrqsPayload(EVENTFD_TRIGGER, IrqIndex.MSIX, 0, 2), signals.get(1).fd(), file);
        }

        client.setIrqs(NONE_TRIGGER, IrqIndex.MSIX, 0, 1);

        assertSignals(1, 0, 0);
    }

    /** A trigger's reply comes after the eventfds were written. */
    private void assertSignals(long... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(signals.get(i).drain()).as("eventfd " + i).isEqualTo(expected[i]);
        }
    }
}
