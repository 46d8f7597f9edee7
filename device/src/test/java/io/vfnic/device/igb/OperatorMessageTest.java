package io.vfnic.device.igb;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A message to a VF in the place of a PF's driver that need not know of it")
class OperatorMessageTest {
    private static final int VF = 2;
    private static final int TOLD = MailboxMessage.PF_CONTROL | MailboxMessage.CLEAR_TO_SEND;
    private static final int ANSWER = MailboxMessage.SET_LPE | MailboxMessage.ACK;

    private final TestCard card = TestCard.withGuestPf(0x020000000001L);

    @BeforeEach
    void enable() {
        card.igb.enableVfs(4);
    }

    @Test
    @DisplayName("It is there at once where the mailbox is free")
    void free() {
        card.igb.tellVf(VF, TOLD);

        assertThat(v2p() & MailboxBlock.V2P_PFSTS).isNotZero();
        assertThat(card.read(VF, MailboxBlock.VMBMEM)).isEqualTo(TOLD);
    }

    @Test
    @DisplayName("It waits while the VF has the mailbox, and until its request is answered and the answer read")
    void waits() {
        card.write(VF, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_VFU);
        card.igb.tellVf(VF, TOLD);
        assertThat(v2p() & MailboxBlock.V2P_PFSTS).as("the VF writes").isZero();

        card.write(VF, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_REQ);
        assertThat(v2p() & MailboxBlock.V2P_PFSTS).as("its request waits").isZero();

        card.igb.pfWrite(MailboxBlock.MBVFICR.offset(0), 1 << VF);
        card.igb.pfWrite(MailboxBlock.P2VMAILBOX.offset(VF), MailboxBlock.P2V_PFU);
        card.igb.pfWrite(MailboxBlock.PF_VMBMEM.offset(MailboxBlock.DWORDS * VF), ANSWER);
        card.igb.pfWrite(MailboxBlock.P2VMAILBOX.offset(VF), MailboxBlock.P2V_STS);
        assertThat(v2p() & MailboxBlock.V2P_PFSTS).isNotZero();
        assertThat(card.read(VF, MailboxBlock.VMBMEM)).as("the answer is not overwritten").isEqualTo(ANSWER);

        card.write(VF, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_ACK);
        assertThat(v2p() & MailboxBlock.V2P_PFSTS).isNotZero();
        assertThat(card.read(VF, MailboxBlock.VMBMEM)).isEqualTo(TOLD);
    }

    @Test
    @DisplayName("The VF's reset forgets what was to be said")
    void reset() {
        card.write(VF, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_VFU);
        card.igb.tellVf(VF, TOLD);

        card.write(VF, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);

        assertThat(v2p() & MailboxBlock.V2P_PFSTS).isZero();
    }

    @Test
    @DisplayName("A VF that is not enabled is told nothing")
    void disabled() {
        card.igb.tellVf(5, TOLD);
        card.igb.enableVfs(6);

        assertThat(card.read(5, MailboxBlock.V2PMAILBOX) & MailboxBlock.V2P_PFSTS).isZero();
    }

    private int v2p() {
        return card.read(VF, MailboxBlock.V2PMAILBOX);
    }
}
