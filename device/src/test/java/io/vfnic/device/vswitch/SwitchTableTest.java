package io.vfnic.device.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.TestSwitch;
import io.vfnic.device.frame.MulticastHash;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteOrder;
import java.util.Random;

/** The switch's decisions apart from the engine (82576 facts, section 5). */
class SwitchTableTest {
    private static final int WIRE = SwitchTable.UPLINK;
    private static final int UNTAGGED = SwitchTable.UNTAGGED;
    private static final long UNKNOWN = 0x0200_0000_0099L;

    private final TestSwitch registers = new TestSwitch(4);

    private SwitchTable table() {
        return new SwitchTable(registers.registers());
    }

    @Test
    @DisplayName("RAL and RAH hold an address with its first byte lowest")
    void addressOf() {
        assertThat(SwitchTable.addressOf(0x33221102, 0x80005544)).isEqualTo(0x021122334455L);
        assertThat(SwitchTable.addressOf(0xFFFFFFFE, 0x8000FFFF)).isEqualTo(0xFEFFFFFFFFFFL);
    }

    @Test
    @DisplayName("A pool's frame goes to the wire when no enabled pool has its address exactly, and always "
        + "as a group's")
    void wire() {
        assertThat(table().routeFromPool(0, TestSwitch.macOf(1), UNTAGGED)).isEqualTo(1 << 1);
        assertThat(table().routeFromPool(0, UNKNOWN, UNTAGGED)).isEqualTo(WIRE);
        assertThat(table().routeFromPool(0, SwitchTable.BROADCAST, UNTAGGED)).isEqualTo(WIRE | 0b1110);

        registers.vfre &= ~(1 << 1);

        assertThat(table().routeFromPool(0, TestSwitch.macOf(1), UNTAGGED)).isEqualTo(WIRE);
    }

    @Test
    @DisplayName("From the wire: exact matches, broadcast to all, and what is left of unicast to the "
        + "default pool if there is one")
    void fromWire() {
        assertThat(table().routeFromUplink(TestSwitch.macOf(2), UNTAGGED)).isEqualTo(1 << 2);
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, UNTAGGED)).isEqualTo(0b1111);
        assertThat(table().routeFromUplink(UNKNOWN, UNTAGGED)).isZero();

        registers.vtCtl = TestSwitch.VT_CTL_REPLICATION | 3 << 7;

        assertThat(table().routeFromUplink(UNKNOWN, UNTAGGED)).isEqualTo(1 << 3);
        assertThat(table().routeFromUplink(0x0100_5E00_0001L, UNTAGGED)).isZero();
        registers.vfre &= ~(1 << 3);
        assertThat(table().routeFromUplink(UNKNOWN, UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("An address of several pools reaches all of them")
    void sharedAddress() {
        registers.address(0, UNKNOWN, 0b0011);
        registers.address(1, UNKNOWN, 0b0100);

        assertThat(table().routeFromUplink(UNKNOWN, UNTAGGED)).isEqualTo(0b0111);
    }

    @Test
    @DisplayName("A register without AV or without a pool matches nothing")
    void invalidEntries() {
        registers.address(0, UNKNOWN, 1);
        registers.rah[0] &= ~(1 << 31);
        registers.address(1, UNKNOWN, 0);

        assertThat(table().routeFromUplink(UNKNOWN, UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("All 24 registers are told apart, whatever their addresses")
    void manyAddresses() {
        final Random random = new Random(24);
        for (int round = 0; round < 500; round++) {
            final long[] macs = new long[24];
            for (int i = 0; i < 24; i++) {
                macs[i] = random.nextLong() & 0xFEFF_FFFF_FFFFL;
                registers.address(i, macs[i], 1 << i % 4);
            }
            final SwitchTable table = table();
            for (int i = 0; i < 24; i++) {
                assertThat(table.routeFromUplink(macs[i], UNTAGGED)).isEqualTo(1 << i % 4);
                assertThat(table.routeFromUplink(macs[i] ^ 1L << 41, UNTAGGED)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @DisplayName("The multicast and unicast tables are asked with the hash that RCTL.MO selects")
    void hash(int multicastOffset) {
        registers.rctl |= multicastOffset << 12;
        registers.vmolr[1] |= TestSwitch.VMOLR_ROMPE;
        registers.vmolr[2] |= TestSwitch.VMOLR_ROPE;
        final Random random = new Random(multicastOffset);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[8]);
        for (int i = 0; i < 200; i++) {
            final long address = random.nextLong() & 0xFFFF_FFFF_FFFFL;
            bytes.putLong(0, address << 16, ByteOrder.BIG_ENDIAN);
            final int hash = MulticastHash.of(bytes, 0, multicastOffset);
            final boolean group = (address >>> 40 & 1) != 0;
            (group ? registers.mta : registers.uta)[hash >>> 5] = 1 << (hash & 31);

            assertThat(table().routeFromUplink(address, UNTAGGED)).isEqualTo(group ? 1 << 1 : 1 << 2);

            (group ? registers.mta : registers.uta)[hash >>> 5] = ~(1 << (hash & 31));
            assertThat(table().routeFromUplink(address, UNTAGGED)).isZero();
            (group ? registers.mta : registers.uta)[hash >>> 5] = 0;
        }
    }

    @Test
    @DisplayName("VLANs: members of an enabled entry whose VFTA bit is set; VLAN 0 is not 'untagged'; 4095 "
        + "is a VLAN like others")
    void vlans() {
        registers.vlan(4095, 0b0110);
        registers.vlan(31, 0b0010);

        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, 4095)).isEqualTo(0b0110);
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, 31)).isEqualTo(0b0010);
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, 32)).isZero();
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, 0)).isEqualTo(0b1111);

        registers.vlvf[1] &= ~(1 << 31);
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, 4095)).isZero();
    }

    @Test
    @DisplayName("Anti-spoof: the sender's own address in any register; VLAN only together with MAC")
    void spoof() {
        registers.address(0, UNKNOWN, 1 << 2);
        registers.vlan(9, 1 << 3);

        assertThat(table().spoofed(2, UNKNOWN, UNTAGGED)).isZero();
        assertThat(table().spoofed(1, UNKNOWN, UNTAGGED)).isEqualTo(SpoofReports.ADDRESS);
        assertThat(table().spoofed(3, TestSwitch.macOf(3), 9)).isZero();
        assertThat(table().spoofed(2, TestSwitch.macOf(2), 9)).isEqualTo(SpoofReports.VLAN);

        registers.dtxswc &= ~0xFF;
        assertThat(table().spoofed(2, TestSwitch.macOf(2), 9)).isZero();
        assertThat(table().spoofed(1, UNKNOWN, UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("Silent registers: nobody sends, nobody receives")
    void silent() {
        final SwitchTable silent = new SwitchTable(SwitchRegisters.silent());

        for (int pool = 0; pool < 8; pool++) {
            assertThat(silent.maySend(pool)).isFalse();
        }
        assertThat(silent.routeFromUplink(SwitchTable.BROADCAST, UNTAGGED)).isZero();
        assertThat(silent.routeFromUplink(0, UNTAGGED)).isZero();
    }
}
