package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.guest.SimulatedGuest;
import io.vfnic.testkit.guest.VfRegisters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SR-IOV switched on and off by the PF's client while the VFs' clients do what they like. */
class PfSriovTest extends PfTest {
    private static final int VFS = 2;
    private static final int ROUNDS = 40;
    private static final byte PATTERN = (byte)0xA5;

    SimulatedGuest first;
    SimulatedGuest second;
    private volatile boolean over;

    @BeforeEach
    void attachVfs() throws IOException {
        first = SimulatedGuest.withSharedMemory(server.attachWhenFree(0));
        second = SimulatedGuest.withSharedMemory(server.attachWhenFree(1));
    }

    @AfterEach
    void detachVfs() {
        first.close();
        second.close();
    }

    private void enable() {
        pf.enableVfs(VFS);
        answerMailboxes();
        first.driver().start();
        second.driver().start();
        pf.startQueue(VFS);
    }

    private void disable() {
        stopAnswering();
        pf.disableVfs();
    }

    private void assertTraffic() {
        for (int i = 0; i < 20; i++) {
            byte[] down = Frames.of(first.driver().mac(), pf.mac(), 300, i);
            byte[] up = Frames.of(pf.mac(), second.driver().mac(), 500, -i);
            byte[] across = Frames.of(second.driver().mac(), first.driver().mac(), 200, i + 1000L);
            pf.transmit(VFS).send(down);
            second.driver().transmit().send(up);
            first.driver().transmit().send(across);
            assertThat(first.driver().receive().await().bytes()).isEqualTo(down);
            assertThat(pf.receive(VFS).await().bytes()).isEqualTo(up);
            assertThat(second.driver().receive().await().bytes()).isEqualTo(across);
        }
    }

    @Test
    void thePfAndItsVfsTalk() {
        enable();

        assertTraffic();
    }

    /** 82576: a VF sees in V2PMAILBOX.RSTI that its PF is not there. */
    @Test
    void aVfThatIsNotEnabledIsInResetAndComesUpWhenItIs() {
        assertThat(first.driver().read(VfRegisters.V2PMAILBOX)).isEqualTo(VfRegisters.MAILBOX_RESET_IN_PROGRESS);

        for (int i = 0; i < 3; i++) {
            enable();
            assertTraffic();
            disable();
            assertThat(first.driver().read(VfRegisters.V2PMAILBOX)).isEqualTo(VfRegisters.MAILBOX_RESET_IN_PROGRESS);
        }
    }

    /** Once the PF has the answer, a queue is the other's, and nothing is done in the memory of its last owner. */
    @Test
    void aQueueThatChangesHandsLeavesTheMemoryOfItsLastOwnerAlone() {
        for (int round = 0; round < 10; round++) {
            pf.startQueue(0);
            pf.transmit(0).awaitDone(pf.transmit(0).send(Frames.broadcast()));
            enable();
            assertTraffic();
            for (int i = 0; i < 30; i++) {
                pf.transmit(VFS).send(Frames.of(first.driver().mac(), pf.mac(), 1000, i));
            }

            disable();

            for (SimulatedGuest guest : new SimulatedGuest[] {first, second}) {
                guest.memory().buffer().setMemory(0, guest.memory().size(), PATTERN);
            }
            pf.startQueue(0);
            pf.startQueue(1);
            for (int i = 0; i < 30; i++) {
                pf.transmit(0).awaitDone(pf.transmit(0).send(Frames.of(first.driver().mac(), pf.mac(), 200, i)));
                pf.transmit(1).awaitDone(pf.transmit(1).send(Frames.broadcast()));
            }
            for (SimulatedGuest guest : new SimulatedGuest[] {first, second}) {
                for (int i = 0; i < guest.memory().size(); i += 3) {
                    assertThat(guest.memory().buffer().getByte(i)).isEqualTo(PATTERN);
                }
            }
        }
    }

    /** QEMU with the PF is killed at any moment of an enable. */
    @Test
    void thePfsClientVanishesInTheMidstOfAnEnable() throws IOException {
        for (int round = 0; round < 6; round++) {
            if (round % 2 == 0) {
                enable();
            }
            postConfig(PfRegisters.SRIOV_CONTROL, 0);
            postConfig(PfRegisters.SRIOV_NUM_VFS, VFS);
            if (round % 3 != 0) {
                postConfig(PfRegisters.SRIOV_CONTROL, PfRegisters.SRIOV_ENABLE);
            }

            detachPf();

            Patience.until("the VFs to be in reset", () ->
                first.driver().read(VfRegisters.V2PMAILBOX) == VfRegisters.MAILBOX_RESET_IN_PROGRESS
                    && second.driver().read(VfRegisters.STATUS) == 0);
            attachPf();
            enable();
            assertTraffic();
            disable();
        }
    }

    private void postConfig(int offset, int value) {
        client.post(Command.REGION_WRITE, VfioUserClient.writePayload(
            RegionIndex.CONFIG, offset, new byte[] {(byte)value, (byte)(value >>> 8)}));
    }

    /** VFs send, ring, reset themselves, vanish and come back, all in a PF that comes and goes. */
    @Test
    void vfsDoWhatTheyLikeWhileThePfEnablesAndDisablesThem() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            Future<Integer> hostile = threads.submit(hostileVf());
            for (int round = 0; round < ROUNDS; round++) {
                pf.startQueue(1);
                pf.transmit(1).awaitDone(pf.transmit(1).send(Frames.broadcast()));
                pf.enableVfs(1 + round % VFS);
                if (round % 3 == 0) {
                    pf.write(PfRegisters.CTRL, PfRegisters.CTRL_RESET);
                    pf.start();
                }
                pf.disableVfs();
            }
            over = true;
            assertThat(hostile.get()).isPositive();
        }
        first.close();
        first = SimulatedGuest.withSharedMemory(server.attachWhenFree(0));
        second.client().reset();
        pf.client().reset();
        pf.start();
        enable();
        assertTraffic();
    }

    private Callable<Integer> hostileVf() {
        return () -> {
            SplittableRandom random = new SplittableRandom(5);
            int acts = 0;
            while (!over) {
                int register = switch (random.nextInt(4)) {
                    case 0 -> VfRegisters.RECEIVE_QUEUE;
                    case 1 -> VfRegisters.TRANSMIT_QUEUE;
                    case 2 -> VfRegisters.RECEIVE_QUEUE + VfRegisters.QUEUE_STRIDE;
                    default -> VfRegisters.TRANSMIT_QUEUE + VfRegisters.QUEUE_STRIDE;
                };
                switch (random.nextInt(6)) {
                    case 0 -> {
                        first.driver().write(register + VfRegisters.RING_BASE_LOW, (int)first.memory().iova());
                        first.driver().write(
                            register + VfRegisters.RING_BASE_HIGH, (int)(first.memory().iova() >>> 32));
                        first.driver().write(register + VfRegisters.RING_LENGTH, 1 + random.nextInt(64) << 7);
                    }
                    case 1 -> first.driver().write(register + VfRegisters.QUEUE_CONTROL, VfRegisters.QUEUE_ENABLE);
                    case 2 -> first.driver().write(register + VfRegisters.RING_TAIL, random.nextInt(600));
                    case 3 -> first.driver().write(VfRegisters.VTCTRL, VfRegisters.VTCTRL_RESET);
                    case 4 -> first.driver().write(VfRegisters.V2PMAILBOX, random.nextInt(8));
                    default -> {
                        if (random.nextInt(20) == 0) {
                            first.close();
                            first = SimulatedGuest.withSharedMemory(server.attachWhenFree(0));
                        } else {
                            first.client().reset();
                        }
                    }
                }
                acts++;
            }
            return acts;
        };
    }
}
