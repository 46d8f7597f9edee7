package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.vswitch.SwitchTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Without VMDq the port is one receiver (82576 facts, 5: outside VMDq)")
final class PortFilterTest {
    private static final int RCTL_EN = 1 << 1;
    private static final int RCTL_UPE = 1 << 3;
    private static final int RCTL_MPE = 1 << 4;
    private static final int RCTL_LPE = 1 << 5;
    private static final int RCTL_BAM = 1 << 15;
    private static final int RCTL_VFE = 1 << 18;
    private static final int WHOLE_PORT = 1;
    private static final long MINE = TestSwitch.macOf(0);
    private static final long OTHER = 0x0200_0000_0077L;
    private static final long MULTICAST = 0x0100_5E00_0001L;

    private final TestSwitch registers = new TestSwitch(0);

    @BeforeEach
    void plainPort() {
        registers.mrqc = 0;
        registers.rctl = RCTL_EN;
        registers.address(0, MINE, 0);
    }

    @Test
    @DisplayName("A frame for a receive address is accepted whatever the address's pools, another is not")
    void exact() {
        assertThat(table().routeFromUplink(MINE, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
        assertThat(table().routeFromUplink(OTHER, SwitchTable.UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("Nothing is accepted while RCTL.EN is 0")
    void disabled() {
        registers.rctl = RCTL_UPE | RCTL_MPE | RCTL_BAM;

        assertThat(table().routeFromUplink(MINE, SwitchTable.UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("UPE accepts every unicast and no multicast; MPE every multicast and no unicast of others")
    void promiscuous() {
        registers.rctl = RCTL_EN | RCTL_UPE;
        assertThat(table().routeFromUplink(OTHER, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
        assertThat(table().routeFromUplink(MULTICAST, SwitchTable.UNTAGGED)).isZero();

        registers.rctl = RCTL_EN | RCTL_MPE;
        assertThat(table().routeFromUplink(OTHER, SwitchTable.UNTAGGED)).isZero();
        assertThat(table().routeFromUplink(MULTICAST, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
    }

    @Test
    @DisplayName("BAM accepts broadcasts, the multicast table its multicasts")
    void groups() {
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, SwitchTable.UNTAGGED)).isZero();
        registers.rctl = RCTL_EN | RCTL_BAM;
        assertThat(table().routeFromUplink(SwitchTable.BROADCAST, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);

        // Bytes 5 and 6 are 00h and 01h: hash 010h, dword 0, bit 16.
        registers.mta[0] = 1 << 16;
        assertThat(table().routeFromUplink(MULTICAST, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
        assertThat(table().routeFromUplink(MULTICAST + 1, SwitchTable.UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("The unicast table accepts its unicasts")
    void unicastTable() {
        // Bytes 5 and 6 are 00h and 77h: hash 770h, dword 3Bh, bit 16.
        registers.uta[0x3B] = 1 << 16;

        assertThat(table().routeFromUplink(OTHER, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
        assertThat(table().routeFromUplink(OTHER + 1, SwitchTable.UNTAGGED)).isZero();
        assertThat(table().routeFromUplink(MULTICAST, SwitchTable.UNTAGGED)).isZero();
    }

    @Test
    @DisplayName("With RCTL.VFE a tagged frame must be in the VLAN table, without it and untagged it need not")
    void vlans() {
        registers.vfta[0] = 1 << 5;
        assertThat(table().routeFromUplink(MINE, 6)).isEqualTo(WHOLE_PORT);

        registers.rctl |= RCTL_VFE;
        assertThat(table().routeFromUplink(MINE, 5)).isEqualTo(WHOLE_PORT);
        assertThat(table().routeFromUplink(MINE, 6)).isZero();
        assertThat(table().routeFromUplink(MINE, SwitchTable.UNTAGGED)).isEqualTo(WHOLE_PORT);
    }

    @Test
    @DisplayName("Frames are at most 1,518 bytes with CRC, 4 more with a tag; RLPML where RCTL.LPE is set")
    void lengths() {
        assertThat(table().isOversize(0, 1514, false)).isFalse();
        assertThat(table().isOversize(0, 1515, false)).isTrue();
        assertThat(table().isOversize(0, 1518, true)).isFalse();

        registers.rctl |= RCTL_LPE;

        assertThat(table().isOversize(0, 0x2600 - 4, false)).isFalse();
        assertThat(table().isOversize(0, 0x2600 - 3, false)).isTrue();
    }

    @Test
    @DisplayName("RSS spreads over sixteen queues by the whole RETA entry; what it does not hash goes to the default " +
        "queue")
    void queues() {
        registers.mrqc = 2 | 3 << 3;
        registers.reta[0] = 0x0F0A0501;

        assertThat(table().queueOf(0, 1, 0)).isEqualTo(1);
        assertThat(table().queueOf(0, 1, 1)).isEqualTo(5);
        assertThat(table().queueOf(0, 1, 0x80 | 2)).isEqualTo(10);
        assertThat(table().queueOf(0, 1, 3)).isEqualTo(15);
        assertThat(table().queueOf(0, 0, 3)).isEqualTo(3);
    }

    @Test
    @DisplayName("What the port sends goes to the wire only, and only while TCTL.EN is set")
    void transmit() {
        assertThat(table().routeFromPool(0, MINE, SwitchTable.UNTAGGED)).isEqualTo(SwitchTable.UPLINK);
        assertThat(table().maySend(0)).isTrue();

        registers.tctl = 0;

        assertThat(table().maySend(0)).isFalse();
    }

    @Test
    @DisplayName("Every pool is the PF's without VMDq; with it those from the number of VFs on are")
    void owners() {
        assertThat(table().isVf(0)).isFalse();

        registers.mrqc = 3;
        registers.vfs = 2;

        assertThat(table().isVf(1)).isTrue();
        assertThat(table().isVf(2)).isFalse();
    }

    private SwitchTable table() {
        return new SwitchTable(registers.registers());
    }
}
