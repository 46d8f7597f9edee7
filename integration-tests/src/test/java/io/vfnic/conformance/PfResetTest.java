package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.guest.VfRegisters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What each reset does, as the PF and a VF see it (82576 datasheet, 4.2 and 8.28.1)")
class PfResetTest extends PfRegistersTest {
    private static final int VF = 1;
    private static final int VF_QUEUE = VF;
    private static final int VF_VECTORS = 7 << 22 - 3 * VF;
    private static final int PF_QUEUE = 6;
    private static final int RING = 0x10000;
    private static final int SOME_INTERVAL = 488;
    private static final int PHY_ADVERTISEMENT = 4;

    private VfioUserClient vf;

    @BeforeAll
    void attachVf() throws IOException {
        vf = VfioUserClient.attach(server.socket(VF));
    }

    @AfterAll
    void detachVf() {
        vf.close();
    }

    /** Both functions in use: queues set up, interrupts raised, a message in the mailbox. */
    @BeforeEach
    void useBoth() {
        pf.enableVfs(2);
        pf.write(PfRegisters.CTRL, PfRegisters.CTRL_SET_LINK_UP);
        pf.awaitLink();
        pf.write(PfRegisters.CTRL_EXT, PfRegisters.CTRL_EXT_RESET_DONE);
        pf.write(PfRegisters.VFRE, 0xFF);
        pf.write(PfRegisters.RXPBS, 0x50);
        pf.write(PfRegisters.EITR, SOME_INTERVAL);
        pf.write(PfRegisters.RECEIVE_QUEUE + PF_QUEUE * PfRegisters.QUEUE_STRIDE, RING);
        pf.write(PfRegisters.RAL, 0x12345678);
        pf.write(PfRegisters.EIMS, 1);
        pf.write(PfRegisters.EICS, 1);
        pf.write(PfRegisters.ICS, 4);
        pf.writePhy(PHY_ADVERTISEMENT, 1);
        write(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_BASE_LOW, RING);
        write(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_LENGTH, 1024);
        write(VfRegisters.TRANSMIT_QUEUE + VfRegisters.RING_BASE_LOW, RING);
        write(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_TAIL, 3);
        write(VfRegisters.EITR, SOME_INTERVAL);
        write(VfRegisters.EIMS, 7);
        write(VfRegisters.EIAC, 0);
        write(VfRegisters.VTIVAR, 0x8081);
        write(VfRegisters.VTIVAR_MISC, 0x82);
        write(VfRegisters.VMBMEM, 0x0BADCAFE);
        read(VfRegisters.V2PMAILBOX);
        pf.write(PfRegisters.VFLRE, -1);
        pf.write(VfRegisters.STATUS, 0);
        // Writes are posted, and the VF's own connection overtakes them: a read waits for them.
        pf.read(VfRegisters.STATUS);
    }

    @Test
    @DisplayName("CTRL.RST: all registers of the PF but EITR and packet buffer sizes, address from the NVM, RSTI for " +
        "VFs")
    void softwareReset() {
        pf.write(PfRegisters.CTRL, PfRegisters.CTRL_RESET);

        assertThat(pf.read(PfRegisters.CTRL)).isEqualTo(0x00100209);
        assertThat(pf.read(VfRegisters.STATUS) & VfRegisters.STATUS_LINK_UP).as("without SLU no link").isZero();
        assertThat(pf.read(PfRegisters.RECEIVE_QUEUE + PF_QUEUE * PfRegisters.QUEUE_STRIDE)).isZero();
        assertThat(pf.read(PfRegisters.EIMS)).isZero();
        assertThat(pf.read(PfRegisters.EICS)).isZero();
        assertThat(pf.read(PfRegisters.ICS)).isZero();
        assertThat(pf.read(PfRegisters.RAL)).isEqualTo(pf.readNvm(0) | pf.readNvm(1) << 16);
        assertThat(pf.read(PfRegisters.RAH)).isEqualTo(pf.readNvm(2) | 1 << 31);
        assertThat(read(VfRegisters.V2PMAILBOX)).isEqualTo(VfRegisters.MAILBOX_RESET_IN_PROGRESS);
        assertThat(read(VfRegisters.STATUS) & VfRegisters.STATUS_LINK_UP).isZero();

        assertThat(pf.read(PfRegisters.RXPBS)).isEqualTo(0x50);
        assertThat(pf.read(PfRegisters.EITR)).isEqualTo(SOME_INTERVAL);
        assertThat(pf.readPhy(PHY_ADVERTISEMENT)).isEqualTo(1);
        assertThat(pf.read(VfRegisters.STATUS) & PfRegisters.STATUS_PHY_RESET_ASSERTED).isZero();
        assertThat(pf.read(VfRegisters.STATUS) >> 14 & 0x1F).as("NUM_VFS, IOV: configuration space stays")
            .isEqualTo(2 | 1 << 4);
    }

    @Test
    @DisplayName("CTRL.PHY_RST and the PHY's own reset bit: PHY registers and STATUS.PHYRA, and nothing of the MAC")
    void phyReset() {
        Runnable byMac = () -> pf.write(PfRegisters.CTRL, PfRegisters.CTRL_SET_LINK_UP | PfRegisters.CTRL_PHY_RESET);
        Runnable byPhy = () -> pf.writePhy(PfRegisters.PHY_CONTROL, PfRegisters.PHY_CONTROL_RESET);
        for (Runnable reset : new Runnable[]{byMac, byPhy}) {
            pf.writePhy(PHY_ADVERTISEMENT, 1);
            pf.write(VfRegisters.STATUS, 0);

            reset.run();

            assertThat(pf.readPhy(PHY_ADVERTISEMENT)).isEqualTo(0x0DE1);
            assertThat(pf.read(VfRegisters.STATUS) & PfRegisters.STATUS_PHY_RESET_ASSERTED).isNotZero();
            assertThat(pf.read(PfRegisters.CTRL)).as("PHY_RST clears itself").isEqualTo(PfRegisters.CTRL_SET_LINK_UP);
            pf.awaitLink();
            assertThat(pf.read(PfRegisters.EIMS)).isEqualTo(1 | VF_VECTORS);
        }

        pf.write(VfRegisters.STATUS, PfRegisters.STATUS_PHY_RESET_ASSERTED);
        assertThat(pf.read(VfRegisters.STATUS) & PfRegisters.STATUS_PHY_RESET_ASSERTED).as("1 leaves it").isNotZero();
    }

    @Test
    @DisplayName("VTCTRL.RST: queues stop, interrupts end, the PF is told and must enable the pool again")
    void vfReset() {
        write(VfRegisters.VTCTRL, VfRegisters.VTCTRL_RESET);

        assertInterruptsAndQueuesOfVfAreReset();
        assertThat(read(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_BASE_LOW)).isEqualTo(RING);
        assertThat(read(VfRegisters.EITR)).isEqualTo(SOME_INTERVAL);
        assertThat(read(VfRegisters.VMBMEM)).isEqualTo(0x0BADCAFE);
        assertThat(pf.read(PfRegisters.VFLRE)).isEqualTo(1 << VF);
        assertThat(pf.read(PfRegisters.VFRE)).isEqualTo(0xFF & ~(1 << VF));
        assertThat(pf.read(PfRegisters.ICS) & 1 << 8).as("VMMB").isNotZero();
        assertThat(pf.read(PfRegisters.EIMS)).as("the PF's own vectors").isEqualTo(1);
    }

    @Test
    @DisplayName("The PF resets a VF through its mirror of the VF's registers, and is not told of what it did itself")
    void vfResetByPf() {
        assertThat(pf.read(mirror(VfRegisters.EIMS))).isEqualTo(7);
        pf.read(PfRegisters.ICR);

        writeMirror(VfRegisters.VTCTRL, VfRegisters.VTCTRL_RESET);

        assertInterruptsAndQueuesOfVfAreReset();
        assertThat(pf.read(mirror(VfRegisters.EIMS))).isZero();
        assertThat(pf.read(PfRegisters.VFLRE)).isZero();
        assertThat(pf.read(PfRegisters.ICS) & 1 << 8).as("VMMB").isZero();
    }

    @Test
    @DisplayName("The mirror of a VF's interrupt registers is the VF's own state, not a neighbour's or a disabled VF's")
    void mirror() {
        write(VfRegisters.EICS, 2);

        assertThat(pf.read(mirror(VfRegisters.EICR))).as("and clears").isEqualTo(2);
        assertThat(read(VfRegisters.EICR)).isZero();
        writeMirror(VfRegisters.EIMC, 1);
        assertThat(read(VfRegisters.EIMS)).isEqualTo(6);
        writeMirror(VfRegisters.EIAM, 5);
        assertThat(read(VfRegisters.EIAM)).isEqualTo(5);
        assertThat(pf.read(mirror(VfRegisters.EIAM) + 0x100)).as("VF 2 is not enabled").isZero();
        pf.write(mirror(VfRegisters.EIAM) + 0x100, 7);
        assertThat(pf.read(PfRegisters.EIAM)).isEqualTo(5 << 22 - 3 * VF);
    }

    @Test
    @DisplayName("A VF's function level reset leaves nothing of the last owner")
    void vfFunctionLevelReset() {
        PciConfig config = new PciConfig(vf);
        int control = config.capability(PciConfig.CAPABILITY_PCI_EXPRESS) + PciConfig.DEVICE_CONTROL;

        config.write16(control, config.read16(control) | PciConfig.DEVICE_CONTROL_FUNCTION_LEVEL_RESET);

        assertInterruptsAndQueuesOfVfAreReset();
        assertThat(read(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_BASE_LOW)).isZero();
        assertThat(read(VfRegisters.EITR)).isZero();
        assertThat(read(VfRegisters.VMBMEM)).isZero();
        assertThat(pf.read(PfRegisters.VFLRE)).isEqualTo(1 << VF);
        assertThat(pf.read(PfRegisters.RECEIVE_QUEUE + PF_QUEUE * PfRegisters.QUEUE_STRIDE)).isEqualTo(RING);
    }

    @Test
    @DisplayName("The PF's function level reset is CTRL.RST, PHY, what that keeps, and the end of all VFs")
    void functionLevelReset() {
        pf.resetFunction();

        assertThat(pf.read(PfRegisters.CTRL)).isEqualTo(0x00100209);
        assertThat(pf.read(VfRegisters.STATUS)).as("no VFs, no link, PHY reset").isEqualTo(0x80080481);
        assertThat(pf.read(PfRegisters.RXPBS)).isEqualTo(0x40);
        assertThat(pf.read(PfRegisters.EITR)).isZero();
        assertThat(pf.readPhy(PHY_ADVERTISEMENT)).isEqualTo(0x0DE1);
        assertThat(pf.read(PfRegisters.EIMS)).isZero();
        assertThat(pf.config().read16(PfRegisters.SRIOV_NUM_VFS)).isZero();
        assertThat(read(VfRegisters.V2PMAILBOX)).as("a disabled VF shows a PF in reset")
            .isEqualTo(VfRegisters.MAILBOX_RESET_IN_PROGRESS);
        assertThat(read(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_BASE_LOW)).isZero();
    }

    @Test
    @DisplayName("CTRL_EXT.EE_RST loads the address from the NVM again and nothing else")
    void eepromReset() {
        pf.write(PfRegisters.CTRL_EXT, PfRegisters.CTRL_EXT_EEPROM_RESET);

        assertThat(pf.read(PfRegisters.CTRL_EXT)).isZero();
        assertThat(pf.read(PfRegisters.RAL)).isEqualTo(pf.readNvm(0) | pf.readNvm(1) << 16);
        assertThat(pf.read(PfRegisters.RXPBS)).isEqualTo(0x50);
    }

    private void assertInterruptsAndQueuesOfVfAreReset() {
        assertThat(read(VfRegisters.EIMS)).as("EIMS").isZero();
        assertThat(read(VfRegisters.EIAC)).as("EIAC").isZero();
        assertThat(read(VfRegisters.EICR)).as("EICR").isZero();
        assertThat(read(VfRegisters.VTIVAR)).as("VTIVAR").isZero();
        assertThat(read(VfRegisters.VTIVAR_MISC)).as("VTIVAR_MISC").isZero();
        int control = PfRegisters.RECEIVE_QUEUE + VF_QUEUE * PfRegisters.QUEUE_STRIDE + VfRegisters.QUEUE_CONTROL;
        Patience.until("the queue to stop",
            () -> (pf.read(control) & VfRegisters.QUEUE_ENABLE) == 0
                && read(VfRegisters.RECEIVE_QUEUE + VfRegisters.RING_TAIL) == 0);
    }

    /** Read back, so that the other function's connection must see it. */
    private void writeMirror(int register, int value) {
        pf.write(mirror(register), value);
        pf.read(VfRegisters.STATUS);
    }

    private static int mirror(int register) {
        return PfRegisters.VF_REGISTERS + VF * 0x100 + (register & 0xFF);
    }

    private int read(int register) {
        return vf.read32(RegionIndex.BAR0, register);
    }

    /** Answered before it returns: the other function's connection must see it. */
    private void write(int register, int value) {
        vf.write32(RegionIndex.BAR0, register, value);
    }
}
