package io.vfnic.device.igb;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Mailbox registers (82576 facts, section 6)")
class VfMailboxRegistersTest {
    private static final int VF = 4;

    private final TestCard card = new TestCard();
    private final List<Integer> pfCauses = new ArrayList<>();

    @BeforeEach
    void listen() {
        card.igb.onPfInterrupt(pfCauses::add);
    }

    @Test
    @DisplayName("VF n's sixteen dwords are the PF's from 0x800 + 64n; either side writes them")
    void memory() {
        card.write(VF, MailboxBlock.VMBMEM, 15, 0xCAFE);
        assertThat(card.igb.pfRead(0x0800 + 64 * VF + 60)).isEqualTo(0xCAFE);

        card.igb.pfWrite(0x0800 + 64 * VF, 0xBEEF);
        assertThat(card.read(VF, MailboxBlock.VMBMEM, 0)).isEqualTo(0xBEEF);
        assertThat(card.read(VF - 1, MailboxBlock.VMBMEM, 15)).isZero();
    }

    @Test
    @DisplayName("VFU is granted while the PF does not hold the mailbox, and seen by both sides")
    void vfLock() {
        vf(MailboxBlock.V2P_VFU);

        assertThat(v2p() & MailboxBlock.V2P_VFU).isNotZero();
        assertThat(p2v()).isEqualTo(MailboxBlock.P2V_VFU);

        pf(MailboxBlock.P2V_PFU);
        assertThat(p2v()).as("refused to the PF").isEqualTo(MailboxBlock.P2V_VFU);

        vf(0);
        pf(MailboxBlock.P2V_PFU);
        assertThat(p2v()).isEqualTo(MailboxBlock.P2V_PFU);
        assertThat(v2p() & (MailboxBlock.V2P_VFU | MailboxBlock.V2P_PFU)).isEqualTo(MailboxBlock.V2P_PFU);

        vf(MailboxBlock.V2P_VFU);
        assertThat(v2p() & MailboxBlock.V2P_VFU).as("refused to the VF").isZero();
    }

    @Test
    @DisplayName("REQ and ACK let go of the mailbox and tell the PF, each by its own bit (MBVFICR, W1C)")
    void requestAndAck() {
        vf(MailboxBlock.V2P_VFU);
        vf(MailboxBlock.V2P_REQ);
        assertThat(p2v()).isZero();
        assertThat(card.pf(MailboxBlock.MBVFICR)).isEqualTo(1 << VF);

        vf(MailboxBlock.V2P_ACK);
        assertThat(card.pf(MailboxBlock.MBVFICR)).isEqualTo(1 << VF | 1 << 16 + VF);
        assertThat(pfCauses).containsExactly(PfInterrupt.VM_MAILBOX, PfInterrupt.VM_MAILBOX);

        card.igb.pfWrite(MailboxBlock.MBVFICR.offset(), 1 << VF);
        assertThat(card.pf(MailboxBlock.MBVFICR)).isEqualTo(1 << 16 + VF);
        assertThat(v2p() & (MailboxBlock.V2P_REQ | MailboxBlock.V2P_ACK)).as("REQ and ACK read 0").isZero();
    }

    @Test
    @DisplayName("MBVFIMR decides whether the PF is interrupted")
    void interruptMask() {
        card.igb.pfWrite(MailboxBlock.MBVFIMR.offset(), ~(1 << VF));

        vf(MailboxBlock.V2P_REQ);

        assertThat(pfCauses).isEmpty();
        assertThat(card.pf(MailboxBlock.MBVFICR)).isEqualTo(1 << VF);
    }

    @Test
    @DisplayName("The PF's STS and ACK are PFSTS and PFACK, cleared by the VF's read, not by the PF's")
    void statusAndAck() {
        ready();
        pf(MailboxBlock.P2V_STS | MailboxBlock.P2V_ACK);

        assertThat(card.pf(MailboxBlock.PF_V2PMAILBOX, VF)).isEqualTo(0x30);
        assertThat(card.pf(MailboxBlock.PF_V2PMAILBOX, VF)).isEqualTo(0x30);
        assertThat(v2p()).isEqualTo(0x30);
        assertThat(v2p()).isZero();
    }

    @Test
    @DisplayName("ACK with PFU keeps the PF's lock (Linux igb)")
    void ackKeepsLock() {
        pf(MailboxBlock.P2V_PFU);
        pf(MailboxBlock.P2V_ACK | MailboxBlock.P2V_PFU);
        assertThat(p2v()).isEqualTo(MailboxBlock.P2V_PFU);

        pf(MailboxBlock.P2V_STS);
        assertThat(p2v()).isZero();
    }

    @Test
    @DisplayName("RVFU takes the mailbox from the VF")
    void steal() {
        vf(MailboxBlock.V2P_VFU);
        vf(MailboxBlock.V2P_VFU | MailboxBlock.V2P_REQ);

        pf(MailboxBlock.P2V_RVFU | MailboxBlock.P2V_PFU);

        assertThat(p2v()).isEqualTo(MailboxBlock.P2V_PFU);
        assertThat(v2p() & MailboxBlock.V2P_VFU).isZero();
        assertThat(card.pf(MailboxBlock.MBVFICR)).isZero();
    }

    @Test
    @DisplayName("RSTI stays until the PF's driver writes PFRSTD; then RSTD is seen once, and the VF is interrupted")
    void pfReset() {
        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x82);
        assertThat(v2p()).isEqualTo(MailboxBlock.V2P_RSTI);
        assertThat(v2p()).isEqualTo(MailboxBlock.V2P_RSTI);

        ready();
        card.igb.pfWrite(GeneralBlock.CTRL_EXT.offset(), GeneralBlock.CTRL_EXT_PFRSTD);

        assertThat(v2p()).isEqualTo(MailboxBlock.V2P_RSTD);
        assertThat(v2p()).isZero();
        assertThat(card.read(VF, InterruptBlock.VTEICR)).isEqualTo(4);
    }

    private void ready() {
        card.igb.pfWrite(GeneralBlock.CTRL_EXT.offset(), GeneralBlock.CTRL_EXT_PFRSTD);
        v2p();
    }

    private void vf(int value) {
        card.write(VF, MailboxBlock.V2PMAILBOX, value);
    }

    private int v2p() {
        return card.read(VF, MailboxBlock.V2PMAILBOX);
    }

    private void pf(int value) {
        card.igb.pfWrite(MailboxBlock.P2VMAILBOX.offset(VF), value);
    }

    private int p2v() {
        return card.pf(MailboxBlock.P2VMAILBOX, VF);
    }
}
