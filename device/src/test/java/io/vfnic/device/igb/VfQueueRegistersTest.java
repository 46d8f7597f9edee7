package io.vfnic.device.igb;

import io.vfnic.device.ring.QueueRegisters;
import java.nio.ByteBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Queue registers of a VF: pages 0x2000 and 0x3000 (82576 facts, sections 2.7 and 8)")
class VfQueueRegistersTest {
    private static final int VF = 3;

    private final TestCard card = new TestCard();

    @Test
    @DisplayName("Pages that move to memory for clients to map keep what they hold, and lie there as in the BAR")
    void shared() {
        AtomicBuffer bar = new UnsafeBuffer(ByteBuffer.allocateDirect(0x4000));

        card.igb.queuePages(VF).share(bar);
        assertThat(bar.getInt(0x280C)).as("SRRCTL at its reset value").isEqualTo(0x80000400);
        card.write(VF, ReceiveBlock.RDT, 1, 5);
        bar.putInt(0x3818, 6);

        assertThat(bar.getInt(0x2918)).isEqualTo(5);
        assertThat(card.read(VF, TransmitBlock.TDT)).isEqualTo(6);
        assertThat(card.igb.transmitQueue(VF).tail()).isEqualTo(6);
    }

    @Test
    @DisplayName("Queue k of VF n is the card's queue n + 8k")
    void numbering() {
        card.write(VF, ReceiveBlock.RDBAL, 0, 0x1000);
        card.write(VF, ReceiveBlock.RDBAL, 1, 0x2000);
        card.write(VF, TransmitBlock.TDBAL, 0, 0x3000);
        card.write(VF, TransmitBlock.TDBAL, 1, 0x4000);

        assertThat(card.igb.receiveQueue(VF).ringAddress()).isEqualTo(0x1000);
        assertThat(card.igb.receiveQueue(VF + 8).ringAddress()).isEqualTo(0x2000);
        assertThat(card.igb.transmitQueue(VF).ringAddress()).isEqualTo(0x3000);
        assertThat(card.igb.transmitQueue(VF + 8).ringAddress()).isEqualTo(0x4000);
    }

    @Test
    @DisplayName("The pages are laid out as BAR0 from 0x2000 on, so that they can be mapped into the guest")
    void layout() {
        card.write(VF, ReceiveBlock.RDT, 1, 0x11);
        card.write(VF, TransmitBlock.TDT, 1, 0x22);

        var memory = card.igb.queuePages(VF).memory();

        assertThat(memory.capacity()).isEqualTo(0x2000);
        assertThat(memory.addressOffset() % 4096).isZero();
        assertThat(memory.getInt(0x2918 - 0x2000)).isEqualTo(0x11);
        assertThat(memory.getInt(0x3918 - 0x2000)).isEqualTo(0x22);
    }

    @Test
    @DisplayName("A tail is told to its own pool: a transmit tail rings the doorbell, for a receive tail frames may " +
        "wait")
    void tails() {
        card.write(VF, ReceiveBlock.RDT, 0, 5);
        card.write(VF, TransmitBlock.TDT, 0, 6);

        assertThat(card.igb.receiveQueue(VF).tail()).isEqualTo(5);
        assertThat(card.igb.transmitQueue(VF).tail()).isEqualTo(6);
        assertThat(card.pools.get(VF).doorbells).isEqualTo(1);
        assertThat(card.pools.get(VF).receiveTails).isEqualTo(1);
        assertThat(card.pools.get(VF).controlChanges).isZero();
        assertThat(card.pools.get(0).doorbells).isZero();
    }

    @Test
    @DisplayName("RXDCTL and TXDCTL reach the engine with ENABLE as asked; SWFLUSH clears itself")
    void control() {
        card.write(VF, ReceiveBlock.RXDCTL, 0, 0x02010810);
        card.write(VF, TransmitBlock.TXDCTL, 1, 0x06000000);

        assertThat(card.igb.receiveQueue(VF).isEnableRequested()).isTrue();
        assertThat(card.igb.transmitQueue(VF + 8).isEnableRequested()).isTrue();
        assertThat(card.read(VF, ReceiveBlock.RXDCTL, 0)).isEqualTo(0x02010810);
        assertThat(card.read(VF, TransmitBlock.TXDCTL, 1)).isEqualTo(0x02000000);
        assertThat(card.pools.get(VF).controlChanges).isEqualTo(2);
    }

    @Test
    @DisplayName("Heads are the engine's: what a driver writes is ignored, what the engine publishes is read")
    void heads() {
        card.igb.receiveQueue(VF).head(7);
        card.igb.transmitQueue(VF).head(9);

        card.write(VF, ReceiveBlock.RDH, 0, 0);
        card.write(VF, TransmitBlock.TDH, 0, 0);

        assertThat(card.read(VF, ReceiveBlock.RDH, 0)).isEqualTo(7);
        assertThat(card.read(VF, TransmitBlock.TDH, 0)).isEqualTo(9);
    }

    @Test
    @DisplayName("RQDPC is cleared by reading and not by writing")
    void dropCount() {
        card.igb.receiveQueue(VF + 8).set(QueueRegisters.DROP_COUNT_OFFSET, 12);

        card.write(VF, ReceiveBlock.RQDPC, 1, 0);

        assertThat(card.read(VF, ReceiveBlock.RQDPC, 1)).isEqualTo(12);
        assertThat(card.read(VF, ReceiveBlock.RQDPC, 1)).isZero();
    }

    @Test
    @DisplayName("PSRTYPE is the PF's PSRTYPE[n] and reaches the switch's copy")
    void splitTypes() {
        card.write(VF, ReceiveBlock.PSRTYPE, 0x18);

        assertThat(card.pf(ReceiveBlock.PF_PSRTYPE, VF)).isEqualTo(0x18);
        assertThat(card.switchRegisters().psrtype()[VF]).isEqualTo(0x18);
    }
}
