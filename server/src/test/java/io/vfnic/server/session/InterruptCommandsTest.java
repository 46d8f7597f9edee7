package io.vfnic.server.session;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.vfnic.protocol.Command;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;

import static org.assertj.core.api.Assertions.assertThat;

/** Specification, sections "VFIO_USER_DEVICE_GET_IRQ_INFO" and "VFIO_USER_DEVICE_SET_IRQS". */
@Timeout(30)
class InterruptCommandsTest {
    private static final int EINVAL = 22;
    private static final int NONE = 1;
    private static final int BOOL = 2;
    private static final int EVENTFD = 4;
    private static final int MASK = 8;
    private static final int UNMASK = 0x10;
    private static final int TRIGGER = 0x20;
    private static final int INTX = 0;
    private static final int MSIX = 2;

    private final EventFd[] events = new EventFd[3];
    private SessionFixture fixture;
    private TestClient client;
    private long eventFdsBefore;

    @BeforeEach
    void serve() throws Exception {
        fixture = new SessionFixture();
        client = fixture.connect().introduce();
        for (int i = 0; i < events.length; i++) {
            events[i] = EventFd.create();
        }
        eventFdsBefore = OpenFiles.named("[eventfd]");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        fixture.awaitCall("detach");
        fixture.settle();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore);
        for (EventFd event : events) {
            event.close();
        }
        fixture.close();
    }

    private int set(int flags, int index, int start, int count, Fd... fds) {
        return client.errno(Command.DEVICE_SET_IRQS, new Payload().u32(20, flags, index, start, count), fds);
    }

    private int wireAll() {
        return set(EVENTFD | TRIGGER, MSIX, 0, 3, events[0].fd(), events[1].fd(), events[2].fd());
    }

    @ParameterizedTest
    @CsvSource({"0,7,1", "1,0,0", "2,1,3", "3,0,0", "4,0,0"})
    void irqInfoGivesFlagsAndCount(int index, int flags, int count) {
        TestClient.Message reply = client.call(Command.DEVICE_GET_IRQ_INFO, new Payload().u32(16, 0, index, 0));
        assertThat(reply.bytes(0, reply.payload().capacity()))
            .isEqualTo(new Payload().u32(16, flags, index, count).bytes());
    }

    @Test
    void irqInfoOfAnUnknownIndexIsRefused() {
        assertThat(client.errno(Command.DEVICE_GET_IRQ_INFO, new Payload().u32(16, 0, 5, 0))).isEqualTo(EINVAL);
    }

    @Test
    void eventFdsOfSeveralVectorsAreSignalledByTheCard() {
        assertThat(wireAll()).isZero();
        fixture.port.msix.get(1).raise();
        fixture.port.msix.get(1).raise();
        fixture.port.msix.get(2).raise();
        assertThat(events[0].drain()).isZero();
        assertThat(events[1].drain()).isEqualTo(2);
        assertThat(events[2].drain()).isEqualTo(1);
    }

    @Test
    void qemusWayOfEnablingMsixWorks() throws Exception {
        // MSI-X on with no vector, then one vector at a time, each again at every unmask
        assertThat(set(EVENTFD | TRIGGER, MSIX, 0, 1)).isZero();
        assertThat(set(EVENTFD | TRIGGER, MSIX, 1, 1, events[1].fd())).isZero();
        assertThat(set(EVENTFD | TRIGGER, MSIX, 1, 1, events[2].fd())).isZero();
        fixture.port.msix.get(1).raise();
        assertThat(events[1].drain()).isZero();
        assertThat(events[2].drain()).isEqualTo(1);
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore + 1);
    }

    @Test
    void aMessageWithoutDescriptorsUnwiresItsVectors() {
        wireAll();
        assertThat(set(EVENTFD | TRIGGER, MSIX, 1, 2)).isZero();
        assertThat(fixture.port.msix).containsOnlyKeys(0);
    }

    @Test
    void noneTriggerOfNoVectorDisablesTheIndex() {
        wireAll();
        assertThat(set(NONE | TRIGGER, MSIX, 0, 0)).isZero();
        assertThat(fixture.port.msix).isEmpty();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore);
    }

    @Test
    void theClientCanTriggerVectorsItself() {
        wireAll();
        assertThat(set(NONE | TRIGGER, MSIX, 0, 2)).isZero();
        assertThat(client.errno(Command.DEVICE_SET_IRQS,
            new Payload().u32(23, BOOL | TRIGGER, MSIX, 0, 3).u8(0, 1, 1))).isZero();
        assertThat(events[0].drain()).isEqualTo(1);
        assertThat(events[1].drain()).isEqualTo(2);
        assertThat(events[2].drain()).isEqualTo(1);
    }

    @Test
    void aMaskedVectorKeepsOneInterruptUntilItIsUnmasked() {
        wireAll();
        assertThat(set(NONE | MASK, MSIX, 0, 3)).isZero();
        fixture.port.msix.get(0).raise();
        fixture.port.msix.get(0).raise();
        assertThat(events[0].drain()).isZero();
        assertThat(client.errno(Command.DEVICE_SET_IRQS,
            new Payload().u32(23, BOOL | UNMASK, MSIX, 0, 3).u8(1, 1, 0))).isZero();
        assertThat(events[0].drain()).isEqualTo(1);
        assertThat(events[1].drain()).isZero();
        fixture.port.msix.get(0).raise();
        assertThat(events[0].drain()).isEqualTo(1);
    }

    @Test
    void intxMasksItselfUntilItIsUnmasked() {
        assertThat(set(EVENTFD | TRIGGER, INTX, 0, 1, events[0].fd())).isZero();
        fixture.port.intx.raise();
        assertThat(events[0].drain()).isEqualTo(1);
        assertThat(set(NONE | UNMASK, INTX, 0, 1)).isZero();
        assertThat(events[0].drain()).isZero();
        fixture.port.intx.raise();
        fixture.port.intx.raise();
        assertThat(events[0].drain()).isEqualTo(1);
        assertThat(set(NONE | UNMASK, INTX, 0, 1)).isZero();
        assertThat(events[0].drain()).as("the line went down while it was masked").isZero();
    }

    @Test
    void intxIsALevelThatSignalsAgainWhenItIsUnmaskedAndStillAsserted() {
        set(EVENTFD | TRIGGER, INTX, 0, 1, events[0].fd());
        fixture.port.asserted = true;
        fixture.port.intx.raise();
        for (int i = 0; i < 3; i++) {
            assertThat(events[0].drain()).isEqualTo(1);
            assertThat(set(NONE | UNMASK, INTX, 0, 1)).isZero();
        }
        assertThat(events[0].drain()).isEqualTo(1);
    }

    /** KVM signals the resample eventfd when the guest ends its interrupt; see QEMU's vfio_intx_enable_kvm. */
    @Test
    void anEventFdOfTheClientUnmasksIntx() throws Exception {
        set(EVENTFD | TRIGGER, INTX, 0, 1, events[0].fd());
        assertThat(set(NONE | MASK, INTX, 0, 1)).isZero();
        assertThat(set(EVENTFD | UNMASK, INTX, 0, 1, events[1].fd())).isZero();
        fixture.port.asserted = true;
        fixture.port.intx.raise();
        assertThat(events[0].drain()).isZero();

        events[1].signal();

        fixture.awaitCall("unmasked 0 0");
        assertThat(events[0].drain()).isEqualTo(1);
    }

    @Test
    void theEventFdThatUnmasksIsReplacedAndDropped() throws Exception {
        set(EVENTFD | TRIGGER, INTX, 0, 1, events[0].fd());
        assertThat(set(EVENTFD | UNMASK, INTX, 0, 1, events[1].fd())).isZero();
        assertThat(set(EVENTFD | UNMASK, INTX, 0, 1, events[2].fd())).isZero();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore + 2);
        events[1].signal();
        events[2].signal();
        fixture.awaitCall("unmasked 0 0");

        assertThat(set(EVENTFD | UNMASK, INTX, 0, 1)).isZero();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore + 1);
        assertThat(set(EVENTFD | UNMASK, INTX, 0, 1, events[2].fd())).isZero();
        assertThat(set(NONE | TRIGGER, INTX, 0, 0)).isZero();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore);
        fixture.settle();
        assertThat(fixture.port.calls().stream().filter("unmasked 0 0"::equals)).hasSize(1);
    }

    /** As in Linux's VFIO: MSI and MSI-X have no masks of their own there, and nothing is masked by an eventfd. */
    @Test
    void noOtherEventFdsMaskOrUnmask() throws Exception {
        assertThat(set(EVENTFD | MASK, INTX, 0, 1, events[1].fd())).isEqualTo(EINVAL);
        assertThat(set(EVENTFD | UNMASK, MSIX, 0, 1, events[1].fd())).isEqualTo(EINVAL);
        try (Fd file = MemFd.create("interrupt-test", 8)) {
            assertThat(set(EVENTFD | UNMASK, INTX, 0, 1, file)).isEqualTo(EINVAL);
            assertThat(OpenFiles.named("interrupt-test")).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "flags {0}, index {1}, start {2}, count {3}")
    @CsvSource({
        "33,5,0,0", "33,1,0,0", "33,2,3,0", "36,2,0,4", "36,2,3,1", "36,2,4294967295,2", "36,2,1,4294967295",
        "35,2,0,1", "49,2,0,1", "32,2,0,1", "1,2,0,1", "97,2,0,1", "33,2,1,0", "9,2,0,0", "36,2,0,0", "9,3,0,1"})
    void whatIsNoRangeOrNoActionIsRefused(long flags, long index, long start, long count) {
        assertThat(client.errno(Command.DEVICE_SET_IRQS, new Payload().u32(20, flags, index, start, count)))
            .isEqualTo(EINVAL);
    }

    @Test
    void descriptorsMustBeAsManyAsVectorsAndForEventFds() {
        assertThat(set(EVENTFD | TRIGGER, MSIX, 0, 2, events[0].fd())).isEqualTo(EINVAL);
        assertThat(set(NONE | TRIGGER, MSIX, 0, 1, events[0].fd())).isEqualTo(EINVAL);
        assertThat(client.errno(Command.DEVICE_SET_IRQS, new Payload().u32(21, BOOL | TRIGGER, MSIX, 0, 2).u8(1)))
            .isEqualTo(EINVAL);
        assertThat(fixture.port.msix).isEmpty();
    }

    @Test
    void whatIsNoEventFdIsRefusedWithTheWholeMessage() throws Exception {
        try (Fd file = MemFd.create("interrupt-test", 8)) {
            assertThat(set(EVENTFD | TRIGGER, MSIX, 0, 3, events[0].fd(), file, events[2].fd())).isEqualTo(EINVAL);
            assertThat(OpenFiles.named("interrupt-test")).isEqualTo(1);
        }
        assertThat(fixture.port.msix).isEmpty();
        assertThat(OpenFiles.named("[eventfd]")).isEqualTo(eventFdsBefore);
    }

    @Test
    void eventFdsSurviveAReset() {
        wireAll();
        assertThat(client.errno(Command.DEVICE_RESET, new Payload())).isZero();
        fixture.port.msix.get(0).raise();
        assertThat(events[0].drain()).isEqualTo(1);
    }

    @Test
    void aSignalKeptByTheCardAfterTheClientLeftReachesNobody() throws Exception {
        wireAll();
        var kept = fixture.port.msix.get(0);
        client.close();
        fixture.awaitCall("detach");
        fixture.settle();
        kept.raise();
        assertThat(events[0].drain()).isZero();
    }
}
