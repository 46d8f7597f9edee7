package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The PF's registers: SR-IOV")
final class PfVfEnableTest {
    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("A VF that is not enabled shows a PF in reset and hears nothing")
    void disabled() {
        card.igb.enableVfs(0);
        card.write(1, ReceiveBlock.RDBAL, 0x1000);

        assertThat(card.read(1, MailboxBlock.V2PMAILBOX)).isEqualTo(MailboxBlock.V2P_RSTI);
        assertThat(card.read(1, ReceiveBlock.RDBAL)).isZero();
        assertThat(read(0xC040)).isZero();
    }

    @Test
    @DisplayName("Enabling VFs moves queues n and n + 8 to them, and disabling gives them back")
    void queues() {
        card.igb.enableVfs(0);
        card.igb.enableVfs(2);

        assertThat(card.pools.get(0).queues).isEqualTo(0x0101);
        assertThat(card.pools.get(1).queues).isEqualTo(0x0202);
        assertThat(card.pfPool.queues).isEqualTo(0xFCFC);
        assertThat(read(0x0008) >>> 14 & 0x1F).isEqualTo(0x12);

        card.igb.enableVfs(0);

        assertThat(card.pools.get(1).queues).isZero();
        assertThat(card.pfPool.queues).isEqualTo(0xFFFF);
    }

    @Test
    @DisplayName("A disabled VF's pages, which its guest may have mapped, are not the registers of the PF's queues")
    void separatePages() {
        card.igb.enableVfs(0);
        write(0xC040, 0x1000);

        card.igb.receiveQueue(1).set(0, 0x2000);
        assertThat(read(0xC040)).isEqualTo(0x1000);

        card.igb.enableVfs(2);
        card.write(1, ReceiveBlock.RDBAL, 0x3000);
        assertThat(read(0xC040)).as("the VF's, once it is enabled").isEqualTo(0x3000);

        card.igb.enableVfs(0);
        assertThat(read(0xC040)).as("at its reset value again").isZero();
    }

    @Test
    @DisplayName("A transmit tail of queue 10 rings the VF that has it, of queue 3 the PF")
    void doorbells() {
        card.igb.enableVfs(0);
        card.igb.enableVfs(3);

        write(0xE298, 1);
        write(0xE0D8, 1);

        assertThat(card.pools.get(2).doorbells).isEqualTo(1);
        assertThat(card.pfPool.doorbells).isEqualTo(1);
    }

    @Test
    @DisplayName("CTRL.RST shows every VF a PF in reset, PFRSTD ends that (2.11)")
    void pfReset() {
        card.igb.enableVfs(0);
        card.igb.enableVfs(1);
        write(0x0018, 1 << 14);
        assertThat(card.read(0, MailboxBlock.V2PMAILBOX)).isEqualTo(MailboxBlock.V2P_RSTD);

        write(0x0000, 1 << 26);
        assertThat(card.read(0, MailboxBlock.V2PMAILBOX)).isEqualTo(MailboxBlock.V2P_RSTI);
    }

    @Test
    @DisplayName("A VF's request raises VMMB in the PF's ICR")
    void mailbox() {
        card.igb.enableVfs(0);
        card.igb.enableVfs(1);
        card.write(0, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_REQ);

        assertThat(read(0x00C0) & 1 << 8).isEqualTo(1 << 8);
        assertThat(read(0x0C80)).isEqualTo(1);
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
