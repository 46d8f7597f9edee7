package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SpoofReports;
import io.vfnic.device.vswitch.SwitchRegisters;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The card's registers with recorders in the places of engine and switch. */
public final class TestCard {
    public final InterruptState interrupts = new InterruptState();
    public final List<PoolCounters> counters = Stream.generate(PoolCounters::new).limit(Igb82576.POOLS).toList();
    public final List<Pool> pools = IntStream.range(0, Igb82576.POOLS).mapToObj(i -> new Pool()).toList();
    public final List<SwitchRegisters> published = new ArrayList<>();
    public long nanos;
    public final SpoofReports spoofs = new SpoofReports();
    public final Pool pfPool = new Pool();
    public final PortFunction port;
    public final Igb82576 igb;

    /** A card whose PF has no queues, as the driver in the card runs it. */
    public TestCard() {
        port = PortFunction.withoutQueues(new PortCauses(interrupts), spoofs);
        igb = newDevice();
    }

    private TestCard(long mac) {
        port = new PortFunction(pfPool, new PortCauses(interrupts), new PoolCounters(), spoofs, mac,
            new TimeSync(() -> nanos));
        igb = newDevice();
    }

    /** A card whose PF a guest is to drive. */
    public static TestCard withGuestPf(long mac) {
        return new TestCard(mac);
    }

    private Igb82576 newDevice() {
        return new Igb82576(
            IntStream.range(0, 8).mapToObj(pool -> QueuePages.allocate()).toList(), interrupts, counters,
            List.copyOf(pools), port, published::add, () -> nanos, RegisterTrace.NONE);
    }

    public int read(int vf, Register register) {
        return read(vf, register, 0);
    }

    public int read(int vf, Register register, int element) {
        return igb.vfRead(vf, register.offset(element));
    }

    public void write(int vf, Register register, int value) {
        write(vf, register, 0, value);
    }

    public void write(int vf, Register register, int element, int value) {
        igb.vfWrite(vf, register.offset(element), value);
    }

    public int pf(Register register, int element) {
        return igb.pfRead(register.offset(element));
    }

    public int pf(Register register) {
        return pf(register, 0);
    }

    /** What the switch works with now. */
    public SwitchRegisters switchRegisters() {
        return published.getLast();
    }

    /** Counts what registers ask of the engine. */
    public static final class Pool implements PoolControl {
        public int doorbells;
        public int receiveTails;
        public int controlChanges;
        public int interruptChanges;
        public int resets;
        public int queues;

        @Override
        public void doorbell() {
            doorbells++;
        }

        @Override
        public void receiveTailMoved() {
            receiveTails++;
        }

        @Override
        public void queueControlChanged() {
            controlChanges++;
        }

        @Override
        public void interruptsChanged() {
            interruptChanges++;
        }

        @Override
        public void resetQueues() {
            resets++;
        }

        @Override
        public void own(int deviceQueues) {
            queues = deviceQueues;
        }
    }
}
