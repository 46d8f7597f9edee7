package io.vfnic.device.engine;

import static io.vfnic.device.engine.GuestModel.VECTOR_RX;
import static io.vfnic.device.engine.GuestModel.VECTOR_TX;
import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Interrupts that traffic raises (82576 facts, section 2.5). */
class InterruptDeliveryTest {
    private final TestEngine engine = TestEngine.running(2);
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);

    private void exchange(int frames) {
        for (int i = 0; i < frames; i++) {
            sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP | GuestModel.RS, 0);
        }
        sender.ring();
        engine.settle();
    }

    private void unmask(GuestModel guest) {
        engine.interrupts.unmask(guest.window());
        guest.pool.interruptsChanged();
        engine.settle();
    }

    @Test
    @DisplayName("A batch of frames raises one interrupt at each end, and no other vector")
    void onePerBatch() {
        exchange(20);

        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
        assertThat(sender.raised(VECTOR_TX)).isEqualTo(1);
        assertThat(receiver.raised(VECTOR_TX)).isZero();
        assertThat(sender.raised(VECTOR_RX)).isZero();
        assertThat(sender.raised(2)).isZero();
    }

    @Test
    @DisplayName("Whoever gets a frame is interrupted before the one that has sent it")
    void receiverFirst() {
        final List<String> order = new ArrayList<>();
        receiver.pool.vectors().signal(VECTOR_TX, () -> order.add("sent"));
        sender.pool.vectors().signal(VECTOR_RX, () -> order.add("received"));

        receiver.postData(Frames.unicast(0, 1, 60), GuestModel.EOP | GuestModel.RS, 0);
        receiver.ring();
        engine.settle();

        assertThat(order).containsExactly("received", "sent");
    }

    @Test
    @DisplayName("EIAC clears the cause and EIAM masks the vector when the interrupt goes out; unmasking "
        + "brings what came since")
    void autoClearAndMask() {
        exchange(1);
        assertThat(engine.interrupts.causes() & receiver.window()).isZero();
        assertThat(engine.interrupts.mask() & receiver.bit(VECTOR_RX)).isZero();

        exchange(1);
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
        assertThat(engine.interrupts.causes() & receiver.bit(VECTOR_RX)).isNotZero();

        unmask(receiver);
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(2);
        assertThat(engine.interrupts.causes() & receiver.window()).isZero();
    }

    @Test
    @DisplayName("Unmasking with nothing pending raises nothing")
    void unmaskIdle() {
        exchange(1);

        unmask(receiver);
        unmask(receiver);

        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
    }

    @Test
    @DisplayName("Without EIAC a cause stays set, and its interrupt is not repeated until something new happens")
    void noAutoClear() {
        engine.interrupts.autoClear(receiver.window(), 0);
        engine.interrupts.autoMask(receiver.window(), 0);
        exchange(1);
        engine.settle();
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
        assertThat(engine.interrupts.causes() & receiver.bit(VECTOR_RX)).isNotZero();

        exchange(1);

        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(2);
    }

    @Test
    @DisplayName("EITR: the first interrupt goes at once, the next one after bits 14:2 of microseconds, and "
        + "the agent knows when")
    void moderation() {
        engine.interrupts.autoMask(receiver.window(), 0);
        // igbvf's 20,000 a second: 196, of which bits 14:2 say 49 us.
        engine.interrupts.moderation(InterruptState.firstVectorOfVf(0) + VECTOR_RX, 196);
        exchange(1);
        final long first = engine.now;
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);

        exchange(1);
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
        final long due = receiver.pool.nextDeadline();
        assertThat(due - first).isBetween(0L, 49_000L);

        engine.now = due - 1;
        engine.settle();
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
        engine.now = due;
        engine.settle();
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(2);
        assertThat(receiver.pool.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("A frame without RS raises no transmit interrupt")
    void noReport() {
        sender.postData(Frames.unicast(1, 0, 60), GuestModel.EOP, 0);
        sender.ring();
        engine.settle();

        assertThat(sender.raised(VECTOR_TX)).isZero();
        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(1);
    }

    @Test
    @DisplayName("A queue without a valid IVAR entry raises nothing")
    void noVector() {
        engine.interrupts.receiveVector(0, -1);

        exchange(1);

        assertThat(receiver.raised(VECTOR_RX)).isZero();
        assertThat(receiver.receive()).hasSize(1);
    }

    @Test
    @DisplayName("EICS raises a vector as an event does")
    void softwareSet() {
        engine.interrupts.raise(receiver.bit(2));
        receiver.pool.interruptsChanged();
        engine.settle();

        assertThat(receiver.raised(2)).isEqualTo(1);
        assertThat(sender.raised(2)).isZero();
    }

    @Test
    @DisplayName("A vector without a signal is sent nowhere; its cause is auto-cleared all the same")
    void noSignal() {
        receiver.vectors.signal(VECTOR_RX, null);

        exchange(1);

        assertThat(engine.interrupts.causes() & receiver.bit(VECTOR_RX)).isZero();
        assertThat(receiver.receive()).hasSize(1);
    }

    @Test
    @DisplayName("A reset forgets causes of the batch and moderation under way")
    void reset() {
        engine.interrupts.autoMask(receiver.window(), 0);
        engine.interrupts.moderation(InterruptState.firstVectorOfVf(0) + VECTOR_RX, 0x7FFC);
        exchange(1);

        receiver.pool.resetQueues();
        engine.step();
        engine.interrupts.raise(receiver.bit(VECTOR_RX));
        engine.step();

        assertThat(receiver.raised(VECTOR_RX)).isEqualTo(2);
    }
}
