package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.ReceiveBlock;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.TransmitBlock;
import io.vfnic.device.igb.VmdqBlock;
import io.vfnic.device.vswitch.SwitchRegisters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("The registers as a headless PF leaves them (82576 facts, section 6)")
class HeadlessPfStateTest {
    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 3, 7);

    @Test
    @DisplayName("The card receives, sends, and switches between pools, with no pool for the PF")
    void card() {
        pf.start();

        assertThat(card.pf(GeneralBlock.CTRL) & GeneralBlock.CTRL_SLU).isNotZero();
        assertThat(card.pf(ReceiveBlock.RCTL)).as("EN, LPE, BAM, VFE, SECRC").isEqualTo(0x04048022);
        assertThat(card.pf(TransmitBlock.TCTL) & 0xA).as("EN, PSP").isEqualTo(0xA);
        assertThat(card.pf(VmdqBlock.MRQC)).isEqualTo(3);
        assertThat(card.pf(VmdqBlock.VT_CTL)).as("RPL_EN, DIS_DEF_POOL").isEqualTo(0x60000000);
        assertThat(card.pf(VmdqBlock.DTXSWC)).as("loopback, anti-spoof of three VFs").isEqualTo(0x80000707);
        assertThat(card.pf(TransmitBlock.DTXCTL)).as("VLAN_ADDED, SPOOF_INT").isEqualTo(0x48);
        assertThat(card.pf(VmdqBlock.RPLOLR)).isEqualTo(0xC0000000);
        assertThat(card.pf(VmdqBlock.QDE)).isEqualTo(0xFFFF);
        assertThat(card.pf(ReceiveBlock.RXCSUM)).as("IPOFL, TUOFL, CRCOFL, PCSD").isEqualTo(0x2B00);
        assertThat(card.pf(InterruptBlock.GPIE)).isEqualTo(0xC0000011);
        assertThat(card.pf(FilterBlock.VFTA)).isEqualTo(1);
        assertThat(card.pf(VmdqBlock.VFRE)).isZero();
        assertThat(card.pf(VmdqBlock.VFTE)).isZero();
        assertThat(card.pf(GeneralBlock.STATUS) >>> 14 & 0x1F).as("three VFs, IOV mode").isEqualTo(0x13);
    }

    @Test
    @DisplayName("Each VF: broadcasts and untagged frames of at most 1,522 bytes, VLAN 0, no address until it is reset")
    void vfs() {
        pf.start();

        for (int vf = 0; vf < 3; vf++) {
            assertThat(card.pf(VmdqBlock.VMOLR, vf)).isEqualTo(0x89010000 | 1522);
            assertThat(card.pf(VmdqBlock.VMVIR, vf)).isZero();
            assertThat(card.igb.pfRead(FilterBlock.rahOffset(23 - vf))).isZero();
            assertThat(card.read(vf, MailboxBlock.V2PMAILBOX)).isEqualTo(MailboxBlock.V2P_RSTD);
        }
        assertThat(card.pf(VmdqBlock.VLVF)).isEqualTo(0x80007000);
    }

    @Test
    @DisplayName("The switch sees all of it, in one copy")
    void published() {
        int before = card.published.size();

        pf.start();

        SwitchRegisters seen = card.switchRegisters();
        assertThat(card.published).hasSize(before + 1);
        assertThat(seen.dtxswc()).isEqualTo(0x80000707);
        assertThat(seen.vlvf()[0]).isEqualTo(0x80007000);
        assertThat(seen.rxcsum()).isEqualTo(0x2B00);
        assertThat(seen.linkUp()).isFalse();
    }

    @Test
    @DisplayName("A copy that the switch works with never changes under it")
    void copiesAreFrozen() {
        pf.start();
        SwitchRegisters before = card.switchRegisters();

        new VfDriver(card, 0).reset();

        assertThat(before.rah()[23]).isZero();
        assertThat(card.switchRegisters().rah()[23]).isNotZero();
    }

    @Test
    @DisplayName("Generated addresses are local, unicast, distinct, and the same for the same seed")
    void addresses() {
        HeadlessPf again = new HeadlessPf(new TestCard().igb, 3, 7);
        HeadlessPf other = new HeadlessPf(new TestCard().igb, 3, 8);

        assertThat(pf.assignedMac(0)).isNotEqualTo(pf.assignedMac(1));
        assertThat(pf.assignedMac(2)).isEqualTo(again.assignedMac(2)).isNotEqualTo(other.assignedMac(2));
        for (int vf = 0; vf < 3; vf++) {
            assertThat(pf.assignedMac(vf).isUnicast()).isTrue();
            assertThat(pf.assignedMac(vf).value() >>> 40 & 2).as("locally administered").isEqualTo(2);
        }
    }

    @Test
    @DisplayName("Seven VFs at most: one pool of eight stays with the PF")
    void limit() {
        assertThatThrownBy(() -> new HeadlessPf(card.igb, 8, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
