package io.vfnic.device.igb;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Interrupt registers of a VF: windows on bits 22 - 3n and on (82576 facts, sections 0.4 and 2.5)")
class VfInterruptRegistersTest {
    private final TestCard card = new TestCard();

    @Test
    @DisplayName("Vector v of VF n is device vector 22 - 3n + v, in every register")
    void windows() {
        for (int vf = 0; vf < 8; vf++) {
            int first = 22 - 3 * vf;
            card.write(vf, InterruptBlock.VTEIMS, 0b100);
            card.write(vf, InterruptBlock.VTEICS, 0b010);
            card.write(vf, InterruptBlock.VTEIAC, 0b001);
            card.write(vf, InterruptBlock.VTEIAM, 0b111);
            card.write(vf, InterruptBlock.VTEITR, 2, 0x1E8);

            assertThat(card.interrupts.mask() >>> first & 7).isEqualTo(0b100);
            assertThat(card.interrupts.causes() >>> first & 7).isEqualTo(0b010);
            assertThat(card.interrupts.autoClear() >>> first & 7).isEqualTo(0b001);
            assertThat(card.interrupts.autoMask() >>> first & 7).isEqualTo(0b111);
            assertThat(card.interrupts.moderation(first + 2)).isEqualTo(0x1E8);
        }
    }

    @Test
    @DisplayName("EICS, EITR, and EIMS where a cause is pending, make the engine look; the others do not")
    void engineLooks() {
        TestCard.Pool pool = card.pools.get(1);
        card.write(1, InterruptBlock.VTEIMS, 2);
        assertThat(pool.interruptChanges).isZero();

        card.write(1, InterruptBlock.VTEICS, 1);
        card.write(1, InterruptBlock.VTEIMS, 1);
        card.write(1, InterruptBlock.VTEITR, 0, 0);
        assertThat(pool.interruptChanges).isEqualTo(3);

        card.write(1, InterruptBlock.VTEIMC, 1);
        card.write(1, InterruptBlock.VTEIAC, 1);
        card.write(1, InterruptBlock.VTEIAM, 1);
        card.read(1, InterruptBlock.VTEICR);

        assertThat(pool.interruptChanges).isEqualTo(3);
    }

    @Test
    @DisplayName("EIMS sets, EIMC clears, both by ones")
    void mask() {
        card.write(1, InterruptBlock.VTEIMS, 0b011);
        card.write(1, InterruptBlock.VTEIMS, 0b100);
        card.write(1, InterruptBlock.VTEIMC, 0b010);

        assertThat(card.read(1, InterruptBlock.VTEIMS)).isEqualTo(0b101);
    }

    @Test
    @DisplayName("EIAC and EIAM take bits back too: drivers clear them by read-modify-write")
    void autoRegistersAreReadWrite() {
        card.write(1, InterruptBlock.VTEIAC, 7);
        card.write(1, InterruptBlock.VTEIAM, 7);
        card.write(1, InterruptBlock.VTEIAC, 2);
        card.write(1, InterruptBlock.VTEIAM, 0);

        assertThat(card.read(1, InterruptBlock.VTEIAC)).isEqualTo(2);
        assertThat(card.read(1, InterruptBlock.VTEIAM)).isZero();
    }

    @Test
    @DisplayName("EICR is cleared by reading, and by writing ones, in the VF's own bits only")
    void cause() {
        card.interrupts.raise(-1);

        card.write(1, InterruptBlock.VTEICR, 0b001);
        assertThat(card.read(1, InterruptBlock.VTEICR)).isEqualTo(0b110);
        assertThat(card.read(1, InterruptBlock.VTEICR)).isZero();
        assertThat(card.interrupts.causes()).isEqualTo(~(7 << 19));
    }

    @Test
    @DisplayName("VTIVAR routes rx 0, tx 0, rx 1, tx 1: queues n and n + 8 of the card")
    void routing() {
        card.write(1, InterruptBlock.VTIVAR, 0x82018081);

        assertThat(card.interrupts.receiveCause(1)).isEqualTo(1 << 20);
        assertThat(card.interrupts.transmitCause(1)).isEqualTo(1 << 19);
        assertThat(card.interrupts.receiveCause(9)).as("not valid").isZero();
        assertThat(card.interrupts.transmitCause(9)).isEqualTo(1 << 21);
        assertThat(card.read(1, InterruptBlock.VTIVAR)).isEqualTo(0x82018081);
    }

    @Test
    @DisplayName("The PF sees a VF's routing as its IVAR[n], in device vectors, and can change it there")
    void routingInPfTerms() {
        card.write(1, InterruptBlock.VTIVAR, 0x00008081);
        assertThat(card.pf(InterruptBlock.IVAR, 1)).isEqualTo(0x00009394);

        card.igb.pfWrite(InterruptBlock.IVAR.offset(1), 0x00000095);

        assertThat(card.read(1, InterruptBlock.VTIVAR)).isEqualTo(0x00000082);
        assertThat(card.interrupts.receiveCause(1)).isEqualTo(1 << 21);
        assertThat(card.interrupts.transmitCause(1)).isZero();
    }

    @Test
    @DisplayName("Vector 3, which would be a neighbour's vector 0, routes nowhere")
    void vectorOfNeighbour() {
        card.write(1, InterruptBlock.VTIVAR, 0x83838383);

        for (int queue = 0; queue < 16; queue++) {
            assertThat(card.interrupts.receiveCause(queue)).isZero();
            assertThat(card.interrupts.transmitCause(queue)).isZero();
        }
        assertThat(card.read(1, InterruptBlock.VTIVAR)).isEqualTo(0x83838383);
    }

    @Test
    @DisplayName("The mailbox interrupt needs a valid vector of the VF's own")
    void mailboxVector() {
        card.write(1, InterruptBlock.VTIVAR_MISC, 0x02);
        ping(1);
        card.write(1, InterruptBlock.VTIVAR_MISC, 0x83);
        ping(1);
        assertThat(card.interrupts.causes()).isZero();
        assertThat(card.pools.get(1).interruptChanges).isZero();

        card.write(1, InterruptBlock.VTIVAR_MISC, 0x80);
        ping(1);

        assertThat(card.interrupts.causes()).isEqualTo(1 << 19);
        assertThat(card.pools.get(1).interruptChanges).isEqualTo(1);
    }

    private void ping(int vf) {
        card.igb.pfWrite(MailboxBlock.P2VMAILBOX.offset(vf), MailboxBlock.P2V_STS);
    }
}
