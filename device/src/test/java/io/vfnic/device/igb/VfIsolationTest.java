package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.vswitch.SwitchRegisters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

@DisplayName("Whatever a VF writes to its registers")
final class VfIsolationTest {
    private static final int VF = 2;
    private static final int BAR_LENGTH = 0x8000;
    private static final int ROUNDS = 4;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);
    private SwitchRegisters before;
    private List<Integer> resetsBefore;

    @BeforeEach
    void program() {
        card.igb.enableVfs(0);
        card.igb.enableVfs(4);
        for (int vf = 0; vf < 4; vf++) {
            card.igb.pfWrite(VmdqBlock.VMVIR.offset(vf), VmdqBlock.VMVIR_ALWAYS | 100 + vf);
            card.igb.pfWrite(VmdqBlock.VLVF.offset(vf), VmdqBlock.VLVF_ENABLE | 1 << 12 + vf | 100 + vf);
            card.igb.pfWrite(RateBlock.RTTDQSEL.offset(0), vf);
            card.igb.pfWrite(RateBlock.RTTBCNRC.offset(0), RateBlock.RTTBCNRC_ENABLE | 20 << 14);
        }
        card.igb.pfWrite(VmdqBlock.DTXSWC.offset(0), VmdqBlock.DTXSWC_LOOPBACK | 0x0F0F);
        card.igb.pfWrite(VmdqBlock.VFRE.offset(0), 0xFF);
        card.igb.pfWrite(VmdqBlock.VFTE.offset(0), 0xFF);
        before = card.switchRegisters();
        resetsBefore = resets();

        final Random random = new Random(BAR_LENGTH);
        for (int round = 0; round < ROUNDS; round++) {
            for (int offset = 0; offset < BAR_LENGTH; offset += 4) {
                final int value = switch (round) {
                    case 0 -> -1;
                    case 1 -> 0;
                    default -> random.nextInt();
                };
                card.igb.vfWrite(VF, offset, value);
            }
        }
    }

    @Test
    @DisplayName("over and over without changing anything, the agents are not kept from their work by a new switch "
        + "table")
    void sameAgain() {
        card.igb.vfWrite(VF, ReceiveBlock.PSRTYPE.offset(0), 0x12);
        card.igb.vfWrite(VF, GeneralBlock.VTCTRL.offset(0), GeneralBlock.VTCTRL_RST);
        card.igb.vfWrite(VF, ReceiveBlock.PSRTYPE.offset(0), 0x12);
        final SwitchRegisters last = card.switchRegisters();

        card.igb.vfWrite(VF, ReceiveBlock.PSRTYPE.offset(0), 0x12);
        assertThat(card.switchRegisters()).isSameAs(last);

        card.igb.vfWrite(VF, ReceiveBlock.PSRTYPE.offset(0), 0);
        final SwitchRegisters changed = card.switchRegisters();
        assertThat(changed).isNotSameAs(last);
        card.igb.vfWrite(VF, GeneralBlock.VTCTRL.offset(0), GeneralBlock.VTCTRL_RST);
        assertThat(card.switchRegisters()).isSameAs(changed);
    }

    @Test
    @DisplayName("it stays in its VLAN, under its limit and its checks, and the addresses are whose they were")
    void policy() {
        final SwitchRegisters after = card.switchRegisters();

        assertThat(after.vmvir()).isEqualTo(before.vmvir());
        assertThat(after.vlvf()).isEqualTo(before.vlvf());
        assertThat(after.vfta()).isEqualTo(before.vfta());
        assertThat(after.rttbcnrc()).isEqualTo(before.rttbcnrc());
        assertThat(after.dtxswc()).isEqualTo(before.dtxswc());
        assertThat(after.ral()).isEqualTo(before.ral());
        assertThat(after.rah()).isEqualTo(before.rah());
        assertThat(after.vmolr()).isEqualTo(before.vmolr());
        assertThat(after.vet()).isEqualTo(before.vet());
        assertThat(after.rctl()).isEqualTo(before.rctl());
        assertThat(after.mrqc()).isEqualTo(before.mrqc());
        assertThat(after.vtCtl()).isEqualTo(before.vtCtl());
        assertThat(after.uta()).isEqualTo(before.uta());
        assertThat(after.mta()).isEqualTo(before.mta());
    }

    @Test
    @DisplayName("nobody but the VF itself stops sending or receiving")
    void others() {
        assertThat(card.switchRegisters().vfre()).isEqualTo(0xFF & ~(1 << VF));
        assertThat(card.switchRegisters().vfte()).isEqualTo(0xFF & ~(1 << VF));
        for (int other : new int[] {0, 1, 3}) {
            assertThat(resets().get(other)).as("resets of VF %d", other).isEqualTo(resetsBefore.get(other));
            assertThat(card.pools.get(other).controlChanges).isZero();
            assertThat(card.pools.get(other).doorbells).isZero();
            assertThat(card.read(other, TransmitBlock.TDBAL)).isZero();
            assertThat(card.read(other, ReceiveBlock.RDLEN)).isZero();
        }
        assertThat(card.pfPool.controlChanges).isZero();
    }

    private List<Integer> resets() {
        return card.pools.stream().map(pool -> pool.resets).toList();
    }
}
