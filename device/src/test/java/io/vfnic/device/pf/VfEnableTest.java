package io.vfnic.device.pf;

import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("VFs that an operator disables, enables again and resets, as their drivers see it")
class VfEnableTest {
    private static final int VF = 1;

    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 2, 1);
    private final VfDriver driver = new VfDriver(card, VF);
    private final VfDriver neighbour = new VfDriver(card, 0);

    @BeforeEach
    void start() {
        card.igb.enableVfs(2);
        pf.start();
        card.igb.linkUp(true);
        neighbour.reset();
        driver.reset();
    }

    @Test
    @DisplayName("A VF that is disabled sees a PF in reset and no link, and neither sends nor receives; others go on")
    void disabled() {
        pf.enableVfs(1);

        assertThat(card.read(VF, MailboxBlock.V2PMAILBOX)).isEqualTo(MailboxBlock.V2P_RSTI);
        assertThat(linkUp(VF)).isFalse();
        assertThat(card.switchRegisters().vfre()).isEqualTo(1);
        assertThat(card.switchRegisters().vfte()).isEqualTo(1);
        assertThat(card.read(0, MailboxBlock.V2PMAILBOX) & MailboxBlock.V2P_RSTI).isZero();
        assertThat(neighbour.request(MailboxMessage.SET_LPE, 1522)).isEqualTo(0xA0000005);
    }

    @Test
    @DisplayName("When it is enabled again it sees that the PF's reset is done, the link, and the call to reset itself")
    void enabledAgain() {
        pf.policy(VF, VfPolicy.DEFAULT.withVlan(10, 0));
        pf.enableVfs(1);
        pf.enableVfs(2);

        assertThat(driver.take(MailboxBlock.V2P_RSTD)).isTrue();
        assertThat(linkUp(VF)).isTrue();
        assertThat(driver.receive(1)[0]).as("PF_CONTROL without CTS").isEqualTo(MailboxMessage.PF_CONTROL);
        assertThat(driver.receive(1)[0]).as("igbvf resets on this").isEqualTo(MailboxMessage.NACK);
        assertThat(driver.reset()).isEqualTo(pf.assignedMac(VF));
        assertThat(card.switchRegisters().vfre()).isEqualTo(3);
        assertThat(card.switchRegisters().vmvir()[VF] & 0xFFF).as("its policy is kept").isEqualTo(10);
    }

    @Test
    @DisplayName("A VF whose link is held down has none when it is enabled again")
    void policyOfLinkIsKept() {
        pf.policy(VF, VfPolicy.DEFAULT.withLink(LinkPolicy.DISABLE));
        pf.enableVfs(1);
        pf.enableVfs(2);

        assertThat(linkUp(VF)).isFalse();
    }

    @Test
    @DisplayName("A VF that is reset has no traffic until its driver, which is told, has reset itself")
    void reset() {
        pf.reset(VF);

        assertThat(card.switchRegisters().vfre()).isEqualTo(1);
        assertThat(driver.take(MailboxBlock.V2P_RSTD)).as("found without an interrupt").isTrue();
        assertThat(driver.receive(1)[0]).isEqualTo(MailboxMessage.PF_CONTROL);
        assertThat(driver.receive(1)[0]).isEqualTo(MailboxMessage.NACK);
        driver.reset();
        assertThat(card.switchRegisters().vfre()).isEqualTo(3);
        assertThat(neighbour.request(MailboxMessage.SET_LPE, 1522)).isEqualTo(0xA0000005);
    }

    private boolean linkUp(int vf) {
        return (card.read(vf, GeneralBlock.VF_STATUS) & GeneralBlock.STATUS_LU) != 0;
    }
}
