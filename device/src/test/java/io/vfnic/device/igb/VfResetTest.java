package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Resets of a VF (82576 facts, section 2.11), and its statistics")
class VfResetTest {
    private static final int VF = 1;
    private static final int NEIGHBOUR = 2;

    private final TestCard card = new TestCard();
    private final List<Integer> pfCauses = new ArrayList<>();

    @BeforeEach
    void configure() {
        card.igb.onPfInterrupt(pfCauses::add);
        for (int vf : new int[] {VF, NEIGHBOUR}) {
            card.write(vf, ReceiveBlock.RDBAL, 0x10000);
            card.write(vf, ReceiveBlock.RDLEN, 4096);
            card.write(vf, TransmitBlock.TDWBAL, 0x20001);
            card.write(vf, InterruptBlock.VTEIMS, 7);
            card.write(vf, InterruptBlock.VTEIAC, 7);
            card.write(vf, InterruptBlock.VTEIAM, 7);
            card.write(vf, InterruptBlock.VTEICS, 7);
            card.write(vf, InterruptBlock.VTEITR, 1, 488);
            card.write(vf, InterruptBlock.VTIVAR, 0x8081);
            card.write(vf, InterruptBlock.VTIVAR_MISC, 0x82);
            card.write(vf, MailboxBlock.VMBMEM, 3, 0x5EC2E7);
            card.write(vf, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_VFU);
        }
    }

    @Test
    @DisplayName("VTCTRL.RST stops the queues, ends interrupts and traffic, and tells the PF by VFLRE")
    void softwareReset() {
        card.write(VF, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);

        assertThat(card.pools.get(VF).resets).isEqualTo(1);
        assertInterruptsCleared();
        assertThat(card.switchRegisters().vfre()).isEqualTo(0xFF & ~(1 << VF));
        assertThat(card.switchRegisters().vfte()).isEqualTo(0xFF & ~(1 << VF));
        assertThat(card.pf(MailboxBlock.VFLRE)).isEqualTo(1 << VF);
        assertThat(card.pf(MailboxBlock.P2VMAILBOX, VF)).as("VFU let go").isZero();
        assertThat(pfCauses).containsExactly(PfInterrupt.VM_MAILBOX);
        assertThat(card.read(VF, GeneralBlock.VTCTRL)).as("RST clears itself").isZero();
    }

    @Test
    @DisplayName("VTCTRL.RST keeps ring addresses and throttling, as silicon does")
    void softwareResetKeeps() {
        card.write(VF, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);

        assertThat(card.igb.receiveQueue(VF).ringAddress()).isEqualTo(0x10000);
        assertThat(card.read(VF, InterruptBlock.VTEITR, 1)).isEqualTo(488);
    }

    @Test
    @DisplayName("Other bits of VTCTRL, written by drivers that read-modify-write it, reset nothing")
    void otherBits() {
        card.write(VF, GeneralBlock.VTCTRL, ~GeneralBlock.VTCTRL_RST);

        assertThat(card.pools.get(VF).resets).isZero();
        assertThat(pfCauses).isEmpty();
    }

    @Test
    @DisplayName("A function level reset leaves nothing of the last owner")
    void functionLevelReset() {
        card.igb.resetVf(VF);

        assertThat(card.pools.get(VF).resets).isEqualTo(1);
        assertInterruptsCleared();
        assertThat(card.igb.receiveQueue(VF).ringAddress()).isZero();
        assertThat(card.igb.transmitQueue(VF).headWriteBackAddress()).isZero();
        assertThat(card.read(VF, MailboxBlock.VMBMEM, 3)).isZero();
        assertThat(card.read(VF, InterruptBlock.VTEITR, 1)).isZero();
        assertThat(card.pf(MailboxBlock.VFLRE)).isEqualTo(1 << VF);
    }

    @Test
    @DisplayName("Neither reset touches a neighbour")
    void neighbours() {
        card.igb.resetVf(VF);
        card.write(VF, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);

        int window = 7 << InterruptState.firstVectorOfVf(NEIGHBOUR);
        assertThat(card.pools.get(NEIGHBOUR).resets).isZero();
        assertThat(card.interrupts.mask() & window).isEqualTo(window);
        assertThat(card.interrupts.causes() & window).isEqualTo(window);
        assertThat(card.interrupts.receiveCause(NEIGHBOUR)).isNotZero();
        assertThat(card.igb.receiveQueue(NEIGHBOUR).ringAddress()).isEqualTo(0x10000);
        assertThat(card.read(NEIGHBOUR, MailboxBlock.VMBMEM, 3)).isEqualTo(0x5EC2E7);
        assertThat(card.pf(MailboxBlock.P2VMAILBOX, NEIGHBOUR)).isEqualTo(MailboxBlock.P2V_VFU);
    }

    @Test
    @DisplayName("Statistics wrap at 32 bits, are not cleared by reading, and start anew with a function level reset")
    void statistics() {
        card.counters.get(VF).add(Counter.GORC, 0x1_0000_0005L);
        assertThat(card.read(VF, StatisticsBlock.GORC)).isEqualTo(5);
        assertThat(card.read(VF, StatisticsBlock.GORC)).isEqualTo(5);

        card.igb.resetVf(VF);
        card.counters.get(VF).add(Counter.GORC, 3);

        assertThat(card.read(VF, StatisticsBlock.GORC)).isEqualTo(3);
        assertThat(card.counters.get(VF).get(Counter.GORC)).isEqualTo(0x1_0000_0008L);
    }

    @Test
    @DisplayName("Each statistics register shows its own counter (0x0F10 and on)")
    void statisticsMap() {
        int[] offsets = {0xF10, 0xF14, 0xF18, 0xF34, 0xF3C, 0xF40, 0xF44, 0xF48, 0xF50};
        Counter[] counters = {Counter.GPRC, Counter.GPTC, Counter.GORC, Counter.GOTC, Counter.MPRC, Counter.GPRLBC,
            Counter.GPTLBC, Counter.GORLBC, Counter.GOTLBC};
        for (int i = 0; i < offsets.length; i++) {
            card.counters.get(VF).add(counters[i], 100 + i);
        }

        for (int i = 0; i < offsets.length; i++) {
            assertThat(card.igb.vfRead(VF, offsets[i])).as(counters[i].name()).isEqualTo(100 + i);
        }
    }

    private void assertInterruptsCleared() {
        int window = 7 << InterruptState.firstVectorOfVf(VF);
        assertThat(card.interrupts.causes() & window).isZero();
        assertThat(card.interrupts.mask() & window).isZero();
        assertThat(card.interrupts.autoClear() & window).isZero();
        assertThat(card.interrupts.autoMask() & window).isZero();
        assertThat(card.interrupts.receiveCause(VF)).isZero();
        assertThat(card.read(VF, InterruptBlock.VTIVAR_MISC)).isZero();
    }
}
