package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.VmdqBlock;
import io.vfnic.device.interrupt.InterruptState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The bring-up of Linux' igbvf, register by register")
class IgbvfBringUpTest {
    private static final int VF = 1;

    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 2, 42);
    private final VfDriver driver = new VfDriver(card, VF);

    @BeforeEach
    void start() {
        pf.start();
        card.igb.linkUp(true);
    }

    @Test
    @DisplayName("After VTCTRL.RST, RSTI is clear and RSTD is seen once, so that the wait for the PF ends")
    void resetIndication() {
        driver.softwareReset();

        int first = card.read(VF, MailboxBlock.V2PMAILBOX);
        int second = card.read(VF, MailboxBlock.V2PMAILBOX);

        assertThat(first & (MailboxBlock.V2P_RSTI | MailboxBlock.V2P_RSTD)).isEqualTo(MailboxBlock.V2P_RSTD);
        assertThat(second).isZero();
        assertThat(card.pools.get(VF).resets).isEqualTo(1);
        assertThat(card.pools.get(0).resets).isZero();
    }

    @Test
    @DisplayName("VF_RESET is answered by ACK and the address; the pool then has its address, VLAN 0, and its traffic")
    void resetMessage() {
        driver.softwareReset();
        assertThat(card.switchRegisters().vfre()).isZero();

        driver.send(MailboxMessage.VF_RESET);
        int[] answer = driver.receive(3);

        MacAddress mac = pf.assignedMac(VF);
        assertThat(answer[0]).isEqualTo(0x80000001);
        assertThat(MacAddress.ofRegisters(answer[1], answer[2])).isEqualTo(mac);
        assertThat(mac.isUnicast()).isTrue();
        assertThat(card.igb.pfRead(FilterBlock.ralOffset(22))).isEqualTo(mac.low());
        assertThat(card.igb.pfRead(FilterBlock.rahOffset(22))).isEqualTo(mac.high() | 1 << 19 | 1 << 31);
        assertThat(card.pf(VmdqBlock.VLVF)).isEqualTo(0x80003000);
        assertThat(card.pf(FilterBlock.VFTA) & 1).isEqualTo(1);
        assertThat(card.pf(VmdqBlock.VMOLR, VF)).isEqualTo(0x89010000 | 1522);
        assertThat(card.switchRegisters().vfre()).isEqualTo(1 << VF);
        assertThat(card.switchRegisters().vfte()).isEqualTo(1 << VF);
    }

    @Test
    @DisplayName("The link check finds CTS in the mailbox from the first answer after the reset on")
    void linkCheck() {
        MacAddress mac = driver.reset();
        assertThat(driver.peek(1)[0] & MailboxMessage.CLEAR_TO_SEND).isZero();

        int answer = driver.request(MailboxMessage.SET_MAC, mac.low(), mac.high());

        assertThat(answer).isEqualTo(MailboxMessage.SET_MAC | MailboxMessage.CLEAR_TO_SEND | MailboxMessage.ACK);
        assertThat(driver.peek(1)[0] & MailboxMessage.CLEAR_TO_SEND).isNotZero();
        assertThat(card.read(VF, GeneralBlock.STATUS) & GeneralBlock.STATUS_LU).isNotZero();
    }

    @Test
    @DisplayName("igbvf_open: multicast list, filter clear, MTU; all are granted")
    void open() {
        driver.reset();

        assertThat(driver.request(MailboxMessage.SET_MULTICAST)).isEqualTo(0xA0000003);
        assertThat(driver.request(MailboxMessage.SET_MAC | 1 << 16, 0, 0)).isEqualTo(0xA0010002);
        assertThat(driver.request(MailboxMessage.SET_VLAN | 1 << 16, 0)).isEqualTo(0xA0010004);
        assertThat(driver.request(MailboxMessage.SET_LPE, 1522)).isEqualTo(0xA0000005);
    }

    @Test
    @DisplayName("Answers raise the vector of VTIVAR_MISC, once it is set")
    void mailboxVector() {
        driver.reset();
        assertThat(card.interrupts.causes()).isZero();

        card.write(VF, InterruptBlock.VTIVAR_MISC, 0x82);
        driver.request(MailboxMessage.SET_LPE, 1522);

        assertThat(card.interrupts.causes()).isEqualTo(1 << InterruptState.firstVectorOfVf(VF) + 2);
        assertThat(card.read(VF, InterruptBlock.VTEICR)).isEqualTo(4);
        assertThat(card.read(VF, InterruptBlock.VTEICR)).isZero();
    }

    @Test
    @DisplayName("A driver that does not read answers (igbvf before 6.x, FreeBSD 8 to 12) can go on asking")
    void answersNotRead() {
        driver.reset();

        driver.send(MailboxMessage.SET_MULTICAST);
        driver.send(MailboxMessage.SET_LPE, 1522);

        assertThat(driver.request(MailboxMessage.SET_VLAN | 1 << 16, 7)).isEqualTo(0xA0010004);
    }

    @Test
    @DisplayName("A VTCTRL.RST while running takes clearance, filters and traffic; VF_RESET gives them back")
    void resetWhileRunning() {
        MacAddress mac = driver.reset();
        driver.request(MailboxMessage.SET_VLAN | 1 << 16, 7);
        driver.request(MailboxMessage.SET_LPE, 9018);

        driver.softwareReset();

        assertThat(card.switchRegisters().vfre()).isZero();
        assertThat(card.switchRegisters().rah()[22]).isZero();
        assertThat(card.pf(VmdqBlock.VLVF, 1)).isZero();
        assertThat(driver.request(MailboxMessage.SET_LPE, 9018)).isEqualTo(0x40000005);
        assertThat(driver.reset()).isEqualTo(mac);
        assertThat(card.pf(VmdqBlock.VMOLR, VF) & VmdqBlock.VMOLR_LENGTH).isEqualTo(1522);
    }
}
