package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.VmdqBlock;
import io.vfnic.device.watch.WatchEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("Policy of a VF, changed while it runs")
class VfPolicyTest {
    private static final int VF = 1;
    private static final int ADD = 1 << 16;
    private static final MacAddress FIXED = MacAddress.parse("02:aa:bb:cc:dd:01");
    private static final MacAddress WISHED = MacAddress.parse("02:aa:bb:cc:dd:02");

    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 2, 1);
    private final VfDriver driver = new VfDriver(card, VF);

    @BeforeEach
    void start() {
        pf.start();
        card.igb.linkUp(true);
        driver.reset();
    }

    @Test
    @DisplayName("Default: generated address, no VLAN, spoof check, no trust, the card's link")
    void defaults() {
        assertThat(pf.policy(VF)).isEqualTo(VfPolicy.DEFAULT);
        assertThat(pf.policy(VF).mac()).isNull();
        assertThat(card.pf(VmdqBlock.DTXSWC) & 0x0202).isEqualTo(0x0202);
        assertThat(linkUp()).isTrue();
    }

    @Test
    @DisplayName("A rate limit is the link's rate over it, in 2^-14 (RTTBCNRC), for the VF's queues only; 0 takes it " +
        "away")
    void rateLimit() {
        pf.policy(VF, VfPolicy.DEFAULT.withMaxTxRate(300));

        assertThat(card.switchRegisters().rttbcnrc()[VF]).isEqualTo(1 << 31 | 3 << 14 | (1 << 14) / 3);
        assertThat(card.switchRegisters().rttbcnrc()[0]).isZero();
        assertThat(card.switchRegisters().rttbcnrm()).isEqualTo(0x14);

        driver.reset();
        assertThat(card.switchRegisters().rttbcnrc()[VF]).as("kept over the VF's reset").isNotZero();

        pf.policy(VF, VfPolicy.DEFAULT);
        assertThat(card.switchRegisters().rttbcnrc()).containsOnly(0);
    }

    @Test
    @DisplayName("A rate limit is 1 to 1000 Mbit/s")
    void impossibleRates() {
        assertThat(VfPolicy.DEFAULT.withMaxTxRate(1000).maxTxRate()).isEqualTo(1000);
        assertThatThrownBy(() -> VfPolicy.DEFAULT.withMaxTxRate(1001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VfPolicy.DEFAULT.withMaxTxRate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("A fixed address takes effect at once; the VF is asked to reset (PF_CONTROL without CTS)")
    void fixedAddress() {
        pf.policy(VF, VfPolicy.DEFAULT.withMac(FIXED));

        assertThat(card.switchRegisters().ral()[22]).isEqualTo(FIXED.low());
        assertThat(driver.receive(1)[0]).isEqualTo(0x100);
        assertThat(card.switchRegisters().vfre() & 1 << VF).as("traffic goes on").isNotZero();
        assertThat(driver.request(MailboxMessage.SET_LPE, 1522)).as("refused until reset").isEqualTo(0x40000005);
        assertThat(driver.reset()).isEqualTo(FIXED);
    }

    @Test
    @DisplayName("A VF that reads the call to reset then finds one bare NACK, which makes igbvf reset")
    void bareNack() {
        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x82);
        pf.policy(VF, VfPolicy.DEFAULT.withMac(FIXED));
        driver.receive(1);

        assertThat(driver.receive(1)[0]).isEqualTo(MailboxMessage.NACK);
        assertThat(driver.take(MailboxBlock.V2P_PFSTS)).as("told once").isFalse();
        assertThat(driver.peek(1)[0]).as("but still to be read").isEqualTo(MailboxMessage.NACK);
    }

    @Test
    @DisplayName("An untrusted VF cannot change a fixed address, may repeat it, and gets no additional ones")
    void fixedAddressIsKept() {
        pf.policy(VF, VfPolicy.DEFAULT.withMac(FIXED));
        driver.reset();

        assertThat(driver.request(MailboxMessage.SET_MAC, WISHED.low(), WISHED.high())).isEqualTo(0x60000002);
        assertThat(driver.request(MailboxMessage.SET_MAC | 2 << 16, WISHED.low(), WISHED.high()))
            .isEqualTo(0x60020002);
        assertThat(driver.request(MailboxMessage.SET_MAC, FIXED.low(), FIXED.high())).isEqualTo(0xA0000002);
        assertThat(card.switchRegisters().ral()[22]).isEqualTo(FIXED.low());

        pf.policy(VF, pf.policy(VF).withTrusted(true));
        assertThat(driver.request(MailboxMessage.SET_MAC, WISHED.low(), WISHED.high())).isEqualTo(0xA0000002);
    }

    @Test
    @DisplayName("A driver that restores its old address at its reset, as igbvf does, is refused that once, so that it " +
        "takes the assigned one, be it given back or changed for a trusted VF")
    void addressGivenBack() {
        MacAddress generated = pf.assignedMac(VF);
        pf.policy(VF, VfPolicy.DEFAULT.withMac(FIXED));
        driver.reset();
        assertThat(setMac(FIXED)).isEqualTo(0xA0000002);

        pf.policy(VF, VfPolicy.DEFAULT);
        assertThat(driver.reset()).isEqualTo(generated);
        assertThat(setMac(FIXED)).isEqualTo(0x60000002);
        assertThat(card.switchRegisters().ral()[22]).isEqualTo(generated.low());
        assertThat(setMac(FIXED)).as("asked again, it is a wish").isEqualTo(0xA0000002);

        pf.policy(VF, VfPolicy.DEFAULT.withMac(WISHED).withTrusted(true));
        assertThat(driver.reset()).isEqualTo(WISHED);
        assertThat(setMac(FIXED)).as("its own choice of before").isEqualTo(0x60000002);
        assertThat(setMac(FIXED)).isEqualTo(0xA0000002);
    }

    @Test
    @DisplayName("An address that was changed and is the assigned one again by the VF's reset is not refused")
    void addressChangedAndBack() {
        MacAddress generated = pf.assignedMac(VF);

        pf.policy(VF, VfPolicy.DEFAULT.withMac(FIXED));
        pf.policy(VF, VfPolicy.DEFAULT);

        assertThat(driver.reset()).isEqualTo(generated);
        assertThat(setMac(generated)).isEqualTo(0xA0000002);
    }

    private int setMac(MacAddress address) {
        return driver.request(MailboxMessage.SET_MAC, address.low(), address.high());
    }

    @Test
    @DisplayName("A port VLAN tags what the VF sends, is its only one and cannot be left; its end restores VLAN 0")
    void portVlan() {
        driver.request(MailboxMessage.SET_VLAN | ADD, 5);

        pf.policy(VF, VfPolicy.DEFAULT.withVlan(100, 3));

        assertThat(card.pf(VmdqBlock.VMVIR, VF)).isEqualTo(0x40000000 | 3 << 13 | 100);
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.VMOLR_UNTAGGED).isZero();
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.STRIP_VLAN).isNotZero();
        assertThat(vlansOf()).containsExactly(100);
        assertThat(card.pf(FilterBlock.VFTA, 0)).as("VLAN 5 is gone").isEqualTo(1);
        assertThat(driver.request(MailboxMessage.SET_VLAN | ADD, 6)).isEqualTo(0x60010004);
        assertThat(driver.request(MailboxMessage.SET_VLAN, 100)).isEqualTo(0x60000004);

        driver.reset();
        assertThat(vlansOf()).as("survives the VF's reset").containsExactly(100);

        pf.policy(VF, VfPolicy.DEFAULT);
        assertThat(card.pf(VmdqBlock.VMVIR, VF)).isZero();
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & 0x41000000).isEqualTo(VmdqBlock.VMOLR_UNTAGGED);
        assertThat(vlansOf()).containsExactly(0);
    }

    @Test
    @DisplayName("A priority alone tags with VLAN 0; the VF still receives untagged frames")
    void priorityOnly() {
        pf.policy(VF, VfPolicy.DEFAULT.withVlan(0, 5));

        assertThat(card.pf(VmdqBlock.VMVIR, VF)).isEqualTo(0x40000000 | 5 << 13);
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.VMOLR_UNTAGGED).isNotZero();
        assertThat(vlansOf()).containsExactly(0);
    }

    @Test
    @DisplayName("Spoof check is two bits of DTXSWC, and nobody else's")
    void spoofCheck() {
        pf.policy(VF, VfPolicy.DEFAULT.withSpoofCheck(false));
        assertThat(card.switchRegisters().dtxswc()).isEqualTo(0x80000101);

        pf.policy(VF, VfPolicy.DEFAULT);
        assertThat(card.switchRegisters().dtxswc()).isEqualTo(0x80000303);
    }

    @Test
    @DisplayName("Trust withdrawn ends unicast promiscuity")
    void trustWithdrawn() {
        pf.policy(VF, VfPolicy.DEFAULT.withTrusted(true));
        driver.request(MailboxMessage.SET_PROMISC | 1 << 16);
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.VMOLR_UNICAST_HASH).isNotZero();

        pf.policy(VF, VfPolicy.DEFAULT);

        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.VMOLR_UNICAST_HASH).isZero();
        assertThat(card.switchRegisters().uta()).containsOnly(0);
    }

    @Test
    @DisplayName("Link held down: the VF sees it, is pinged, and neither sends nor receives, even after a reset")
    void linkDisabled() {
        pf.policy(VF, VfPolicy.DEFAULT.withLink(LinkPolicy.DISABLE));

        assertThat(linkUp()).isFalse();
        assertThat(driver.receive(1)[0]).isEqualTo(0x20000100);
        assertThat(card.switchRegisters().vfre() & 1 << VF).isZero();
        assertThat(card.switchRegisters().vfte() & 1 << VF).isZero();
        driver.reset();
        assertThat(card.switchRegisters().vfre() & 1 << VF).isZero();

        pf.policy(VF, VfPolicy.DEFAULT);
        assertThat(linkUp()).isTrue();
        assertThat(card.switchRegisters().vfre() & 1 << VF).isNotZero();
    }

    @Test
    @DisplayName("Link held up: the VF does not see the card's go down; the others do")
    void linkEnabled() {
        pf.policy(VF, VfPolicy.DEFAULT.withLink(LinkPolicy.ENABLE));

        card.igb.linkUp(false);

        assertThat(linkUp()).isTrue();
        assertThat(card.read(0, GeneralBlock.STATUS) & GeneralBlock.STATUS_LU).isZero();
        assertThat(card.switchRegisters().linkUp()).isFalse();
        assertThat(card.switchRegisters().vfLinks()).as("who may send").isEqualTo(1 << VF);
        assertThat(card.igb.watch().point(VF).count(WatchEvent.LINK_UP)).as("no news to the VF").isZero();
    }

    @Test
    @DisplayName("A change of the card's link is shown in STATUS and pinged (20000100) to VFs that run")
    void linkChange() {
        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x82);
        card.read(VF, InterruptBlock.VTEICR);

        card.igb.linkUp(false);

        assertThat(linkUp()).isFalse();
        assertThat(card.read(VF, InterruptBlock.VTEICR)).isEqualTo(4);
        assertThat(driver.receive(1)[0]).isEqualTo(0x20000100);
        assertThat(card.read(0, MailboxBlock.V2PMAILBOX) & MailboxBlock.V2P_PFSTS).as("VF 0 was never reset").isZero();
    }

    @Test
    @DisplayName("A ping does not overwrite an answer that is still to be read: it follows the VF's ACK")
    void pingWaitsForAck() {
        driver.send(MailboxMessage.SET_LPE, 1522);

        card.igb.linkUp(false);

        assertThat(driver.receive(1)[0]).isEqualTo(0xA0000005);
        assertThat(driver.receive(1)[0]).isEqualTo(0x20000100);
    }

    @Test
    @DisplayName("A ping does not break into a message that the VF is writing: it follows when the mailbox is free")
    void pingWaitsForLock() {
        driver.lock();
        driver.fill(MailboxMessage.SET_LPE, 9018);

        card.igb.linkUp(false);
        driver.ring();

        assertThat(driver.receive(1)[0]).isEqualTo(0xA0000005);
        assertThat(driver.receive(1)[0]).isEqualTo(0x20000100);
    }

    @Test
    @DisplayName("Out of range: group addresses, VLAN 4095, priority 8")
    void ranges() {
        assertThatThrownBy(() -> VfPolicy.DEFAULT.withMac(MacAddress.parse("01:00:00:00:00:00")))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VfPolicy.DEFAULT.withVlan(4095, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VfPolicy.DEFAULT.withVlan(1, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    private boolean linkUp() {
        return (card.read(VF, GeneralBlock.STATUS) & GeneralBlock.STATUS_LU) != 0;
    }

    private List<Integer> vlansOf() {
        List<Integer> vlans = new ArrayList<>();
        for (int entry = 0; entry < 32; entry++) {
            int value = card.pf(VmdqBlock.VLVF, entry);
            if (value < 0 && (value >>> 12 + VF & 1) != 0) {
                vlans.add(value & 0xFFF);
            }
        }
        return vlans;
    }
}
