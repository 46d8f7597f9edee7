package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;

import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.PciConfig;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.VfDriver;
import io.vfnic.testkit.guest.VfRegisters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reset stops DMA before it is answered, clears interrupts and leaves the function usable. */
class ResetTest extends GuestsTest {
    /** The ways to reset a function. */
    enum Way {
        /** VFIO's DEVICE_RESET, by QEMU at each reset of the machine. */
        DEVICE_RESET(guest -> guest.client().reset()),
        /** Function Level Reset, by the guest's PCI core. */
        FUNCTION_LEVEL_RESET(guest -> {
            PciConfig config = guest.driver().config();
            int control = config.capability(PciConfig.CAPABILITY_PCI_EXPRESS) + PciConfig.DEVICE_CONTROL;
            config.write16(control, config.read16(control) | PciConfig.DEVICE_CONTROL_FUNCTION_LEVEL_RESET);
        }),
        /** VTCTRL.RST, by the driver. */
        DRIVER_RESET(guest -> {
            guest.driver().write(VfRegisters.VTCTRL, VfRegisters.VTCTRL_RESET);
            guest.driver().read(VfRegisters.STATUS);
        });

        private final Consumer<SimulatedGuest> action;

        Way(Consumer<SimulatedGuest> action) {
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nothingIsWrittenToMemoryAfterwards(Way way) {
        first.driver().transmit().send(frame(first, second, 100, 1));
        second.driver().receive().await();

        way.action.accept(second);

        byte pattern = (byte)0xA5;
        second.memory().buffer().setMemory(0, second.memory().size(), pattern);
        for (int i = 0; i < 20; i++) {
            int descriptor = first.driver().transmit().send(frame(first, second, 100, i));
            first.driver().transmit().awaitDone(descriptor);
        }
        assertTraffic(first, third);
        for (int i = 0; i < second.memory().size(); i++) {
            assertThat(second.memory().buffer().getByte(i)).isEqualTo(pattern);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void queuesAndInterruptsAreAtTheirResetValues(Way way) {
        first.driver().transmit().send(frame(first, second, 100, 1));
        second.driver().receive().await();

        way.action.accept(second);

        assertThat(second.driver().read(VfRegisters.EIMS)).as("interrupt mask").isZero();
        assertThat(second.driver().read(VfRegisters.EICR)).as("interrupt causes").isZero();
        for (int queue : new int[]{VfRegisters.RECEIVE_QUEUE, VfRegisters.TRANSMIT_QUEUE}) {
            assertThat(second.driver().read(queue + VfRegisters.RING_HEAD)).as("head").isZero();
            assertThat(second.driver().read(queue + VfRegisters.RING_TAIL)).as("tail").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theDriverStartsAgainWithTheSameEventfds(Way way) {
        byte[] mac = second.driver().mac();
        for (int i = 0; i < 5; i++) {
            way.action.accept(second);
            second.driver().config().write16(
                PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
            second.driver().resetFunction();
            second.driver().openRings();
            second.driver().takeInterrupt(VfDriver.RECEIVE_VECTOR);

            assertTraffic(first, second);

            second.driver().awaitInterrupt(VfDriver.RECEIVE_VECTOR);
            assertThat(second.driver().mac()).isEqualTo(mac);
        }
    }

    /** Without bus mastering a function does no DMA, neither to send nor to receive. */
    @Test
    void withoutBusMasteringThereIsNoTraffic() {
        second.driver().config().write16(PciConfig.COMMAND, PciConfig.COMMAND_MEMORY);

        second.driver().transmit().send(frame(second, first, 100, 1));
        first.driver().transmit().awaitDone(first.driver().transmit().send(frame(first, second, 100, 2)));
        assertTraffic(first, third);

        assertThat(first.driver().receive().poll()).isNull();
        assertThat(second.driver().receive().poll()).isNull();
        second.driver().config().write16(
            PciConfig.COMMAND, PciConfig.COMMAND_MEMORY | PciConfig.COMMAND_BUS_MASTER);
        assertThat(first.driver().receive().await().bytes()).as("what was queued is sent then")
            .isEqualTo(frame(second, first, 100, 1));
    }

    /** DMA_UNMAP under traffic is answered when nothing can touch the range any more. */
    @Test
    void unmappedMemoryIsNotTouchedEvenUnderTraffic() {
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 16; i++) {
                byte[] frame = frame(first, second, 1000, i);
                first.driver().transmit().fill(frame, 0, 0, frame.length);
            }
            first.driver().transmit().doorbell();
            second.client().unmap(second.memory());
            byte pattern = (byte)round;
            second.memory().buffer().setMemory(0, second.memory().size(), pattern);
            first.driver().transmit().awaitDone(first.driver().transmit().send(frame(first, second, 1000, 99)));
            for (int i = 0; i < second.memory().size(); i += 7) {
                assertThat(second.memory().buffer().getByte(i)).isEqualTo(pattern);
            }

            second.client().map(second.memory());
            second.driver().resetFunction();
            second.driver().openRings();
            assertTraffic(first, second);
        }
    }

    /** A server that stops disconnects its clients and leaves no socket behind. */
    @Test
    void theServerStopsUnderTraffic() {
        for (int i = 0; i < 30; i++) {
            byte[] frame = frame(first, second, 1000, i);
            first.driver().transmit().fill(frame, 0, 0, frame.length);
        }
        first.driver().transmit().doorbell();

        server.close();

        first.client().exchange().awaitClosedByServer();
        second.client().exchange().awaitClosedByServer();
        Patience.until("the socket to be removed", () -> !server.socket(0).toFile().exists());
    }
}
