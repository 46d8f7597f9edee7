package io.vfnic.device.engine;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.vswitch.SwitchRegisters;
import org.agrona.concurrent.AgentTerminationException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Guests on one card, whose agents the test steps by hand under a clock it sets. */
final class TestEngine {
    final Fabric fabric = new Fabric(SwitchRegisters.silent());
    final InterruptState interrupts = new InterruptState();
    final TestSwitch registers;
    final List<GuestModel> guests = new ArrayList<>();
    final List<EngineAgent> agents = new ArrayList<>();
    final List<EngineAgent> dedicatedAgents = new ArrayList<>();
    long now = 1_000_000_000L;
    /** Whether there is no memory for a dedicated agent. */
    boolean dedicationFails;

    private TestEngine(int vfs, int agentCount, IntFunction<ByteBuffer> ram) {
        registers = new TestSwitch(vfs);
        for (int i = 0; i < agentCount; i++) {
            agents.add(new EngineAgent("agent-" + i, fabric, () -> now, new BackoffIdle(1), false, this::dedicate));
        }
        for (int vf = 0; vf < vfs; vf++) {
            final GuestModel guest = new GuestModel(vf, interrupts, ram.apply(vf));
            final EngineAgent agent = agents.get(vf % agentCount);
            fabric.add(guest.pool);
            guest.pool.home(agent, fabric.claims());
            agent.own(guest.pool);
            guests.add(guest);
        }
        publish();
    }

    /** VFs on one agent, nobody attached. */
    static TestEngine idle(int vfs) {
        return new TestEngine(vfs, 1, vf -> GuestModel.newRam());
    }

    /** VFs on one agent, each with a driver that is up. */
    static TestEngine running(int vfs) {
        return running(vfs, 1);
    }

    /** VFs dealt to agents in turn, each with a driver that is up. */
    static TestEngine running(int vfs, int agentCount) {
        return running(vfs, agentCount, vf -> GuestModel.newRam());
    }

    /** VFs dealt to agents in turn, each with a driver that is up; who has what memory is said. */
    static TestEngine running(int vfs, int agentCount, IntFunction<ByteBuffer> ram) {
        final TestEngine engine = new TestEngine(vfs, agentCount, ram);
        engine.guests.forEach(GuestModel::attach);
        engine.guests.forEach(GuestModel::start);
        engine.settle();
        return engine;
    }

    private EngineAgent dedicate(PoolEngine pool) {
        if (dedicationFails) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        final EngineAgent agent = new EngineAgent(
            "dedicated-" + pool.index(), fabric, () -> now, new BackoffIdle(1), true, null);
        dedicatedAgents.add(agent);
        return agent;
    }

    GuestModel guest(int vf) {
        return guests.get(vf);
    }

    void publish() {
        fabric.publish(registers.registers());
    }

    /** Changes the switch's registers. */
    TestEngine with(Consumer<TestSwitch> change) {
        change.accept(registers);
        publish();
        return this;
    }

    /** One duty cycle of every agent. */
    int step() {
        int work = 0;
        for (EngineAgent agent : agents) {
            work += agent.doWork();
        }
        for (EngineAgent agent : List.copyOf(dedicatedAgents)) {
            try {
                work += agent.doWork();
            } catch (AgentTerminationException end) {
                dedicatedAgents.remove(agent);
                work++;
            }
        }
        return work;
    }

    /** Duty cycles until there is nothing to do. */
    void settle() {
        while (step() > 0) {
            now += 1_000;
        }
    }
}
