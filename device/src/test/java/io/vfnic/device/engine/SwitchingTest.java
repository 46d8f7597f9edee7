package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Which guests get a frame (82576 facts, section 5, pool selection). */
class SwitchingTest {
    private static final long GROUP = 0x0100_5E00_0001L;
    private static final long UNKNOWN = 0x0200_0000_0099L;

    private final TestEngine engine = TestEngine.running(4);

    private List<Integer> receivers(int from, byte[] frame) {
        engine.guest(from).send(frame);
        engine.settle();
        return IntStream.range(0, engine.guests.size()).boxed()
            .filter(vf -> engine.guest(vf).receive().stream().anyMatch(f -> f.data().length == frame.length)).toList();
    }

    @Test
    @DisplayName("Broadcast reaches every other pool with VMOLR.BAM, and the sender not")
    void broadcast() {
        engine.with(s -> s.vmolr[3] &= ~TestSwitch.VMOLR_BAM);

        assertThat(receivers(1, Frames.broadcast(1, 60))).containsExactly(0, 2);
        assertThat(engine.guest(1).count(Counter.GPTC)).isEqualTo(1);
        assertThat(engine.guest(0).count(Counter.GPRC)).isEqualTo(1);
        assertThat(engine.guest(0).count(Counter.MPRC)).as("broadcast is not multicast").isZero();
    }

    @Test
    @DisplayName("Every replica of a broadcast of jumbo length is whole")
    void broadcastReplicas() {
        engine.with(s -> IntStream.range(0, 4).forEach(vf -> s.maxFrame(vf, 9728)));
        final byte[] frame = Frames.broadcast(1, 9000);

        engine.guest(1).send(frame);
        engine.settle();

        for (int vf : new int[] {0, 2, 3}) {
            assertThat(engine.guest(vf).receiveOne().data()).isEqualTo(frame);
        }
    }

    @Test
    @DisplayName("Multicast reaches the pools with VMOLR.ROMPE when the multicast table has its hash (RCTL.MO 0)")
    void multicastTable() {
        engine.with(s -> {
            s.vmolr[0] |= TestSwitch.VMOLR_ROMPE;
            s.vmolr[2] |= TestSwitch.VMOLR_ROMPE;
        });
        assertThat(receivers(1, Frames.to(GROUP, 1, 60))).isEmpty();

        // Bits 47:36 of 01:00:5e:00:00:01: 0x01 << 4 | 0x00 >> 4.
        engine.with(s -> s.mta[0x010 >>> 5] |= 1 << (0x010 & 31));

        assertThat(receivers(1, Frames.to(GROUP, 1, 61))).containsExactly(0, 2);
        assertThat(engine.guest(0).count(Counter.MPRC)).isEqualTo(1);
    }

    @Test
    @DisplayName("A multicast address in a receive address register reaches its pools and not those of the table")
    void multicastExact() {
        engine.with(s -> {
            s.vmolr[0] |= TestSwitch.VMOLR_ROMPE;
            s.mta[0] = -1;
            s.address(2, GROUP, 1 << 3);
        });

        assertThat(receivers(1, Frames.to(GROUP, 1, 60))).containsExactly(3);
    }

    @Test
    @DisplayName("A pool with VMOLR.MPME gets all multicast")
    void multicastPromiscuous() {
        engine.with(s -> s.vmolr[2] |= TestSwitch.VMOLR_MPME);

        assertThat(receivers(1, Frames.to(GROUP, 1, 60))).containsExactly(2);
        assertThat(receivers(1, Frames.to(GROUP + 1, 1, 61))).containsExactly(2);
    }

    @Test
    @DisplayName("A pool with VMOLR.ROPE and a full unicast table gets what no register matches, and "
        + "nothing of the others")
    void unicastPromiscuous() {
        engine.with(s -> {
            s.vmolr[3] |= TestSwitch.VMOLR_ROPE;
            Arrays.fill(s.uta, -1);
        });

        assertThat(receivers(1, Frames.to(UNKNOWN, 1, 60))).containsExactly(3);
        assertThat(receivers(1, Frames.unicast(1, 0, 61))).containsExactly(0);
        assertThat(receivers(3, Frames.to(UNKNOWN, 3, 62))).as("not its own").isEmpty();
    }

    @Test
    @DisplayName("Unicast that nobody has reaches no pool, not even the default pool; the sender counts it")
    void unknownUnicast() {
        engine.with(s -> s.vtCtl &= ~TestSwitch.VT_CTL_NO_DEFAULT_POOL);

        assertThat(receivers(1, Frames.to(UNKNOWN, 1, 60))).isEmpty();
        assertThat(engine.guest(1).isDone(0)).isTrue();
        assertThat(engine.guest(1).count(Counter.NO_DESTINATION)).isEqualTo(1);
        assertThat(engine.guest(1).count(Counter.GPTC)).isEqualTo(1);
        assertThat(engine.guest(1).count(Counter.GPTLBC)).isZero();
    }

    @Test
    @DisplayName("Without replication (VT_CTL.RPL_EN=0) broadcast and multicast go to the default pool only")
    void noReplication() {
        engine.with(s -> {
            s.vtCtl = 3 << 7;
            s.vmolr[2] |= TestSwitch.VMOLR_MPME;
        });

        assertThat(receivers(1, Frames.broadcast(1, 60))).containsExactly(3);
        assertThat(receivers(1, Frames.to(GROUP, 1, 61))).containsExactly(3);
        assertThat(receivers(1, Frames.unicast(1, 0, 62))).containsExactly(0);
    }

    @Test
    @DisplayName("A frame to the sender's own address comes back only with DTXSWC.LLE")
    void localLoopback() {
        assertThat(receivers(1, Frames.unicast(1, 1, 60))).isEmpty();

        engine.with(s -> s.dtxswc |= 1 << 16 + 1);

        assertThat(receivers(1, Frames.unicast(1, 1, 61))).containsExactly(1);
        assertThat(receivers(1, Frames.broadcast(1, 62))).containsExactly(0, 1, 2, 3);
    }

    @Test
    @DisplayName("Without DTXSWC.LBE nothing passes between pools")
    void noLoopback() {
        engine.with(s -> s.dtxswc &= ~TestSwitch.DTXSWC_LOOPBACK);

        assertThat(receivers(1, Frames.unicast(1, 0, 60))).isEmpty();
        assertThat(receivers(1, Frames.broadcast(1, 61))).isEmpty();
    }

    @Test
    @DisplayName("A pool whose VFRE bit is off receives nothing, one whose VFTE bit is off keeps its frames queued")
    void disabledPools() {
        engine.with(s -> {
            s.vfre &= ~1;
            s.vfte &= ~(1 << 2);
        });

        assertThat(receivers(1, Frames.broadcast(1, 60))).containsExactly(2, 3);
        assertThat(receivers(2, Frames.broadcast(2, 61))).isEmpty();
        assertThat(engine.guest(2).isDone(0)).isFalse();

        engine.with(s -> s.vfte |= 1 << 2);
        engine.settle();

        assertThat(engine.guest(3).receiveOne().data()).hasSize(61);
    }

    @Test
    @DisplayName("While the link is down frames stay queued")
    void linkDown() {
        engine.with(s -> s.linkUp = false);
        assertThat(receivers(1, Frames.unicast(1, 0, 60))).isEmpty();

        engine.with(s -> s.linkUp = true);
        engine.settle();

        assertThat(engine.guest(0).receiveOne().data()).hasSize(60);
    }

    @Test
    @DisplayName("A VF that is shown a link while the port's is down sends, and to any other; the others' frames " +
        "stay queued")
    void forcedLink() {
        engine.with(s -> {
            s.linkUp = false;
            s.forcedUp = 1 << 1;
        });

        assertThat(receivers(1, Frames.broadcast(1, 60))).containsExactly(0, 2, 3);
        assertThat(receivers(0, Frames.unicast(0, 1, 60))).isEmpty();

        engine.with(s -> s.forcedUp |= 1);
        engine.settle();

        assertThat(engine.guest(1).receiveOne().data()).hasSize(60);
    }

    @Test
    @DisplayName("A port that sends nothing (TCTL) is silent, whatever link a VF is shown")
    void forcedLinkOfASilentPort() {
        engine.with(s -> {
            s.forcedUp = 0xFF;
            s.linkUp = false;
            s.tctl = 0;
        });

        assertThat(receivers(1, Frames.unicast(1, 0, 60))).isEmpty();
    }

    @Test
    @DisplayName("MAC anti-spoof drops a frame whose source is not the sender's and counts it; the descriptor is done")
    void macSpoof() {
        assertThat(receivers(1, Frames.addressed(Frames.unicast(1, 0, 60), TestSwitch.macOf(0), TestSwitch.macOf(2))))
            .isEmpty();
        assertThat(engine.guest(1).count(Counter.SPOOFED)).isEqualTo(1);
        assertThat(engine.guest(1).count(Counter.GPTC)).isZero();
        assertThat(engine.guest(1).isDone(0)).isTrue();

        engine.with(s -> s.dtxswc &= ~(1 << 1));

        assertThat(receivers(1, Frames.addressed(Frames.unicast(1, 0, 61), TestSwitch.macOf(0), TestSwitch.macOf(2))))
            .containsExactly(0);
    }

    @Test
    @DisplayName("VLAN anti-spoof drops a frame tagged with a VLAN that the sender is not in; untagged frames pass")
    void vlanSpoof() {
        engine.with(s -> {
            s.vlan(7, 0b0101);
            s.vlan(8, 0b0011);
        });

        assertThat(receivers(1, Frames.tagged(Frames.unicast(1, 0, 60), 7))).isEmpty();
        assertThat(engine.guest(1).count(Counter.SPOOFED)).isEqualTo(1);
        assertThat(receivers(1, Frames.tagged(Frames.unicast(1, 0, 61), 0xE008))).containsExactly(0);
        assertThat(receivers(1, Frames.unicast(1, 0, 62))).containsExactly(0);
    }

    @Test
    @DisplayName("A pool that is not running takes nothing and disturbs nobody")
    void notRunning() {
        engine.guest(2).receive[0].set(QueueRegisters.CONTROL_OFFSET, 0);
        engine.guest(2).pool.queueControlChanged();

        assertThat(receivers(1, Frames.broadcast(1, 60))).containsExactly(0, 3);
        assertThat(engine.guest(2).count(Counter.GPRC)).isZero();
    }

    @Test
    @DisplayName("A function whose bus mastering is off neither sends nor receives, and goes on when it is on again")
    void busMaster() {
        engine.guest(1).pool.busMaster(false);
        engine.guest(2).pool.busMaster(false);
        assertThat(receivers(1, Frames.broadcast(1, 60))).isEmpty();
        assertThat(receivers(0, Frames.broadcast(0, 61))).containsExactly(3);

        engine.guest(1).pool.busMaster(true);
        engine.settle();

        assertThat(engine.guest(0).receiveOne().data()).hasSize(60);
        assertThat(engine.guest(2).receive()).isEmpty();
    }
}
