package io.vfnic.device.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.igb.RegisterMaps;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.Watch;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The numbers of the 82576 in words")
final class DecoderTest {
    private final RegisterDecoder registers = new RegisterDecoder();

    @Test
    @DisplayName("A register: its name, its block, its fields by name, and bits that have none")
    void register() {
        DecodedRegister ctrl = registers.decode(Watch.PF, 0x0000, 0x0400_0241 | 1 << 29);

        assertThat(ctrl.name()).isEqualTo("CTRL");
        assertThat(ctrl.block()).isEqualTo("general");
        assertThat(shown(ctrl.fields())).isEqualTo("FD=1 SLU=1 SPD=2 RST=1 other=536870912");
    }

    @Test
    @DisplayName("One of an array, and at an alias: the array's name with its number, at the place where the " +
        "datasheet has it")
    void array() {
        DecodedRegister tail = registers.decode(0, 0x2918, 5);

        assertThat(tail.name()).isEqualTo("RDT[1]");
        assertThat(tail.register()).isEqualTo("RDT");
        assertThat(tail.block()).isEqualTo("receive");
        assertThat(registers.decode(Watch.PF, 0x2818, 5).name()).isEqualTo("RDT[0]");
        assertThat(registers.decode(Watch.PF, 0x2818, 5).offset()).isEqualTo(0xC018);
    }

    @Test
    @DisplayName("Where no register is: what is around")
    void undeclared() {
        DecodedRegister nothing = registers.decode(3, 0x0F00, 9);

        assertThat(nothing.name()).isEmpty();
        assertThat(nothing.block()).isEqualTo("undeclared");
        assertThat(nothing.title()).isEqualTo("general and mailbox");
        assertThat(nothing.offset()).isEqualTo(0x0F00);
    }

    @Test
    @DisplayName("Every register of PF and VF is in a block, and every block has a bit of its own")
    void blocks() {
        RegisterMaps.PF.registers().forEach(register ->
            assertThat(registers.decode(register, 0, 0).block()).as(register.toString()).isNotNull());
        RegisterMaps.VF.registers().forEach(register ->
            assertThat(registers.decode(register, 0, 0).block()).as(register.toString()).isNotNull());
        List<Integer> bits = RegisterDecoder.blockNames().stream().map(RegisterDecoder::blockBit).toList();
        assertThat(bits).doesNotHaveDuplicates().doesNotContain(0, RegisterDecoder.blockBit("undeclared"));
        assertThat(RegisterDecoder.blockBit("nonsense")).isZero();
    }

    @Test
    @DisplayName("igbvf's messages and the PF's answers, with what they ask for and the dwords that belong to them")
    void messages() {
        assertThat(message(false, 0x01, 99, 99)).isEqualTo("VF_RESET [] () 1");
        assertThat(message(true, 0x8000_0001, 0xAA1502C2, 0x0000_01BB)).isEqualTo(
            "VF_RESET [ACK] (c2:02:15:aa:bb:01) 3");
        assertThat(message(false, 0x02, 0xAA1502C2, 0x0000_01BB, 7))
            .isEqualTo("VF_SET_MAC_ADDR [] (c2:02:15:aa:bb:01) 3");
        assertThat(message(false, 0x02 | 2 << 16, 0xAA1502C2, 0x0000_01BB)).isEqualTo(
            "VF_SET_MAC_ADDR [] (add c2:02:15:aa:bb:01) 3");
        assertThat(message(false, 0x02 | 1 << 16, 0, 0)).isEqualTo("VF_SET_MAC_ADDR [] (drop additional addresses) 3");
        assertThat(message(false, 0x03 | 3 << 16, 0x0123_0456, 0x0789, 8)).isEqualTo(
            "VF_SET_MULTICAST [] (3 hashes: 0x456 0x123 0x789) 3");
        assertThat(message(false, 0x04 | 1 << 16, 7)).isEqualTo("VF_SET_VLAN [] (join 7) 2");
        assertThat(message(false, 0x04, 7)).isEqualTo("VF_SET_VLAN [] (leave 7) 2");
        assertThat(message(false, 0x05, 1522)).isEqualTo("VF_SET_LPE [] (1522 bytes) 2");
        assertThat(message(false, 0x06 | 2 << 16)).isEqualTo("VF_SET_PROMISC [] (multicast) 1");
        assertThat(message(false, 0x06)).isEqualTo("VF_SET_PROMISC [] (none) 1");
        assertThat(message(true, 0x6000_0005, 1522)).isEqualTo("VF_SET_LPE [NACK, CTS] () 1");
        assertThat(message(true, 0x2000_0100)).isEqualTo("PF_CONTROL_MSG [CTS] (look at the link) 1");
        assertThat(message(true, 0x100)).isEqualTo("PF_CONTROL_MSG [] (reset yourself) 1");
        assertThat(message(true, 0x4000_0000)).isEqualTo("NACK [NACK] (reset yourself) 1");
        assertThat(message(false, 0x7777, 1, 2, 0, 0)).isEqualTo("UNKNOWN [] () 3");
    }

    @Test
    @DisplayName("A message that a hostile guest has made: no more dwords than there are")
    void hostileMessage() {
        int[] words = new int[16];
        words[0] = 0x03 | 0xFF << 16;

        assertThat(MessageDecoder.decode(false, words).words()).hasSize(16);
        assertThat(MessageDecoder.decode(false, words).detail()).startsWith("255 hashes: 0x000");
    }

    @Test
    @DisplayName("Transmit descriptors: advanced data, advanced context, legacy")
    void transmitDescriptors() {
        assertThat(descriptor(DescriptorDecoder.transmit(0x1_2345_6780L,
            (1514L << 14 | 1 << 9 | 1) << 32 | (1 << 24 | 1 << 25 | 1 << 27 | 1 << 29 | 3 << 20 | 1514))))
            .isEqualTo("data ADDR=4886718336 DTALEN=1514 DTYP=3 EOP=1 IFCS=1 RS=1 DEXT=1 DD=1 TXSM=1 PAYLEN=1514");
        assertThat(descriptor(DescriptorDecoder.transmit(7L << 16 | 14 << 9 | 20,
            (1448L << 16 | 32 << 8 | 1 << 4) << 32 | (1 << 29 | 2 << 20 | 1 << 11 | 1 << 10))))
            .isEqualTo("context IPLEN=20 MACLEN=14 VLAN=7 IPV4=1 L4T=1 DTYP=2 DEXT=1 IDX=1 L4LEN=32 MSS=1448");
        assertThat(descriptor(DescriptorDecoder.transmit(0x1000, (5L << 16 | 14 << 8) << 32 | (1 << 24 | 60))))
            .isEqualTo("legacy ADDR=4096 LENGTH=60 EOP=1 CSS=14 VLAN=5");
    }

    @Test
    @DisplayName("Receive descriptors: as given by the driver, and as written back")
    void receiveDescriptors() {
        assertThat(descriptor(DescriptorDecoder.receive(false, false, 0x2000, 0x3000)))
            .isEqualTo("advanced ADDR=8192 HDRADDR=12288");
        assertThat(descriptor(DescriptorDecoder.receive(true, false, 0xCAFEL << 32 | 0x11 << 4 | 1,
            (7L << 16 | 98) << 32 | (1 << 18 | 1 << 5 | 3))))
            .isEqualTo("advanced RSSTYPE=1 PKTTYPE=17 RSSHASH=51966 DD=1 EOP=1 L4CS=1 LB=1 PKTLEN=98 VLAN=7");
        assertThat(descriptor(DescriptorDecoder.receive(true, true, 0x2000, (7L << 16 | 1 << 15 | 3) << 32 | 98)))
            .isEqualTo("legacy ADDR=8192 LENGTH=98 DD=1 EOP=1 RXE=1 VLAN=7");
        assertThat(descriptor(DescriptorDecoder.receive(false, true, 0x2000, 0))).isEqualTo("legacy ADDR=8192");
    }

    @Test
    @DisplayName("What became of a frame")
    void verdicts() {
        assertThat(VerdictDecoder.decode(Verdict.RECEIVED)).isEqualTo("delivered");
        assertThat(VerdictDecoder.decode(1 << 1 | 1 << Watch.UPLINK | 1 << Watch.PF)).isEqualTo("to vf1, pf, uplink");
        assertThat(VerdictDecoder.decode(Verdict.NO_DESCRIPTOR)).isEqualTo("dropped: no free receive descriptor");
        assertThat(VerdictDecoder.decode(Verdict.UPLINK_FULL)).isEqualTo("dropped: uplink full");
        assertThat(VerdictDecoder.decode(Verdict.UPLINK_DOWN)).isEqualTo("dropped: uplink's link down");
        assertThat(VerdictDecoder.decode(Verdict.UPLINK_REFUSED)).isEqualTo("dropped: refused by the uplink");
        for (int reason = Verdict.LAST; reason < 0; reason++) {
            assertThat(Verdict.isDropped(reason)).isTrue();
            assertThat(VerdictDecoder.decode(reason)).matches("dropped: .+|delivered with an error: .+");
        }
    }

    private static String message(boolean fromPf, int... words) {
        MessageDecoder.DecodedMessage message = MessageDecoder.decode(fromPf, words);
        return message.name() + " " + message.flags() + " (" + message.detail() + ") " + message.words().size();
    }

    private static String descriptor(DescriptorDecoder.DecodedDescriptor descriptor) {
        return descriptor.format() + " " + shown(descriptor.fields());
    }

    private static String shown(List<FieldValue> fields) {
        return fields.stream().filter(field -> field.value() != 0).map(field -> field.name() + "=" + field.value())
            .collect(Collectors.joining(" "));
    }
}
