package io.vfnic.device.pf;

import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.ReceiveBlock;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.TransmitBlock;
import io.vfnic.device.interrupt.InterruptState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The VF drivers of DPDK and FreeBSD, where they differ from Linux' (82576 facts, section 9)")
class OtherDriversTest {
    private static final int VF = 0;

    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 1, 3);
    private final VfDriver driver = new VfDriver(card, VF);

    @BeforeEach
    void start() {
        pf.start();
        card.igb.linkUp(true);
    }

    @Test
    @DisplayName("DPDK: one vector for the mailbox, both queues, requests whose answers nobody reads")
    void dpdk() {
        MacAddress mac = driver.reset();
        assertThat(driver.request(MailboxMessage.SET_MAC, mac.low(), mac.high())).isEqualTo(0xA0000002);
        driver.send(MailboxMessage.SET_LPE, 1522);
        driver.send(MailboxMessage.SET_VLAN | 1 << 16, 5);

        for (int k = 0; k < 2; k++) {
            card.write(VF, ReceiveBlock.RDLEN, k, 512 * 16);
            card.write(VF, ReceiveBlock.RXDCTL, k, card.read(VF, ReceiveBlock.RXDCTL, k) | 1 << 25);
            assertThat(card.read(VF, ReceiveBlock.RXDCTL, k) >>> 25 & 1).as("polled without end").isEqualTo(1);
            card.write(VF, ReceiveBlock.RDH, k, 0);
            card.write(VF, ReceiveBlock.RDT, k, 511);
            card.write(VF, TransmitBlock.TXDCTL, k, card.read(VF, TransmitBlock.TXDCTL, k) | 1 << 25);
        }

        assertThat(card.igb.receiveQueue(VF).tail()).isEqualTo(511);
        assertThat(card.igb.receiveQueue(VF + 8).tail()).isEqualTo(511);
        assertThat(card.igb.transmitQueue(VF + 8).isEnableRequested()).isTrue();
        assertThat(card.read(VF, GeneralBlock.STATUS) & GeneralBlock.STATUS_LU).isNotZero();
    }

    @Test
    @DisplayName("DPDK takes an interrupt for the mailbox's only if EICR reads 0 after it: auto-clear")
    void dpdkMailboxInterrupt() {
        driver.reset();
        card.write(VF, InterruptBlock.VTEIMC, 0xFFFF);
        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x80);
        card.write(VF, InterruptBlock.VTEIAM, 1);
        card.write(VF, InterruptBlock.VTEIAC, 1);
        card.write(VF, InterruptBlock.VTEIMS, 1);
        card.read(VF, InterruptBlock.VTEICR);
        driver.peek(1);

        pf.policy(VF, VfPolicy.DEFAULT.withMac(MacAddress.parse("02:00:00:00:00:99")));
        int vector = 1 << InterruptState.firstVectorOfVf(VF);
        assertThat(card.interrupts.causes() & card.interrupts.mask()).isEqualTo(vector);
        card.interrupts.clearCauses(card.interrupts.autoClear());

        assertThat(card.read(VF, InterruptBlock.VTEICR)).isZero();
        assertThat(driver.dword(0)).as("peeked at without the lock; DPDK resets on exactly this").isEqualTo(0x100);
    }

    @Test
    @DisplayName("DPDK closes with SET_MAC of zero, which is refused and changes nothing")
    void dpdkClose() {
        MacAddress mac = driver.reset();

        assertThat(driver.request(MailboxMessage.SET_MAC, 0, 0)).isEqualTo(0x60000002);

        assertThat(card.switchRegisters().ral()[23]).isEqualTo(mac.low());
    }

    @Test
    @DisplayName("FreeBSD: queue on vector 0, mailbox on 1; VTIVAR by read-modify-write; queues off by 0")
    void freeBsd() {
        driver.reset();

        int routing = card.read(VF, InterruptBlock.VTIVAR) & 0xFFFF0000;
        card.write(VF, InterruptBlock.VTIVAR, routing | 0x8080);
        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x81);
        card.write(VF, ReceiveBlock.RXDCTL, 0, 0);
        card.write(VF, TransmitBlock.TXDCTL, 0, 0);
        driver.request(MailboxMessage.SET_LPE, 1522);

        assertThat(card.interrupts.receiveCause(VF)).isEqualTo(1 << 22);
        assertThat(card.interrupts.transmitCause(VF)).isEqualTo(1 << 22);
        assertThat(card.read(VF, InterruptBlock.VTEICR)).isEqualTo(2);
        assertThat(card.read(VF, ReceiveBlock.RXDCTL, 0)).isZero();
        assertThat(card.pools.get(VF).controlChanges).isEqualTo(2);
    }

    @Test
    @DisplayName("FreeBSD sends SET_MULTICAST with an overflow bit for every multicast")
    void freeBsdMulticast() {
        driver.reset();

        assertThat(driver.request(MailboxMessage.SET_MULTICAST | 1 << 23)).isEqualTo(0xA0800003);

        assertThat(card.switchRegisters().vmolr()[VF] & 1 << 28).isNotZero();
    }

    @Test
    @DisplayName("A driver that starts after its predecessor died holding the mailbox finds it free")
    void mailboxOfTheDead() {
        driver.reset();
        driver.lock();

        VfDriver successor = new VfDriver(card, VF);
        card.igb.resetVf(VF);

        assertThat(card.read(VF, MailboxBlock.V2PMAILBOX) & MailboxBlock.V2P_VFU).isZero();
        assertThat(successor.reset()).isEqualTo(pf.assignedMac(VF));
    }
}
