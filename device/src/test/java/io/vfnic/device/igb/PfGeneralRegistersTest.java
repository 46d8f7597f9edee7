package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The PF's registers: general (82576 facts, 2.1)")
final class PfGeneralRegistersTest {
    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("No implemented register reads all ones, which igb takes for a removed device")
    void neverAllOnes() {
        assertThat(card.igb.pfRead(0x0000)).isEqualTo(0x00100209);
        assertThat(card.igb.pfRead(0x0008)).isEqualTo(0x80080481);
    }

    @Test
    @DisplayName("STATUS.GIO_MASTER_EN drops when CTRL asks for it")
    void masterDisable() {
        write(0x0000, 1 << 2);

        assertThat(read(0x0008) & 1 << 19).isZero();
    }

    @Test
    @DisplayName("CTRL.SLU brings the link up where a cable is plugged, raises LSC, and a reset takes it down")
    void link() {
        card.igb.attachPhy();
        card.igb.cable(true);
        assertThat(read(0x0008) & 2).isZero();

        write(0x0000, 1 << 6);
        assertThat(read(0x0008) & 2).isEqualTo(2);
        assertThat(read(0x00C0) & 4).isEqualTo(4);

        write(0x0000, 1 << 26);
        assertThat(read(0x0008) & 2).isZero();
    }

    @ParameterizedTest(name = "0x{0} under mask {1}")
    @CsvSource({"28,FFFFFFFF", "2C,FFFF", "30,FFFF", "38,FFFFFFFF", "2168,FFF0", "170,FFFF", "410,3FFFFFFF",
        "2800,FFFFFF80", "2804,FFFFFFFF", "2808,FFFF0", "C100,FFFFFF80", "C3C8,FFFF0", "3800,FFFFFF80",
        "E3C0,FFFFFF80", "E108,FFFF0", "5400,FFFFFFFF", "5404,83FFFFFF", "547C,83FFFFFF", "551C,83FFFFFF",
        "53FC,FFFFFFFF", "100,04CFB0FE", "400,FFFFFFFF", "2818,FFFF", "C118,FFFF"})
    @DisplayName("keeps what ethtool's register test writes")
    void patterns(String offset, String mask) {
        final int at = Integer.parseInt(offset, 16);
        final int bits = Integer.parseUnsignedInt(mask, 16);
        for (int pattern : new int[] {0x5A5A5A5A, 0xA5A5A5A5, 0, -1}) {
            write(at, pattern);
            assertThat(read(at) & bits).isEqualTo(pattern & bits);
        }
    }

    @ParameterizedTest(name = "0x{0} is 0x{1}")
    @CsvSource({"40,5400", "200,5200", "600,5600", "C0,1500", "C8,1504", "D0,1508", "E0,1510", "2800,C000",
        "2B18,C0D8", "3938,E078", "4,0"})
    @DisplayName("reaches one state at both of a register's addresses")
    void aliases(String alias, String offset) {
        final Register one = RegisterMaps.PF.at(Integer.parseInt(alias, 16));
        final Register other = RegisterMaps.PF.at(Integer.parseInt(offset, 16));

        assertThat(one.name()).isEqualTo(other.name());
        if (one.access() == Access.READ_WRITE) {
            write(Integer.parseInt(alias, 16), 0x80);
            assertThat(read(Integer.parseInt(offset, 16))).isEqualTo(read(Integer.parseInt(alias, 16)));
        }
    }

    static Stream<Register> registers() {
        final List<String> kept =
            List.of("RXPBS", "TXPBS", "EITR", "CTRL", "RAL", "RAH", "SWSM", "EECD", "MDIC", "STATUS");
        return RegisterMaps.PF.registers().stream()
            .filter(register -> register.access() == Access.READ_WRITE && !kept.contains(register.name()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("registers")
    @DisplayName("A stored register has its reset value again after CTRL.RST")
    void resetValue(Register register) {
        final int last = register.offset(register.count() - 1);
        final int before = read(last);
        write(last, 0x00800080);

        write(0x0000, 1 << 26);

        assertThat(read(last)).isEqualTo(before);
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
