package io.vfnic.device.pf;

import io.vfnic.device.igb.FilterBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;
import io.vfnic.device.igb.VmdqBlock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("What VFs ask for by mailbox, and get (82576 facts, section 6)")
class MailboxRequestsTest {
    private static final int GRANTED = 0xA0000000;
    private static final int REFUSED = 0x60000000;
    private static final int ADD = 1 << 16;
    private static final MacAddress OTHER = MacAddress.parse("02:11:22:33:44:55");

    private final TestCard card = new TestCard();
    private final HeadlessPf pf = new HeadlessPf(card.igb, 3, 1);
    private final VfDriver vf0 = new VfDriver(card, 0);
    private final VfDriver vf1 = new VfDriver(card, 1);

    @BeforeEach
    void start() {
        pf.start();
        vf0.reset();
        vf1.reset();
    }

    @Test
    @DisplayName("Before VF_RESET everything is refused, without CTS")
    void beforeReset() {
        VfDriver vf2 = new VfDriver(card, 2);
        vf2.softwareReset();

        assertThat(vf2.request(MailboxMessage.SET_LPE, 9018)).isEqualTo(0x40000005);
        assertThat(card.pf(VmdqBlock.VMOLR, 2) & VmdqBlock.VMOLR_LENGTH).isEqualTo(1522);
    }

    @Test
    @DisplayName("Unknown requests are refused, with CTS")
    void unknown() {
        assertThat(vf0.request(0x42)).isEqualTo(0x60000042);
        assertThat(vf0.request(0)).isEqualTo(0x60000000);
        assertThat(vf0.request(MailboxMessage.VF_RESET | 1 << 16)).as("VF_RESET with info").isEqualTo(0x60010001);
    }

    @Test
    @DisplayName("A message that is the PF's own answer, rung again, is not answered")
    void ownAnswer() {
        vf0.send(0xA0000005);

        assertThat(vf0.take(MailboxBlock.V2P_PFSTS)).isFalse();
    }

    @Test
    @DisplayName("SET_MAC replaces the VF's entry 23 - n; a group's or zero address is refused")
    void setMac() {
        assertThat(vf1.request(MailboxMessage.SET_MAC, OTHER.low(), OTHER.high())).isEqualTo(GRANTED | 2);
        assertThat(card.switchRegisters().ral()[22]).isEqualTo(OTHER.low());
        assertThat(card.switchRegisters().rah()[22]).isEqualTo(OTHER.high() | 1 << 19 | 1 << 31);

        assertThat(vf1.request(MailboxMessage.SET_MAC, 0x0000_0001, 0)).isEqualTo(REFUSED | 2);
        assertThat(vf1.request(MailboxMessage.SET_MAC, 0, 0)).isEqualTo(REFUSED | 2);
        assertThat(card.switchRegisters().ral()[22]).isEqualTo(OTHER.low());
    }

    @Test
    @DisplayName("An untrusted VF cannot take the address of another VF, in use or assigned; a trusted one can")
    void addressOfAnother() {
        VfDriver vf2 = new VfDriver(card, 2);
        vf2.reset();
        MacAddress own = pf.assignedMac(0);
        vf0.request(MailboxMessage.SET_MAC, OTHER.low(), OTHER.high());

        assertThat(vf1.request(MailboxMessage.SET_MAC, OTHER.low(), OTHER.high())).isEqualTo(REFUSED | 2);
        assertThat(vf1.request(MailboxMessage.SET_MAC, own.low(), own.high())).isEqualTo(REFUSED | 2);
        assertThat(vf1.request(MailboxMessage.SET_MAC | 2 << 16, OTHER.low(), OTHER.high()))
            .isEqualTo(REFUSED | 2 << 16 | 2);

        pf.policy(1, VfPolicy.DEFAULT.withTrusted(true));
        assertThat(vf1.request(MailboxMessage.SET_MAC, OTHER.low(), OTHER.high())).isEqualTo(GRANTED | 2);
    }

    @Test
    @DisplayName("Additional addresses take free entries, three a VF; info 1 drops them all")
    void additionalAddresses() {
        for (int i = 1; i <= 3; i++) {
            assertThat(addFilter(vf1, 0x02_00_00_00_00_00L + i)).isEqualTo(GRANTED | 2 << 16 | 2);
        }
        assertThat(addFilter(vf1, 0x02_00_00_00_00_03L)).as("again").isEqualTo(GRANTED | 2 << 16 | 2);
        assertThat(addFilter(vf1, 0x02_00_00_00_00_04L)).as("a fourth").isEqualTo(REFUSED | 2 << 16 | 2);
        assertThat(entriesOf(1)).isEqualTo(4);

        assertThat(vf1.request(MailboxMessage.SET_MAC | ADD, 0, 0)).isEqualTo(GRANTED | ADD | 2);
        assertThat(entriesOf(1)).isEqualTo(1);
        assertThat(entriesOf(0)).isEqualTo(1);
    }

    @Test
    @DisplayName("SET_MULTICAST: two hashes a dword, into MTA; the table is the union of all VFs'")
    void multicast() {
        assertThat(vf0.request(MailboxMessage.SET_MULTICAST | 3 << 16, 0x0FFF_0021, 0x0000_0021))
            .isEqualTo(GRANTED | 3 << 16 | 3);
        vf1.request(MailboxMessage.SET_MULTICAST | 1 << 16, 0x0020);

        assertThat(card.switchRegisters().mta()[1]).isEqualTo(0b11);
        assertThat(card.switchRegisters().mta()[127]).isEqualTo(1 << 31);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.VMOLR_MULTICAST_HASH).isNotZero();

        vf0.request(MailboxMessage.SET_MULTICAST);

        assertThat(card.switchRegisters().mta()[1]).isEqualTo(0b01);
        assertThat(card.switchRegisters().mta()[127]).isZero();
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.VMOLR_MULTICAST_HASH).isZero();
        assertThat(card.pf(VmdqBlock.VMOLR, 1) & VmdqBlock.VMOLR_MULTICAST_HASH).isNotZero();
    }

    @Test
    @DisplayName("Thirty hashes fill a message; more addresses mean every multicast (count above 30, or its top bit)")
    void allMulticast() {
        int[] thirty = new int[16];
        Arrays.fill(thirty, 0x0100_0100);
        thirty[0] = MailboxMessage.SET_MULTICAST | 30 << 16;
        vf0.request(thirty);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x12000000).isEqualTo(VmdqBlock.VMOLR_MULTICAST_HASH);

        for (int count : new int[] {31, 0x80 | 30, 255}) {
            thirty[0] = MailboxMessage.SET_MULTICAST | count << 16;
            vf0.request(thirty);
            assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x12000000).isEqualTo(VmdqBlock.VMOLR_ALL_MULTICAST);
            vf0.request(MailboxMessage.SET_MULTICAST);
            assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x12000000).isZero();
        }
    }

    @Test
    @DisplayName("SET_VLAN: VLVF and VFTA while a VF is in it; tags are stripped while the VF is in any but 0")
    void vlan() {
        assertThat(vf0.request(MailboxMessage.SET_VLAN | ADD, 100)).isEqualTo(GRANTED | ADD | 4);
        vf1.request(MailboxMessage.SET_VLAN | ADD, 100);

        int entry = vlanEntry(100);
        assertThat(card.pf(VmdqBlock.VLVF, entry)).isEqualTo(0x80003000 | 100);
        assertThat(card.pf(FilterBlock.VFTA, 3)).isEqualTo(1 << 4);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.STRIP_VLAN).isNotZero();

        vf0.request(MailboxMessage.SET_VLAN, 100);
        assertThat(card.pf(VmdqBlock.VLVF, entry)).isEqualTo(0x80002000 | 100);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.STRIP_VLAN).isZero();

        vf1.request(MailboxMessage.SET_VLAN, 100);
        assertThat(card.pf(VmdqBlock.VLVF, entry)).isZero();
        assertThat(card.pf(FilterBlock.VFTA, 3)).isZero();
    }

    @Test
    @DisplayName("VLAN 0 is never removed, and adding it does not end stripping")
    void vlanZero() {
        vf0.request(MailboxMessage.SET_VLAN | ADD, 5);
        assertThat(vf0.request(MailboxMessage.SET_VLAN | ADD, 0)).isEqualTo(GRANTED | ADD | 4);
        assertThat(vf0.request(MailboxMessage.SET_VLAN, 0)).isEqualTo(GRANTED | 4);

        assertThat(card.pf(VmdqBlock.VLVF, 0) >>> 12 & 1).isEqualTo(1);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.STRIP_VLAN).isNotZero();
    }

    @Test
    @DisplayName("The table holds 31 VLANs beside 0; the next is refused, one that is there is not")
    void vlanTableFull() {
        for (int vlan = 1; vlan <= 31; vlan++) {
            assertThat(vf0.request(MailboxMessage.SET_VLAN | ADD, vlan)).isEqualTo(GRANTED | ADD | 4);
        }

        assertThat(vf0.request(MailboxMessage.SET_VLAN | ADD, 32)).isEqualTo(REFUSED | ADD | 4);
        assertThat(vf1.request(MailboxMessage.SET_VLAN | ADD, 31)).isEqualTo(GRANTED | ADD | 4);
        vf0.request(MailboxMessage.SET_VLAN, 7);
        assertThat(vf1.request(MailboxMessage.SET_VLAN | ADD, 32)).isEqualTo(GRANTED | ADD | 4);
    }

    @Test
    @DisplayName("SET_LPE sets the longest frame that the pool receives, 64 to 9,728 bytes")
    void longestFrame() {
        assertThat(vf0.request(MailboxMessage.SET_LPE, 9018)).isEqualTo(GRANTED | 5);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x13FFF).isEqualTo(0x10000 | 9018);

        assertThat(vf0.request(MailboxMessage.SET_LPE, 9729)).isEqualTo(REFUSED | 5);
        assertThat(vf0.request(MailboxMessage.SET_LPE, 63)).isEqualTo(REFUSED | 5);
        assertThat(vf0.request(MailboxMessage.SET_LPE, -1)).isEqualTo(REFUSED | 5);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.VMOLR_LENGTH).isEqualTo(9018);
        assertThat(vf0.request(MailboxMessage.SET_LPE, 9728)).isEqualTo(GRANTED | 5);
    }

    @Test
    @DisplayName("SET_PROMISC: multicast for everyone; unicast for the trusted, the others are refused")
    void promiscuous() {
        assertThat(vf0.request(MailboxMessage.SET_PROMISC | 2 << 16)).isEqualTo(GRANTED | 2 << 16 | 6);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.VMOLR_ALL_MULTICAST).isNotZero();

        assertThat(vf0.request(MailboxMessage.SET_PROMISC | 3 << 16)).isEqualTo(REFUSED | 3 << 16 | 6);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & VmdqBlock.VMOLR_UNICAST_HASH).isZero();
        assertThat(card.switchRegisters().uta()).containsOnly(0);

        pf.policy(0, VfPolicy.DEFAULT.withTrusted(true));
        assertThat(vf0.request(MailboxMessage.SET_PROMISC | 1 << 16)).isEqualTo(GRANTED | 1 << 16 | 6);
        assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x14000000).isEqualTo(VmdqBlock.VMOLR_UNICAST_HASH);
        assertThat(card.switchRegisters().uta()).containsOnly(-1);

        assertThat(vf0.request(MailboxMessage.SET_PROMISC)).isEqualTo(GRANTED | 6);
        assertThat(card.switchRegisters().uta()).containsOnly(0);
    }

    @Test
    @DisplayName("Leaving multicast promiscuity brings the hashes back that were asked for before")
    void hashesComeBack() {
        vf0.request(MailboxMessage.SET_MULTICAST | 1 << 16, 0x0020);
        vf0.request(MailboxMessage.SET_PROMISC | 2 << 16);
        vf0.request(MailboxMessage.SET_PROMISC);

        assertThat(card.pf(VmdqBlock.VMOLR, 0) & 0x12000000).isEqualTo(VmdqBlock.VMOLR_MULTICAST_HASH);
        assertThat(card.switchRegisters().mta()[1]).isEqualTo(1);
    }

    @Test
    @DisplayName("A VF that rings without letting go of the mailbox loses its clearance and gets no answer")
    void ringsWithLock() {
        vf0.lock();
        vf0.fill(MailboxMessage.SET_LPE, 9018);
        card.write(0, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_VFU | MailboxBlock.V2P_REQ);

        assertThat(vf0.take(MailboxBlock.V2P_PFACK)).isFalse();
        assertThat(vf0.request(MailboxMessage.SET_LPE, 9018)).isEqualTo(0x40000005);
        assertThat(vf0.reset()).isEqualTo(pf.assignedMac(0));
    }

    private int addFilter(VfDriver driver, long address) {
        MacAddress mac = new MacAddress(address);
        return driver.request(MailboxMessage.SET_MAC | 2 << 16, mac.low(), mac.high());
    }

    private long entriesOf(int vf) {
        return Arrays.stream(card.switchRegisters().rah()).filter(rah -> (rah >>> 18 & 1 << vf) != 0).count();
    }

    private int vlanEntry(int vlan) {
        for (int entry = 1; entry < 32; entry++) {
            if ((card.pf(VmdqBlock.VLVF, entry) & 0x80000FFF) == (0x80000000 | vlan)) {
                return entry;
            }
        }
        throw new AssertionError("VLAN " + vlan + " has no entry");
    }
}
