package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SpoofReports;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;

@DisplayName("What the PF's driver hears of VFs that spoof (82576 facts, 5: anti-spoof)")
final class SpoofReportTest {
    private static final int SPOOFER = 1;
    private static final long STRANGER = 0x0200_0000_0099L;
    private static final long WHILE = 10_000_000;

    private final TestEngine engine = TestEngine.running(3, 2);
    private final GuestModel spoofer = engine.guest(SPOOFER);
    private final PortCauses causes = new PortCauses(engine.interrupts);

    @BeforeEach
    void addPf() {
        final QueueRegisters[] registers = new QueueRegisters[16];
        for (int queue = 0; queue < registers.length; queue++) {
            registers[queue] = new QueueRegisters(new UnsafeBuffer(ByteBuffer.allocateDirect(4096)), 0);
        }
        final PoolEngine pf = PoolEngine.ofPf(registers, registers, engine.interrupts,
            new VectorUnit(engine.interrupts, 0, 10), new PoolCounters(),
            new PortInterrupts(causes, new VectorUnit(engine.interrupts, InterruptState.LEGACY_VECTOR, 1)),
            new TimeSync(() -> 0));
        engine.fabric.add(pf);
        pf.home(engine.agents.getFirst(), engine.fabric.claims());
        engine.agents.getFirst().own(pf);
    }

    @Test
    @DisplayName("A foreign source address: dropped, a bit for the queue in WVBR, ICR.DOUTSYNC")
    void address() {
        spoof();

        assertThat(engine.guest(0).receive()).isEmpty();
        assertThat(spoofer.count(Counter.SPOOFED)).isEqualTo(1);
        assertThat(reports().takeQueues()).isEqualTo(1 << SPOOFER);
        assertThat(reports().takeLast()).isEqualTo(SPOOFER << 16 | SpoofReports.ADDRESS);
        assertThat(causes.read()).isEqualTo(PortCauses.OUT_OF_SYNC);
    }

    @Test
    @DisplayName("A VLAN that the VF is not in, and a tag of the VF's own where VMVIR gives one: likewise")
    void vlan() {
        spoofer.send(Frames.tagged(Frames.unicast(SPOOFER, 0, 100), 9));
        engine.settle();
        assertThat(reports().takeLast()).isEqualTo(SPOOFER << 16 | SpoofReports.VLAN);

        engine.now += WHILE;
        engine.with(s -> {
            s.vlan(7, 0b111);
            s.vmvir[SPOOFER] = TestSwitch.VMVIR_INSERT | 7;
        });
        spoofer.send(Frames.tagged(Frames.unicast(SPOOFER, 0, 100), 7));
        engine.settle();
        assertThat(reports().takeLast()).isEqualTo(SPOOFER << 16 | SpoofReports.VLAN);
        assertThat(engine.guest(0).receive()).isEmpty();
    }

    @Test
    @DisplayName("The queue is the one that sent it: a VF's second is bit n + 8")
    void secondQueue() {
        spoofer.startTransmit(1);
        engine.settle();

        spoof();

        assertThat(reports().takeQueues()).isEqualTo(1 << SPOOFER + 8);
    }

    @Test
    @DisplayName("Without DTXCTL.SPOOF_INT there is no interrupt, but WVBR tells")
    void silent() {
        engine.with(s -> s.dtxctl &= ~(1 << 6));

        spoof();

        assertThat(causes.read()).isZero();
        assertThat(reports().takeQueues()).isEqualTo(1 << SPOOFER);
    }

    @Test
    @DisplayName("A flood interrupts once in 10 ms, even where the driver clears WVBR at once, and loses no VF's " +
        "report")
    void flood() {
        int interrupts = 0;
        for (int i = 0; i < 1_000; i++) {
            spoof();
            if (causes.read() != 0) {
                interrupts++;
                reports().takeQueues();
            }
            engine.now += 50_000;
        }
        assertThat(interrupts).isBetween(5, 6);
        assertThat(spoofer.count(Counter.SPOOFED)).isEqualTo(1_000);

        engine.guest(2).send(Frames.addressed(Frames.unicast(2, 0, 100), TestSwitch.macOf(0), STRANGER));
        engine.settle();
        assertThat(reports().takeQueues() & 1 << 2).isNotZero();
        assertThat(causes.read()).isEqualTo(PortCauses.OUT_OF_SYNC);
    }

    private void spoof() {
        spoofer.send(Frames.addressed(Frames.unicast(SPOOFER, 0, 100), TestSwitch.macOf(0), STRANGER));
        engine.settle();
    }

    private SpoofReports reports() {
        return engine.fabric.spoofReports();
    }
}
