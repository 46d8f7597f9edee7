package io.vfnic.device;

import io.vfnic.device.engine.Engine;
import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.PoolControl;
import io.vfnic.device.igb.QueuePages;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.pf.HeadlessPf;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.FunctionPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/** A card: its functions, its registers, the PF driver that runs in it, and its engine. */
public final class Card implements AutoCloseable {
    private final Engine engine;
    private final Igb82576 registers;
    private final HeadlessPf pf;
    private final List<FunctionPort> functions = new ArrayList<>();

    /**
     * Makes a card whose VFs are run by a PF driver inside of it. It does nothing until {@link #start()}.
     *
     * @param errorHandler told of errors that no client caused; called by agents.
     */
    public Card(CardConfig config, NanoClock clock, RegisterTrace trace, ErrorHandler errorHandler) {
        engine = new Engine(config.agents(), config.maxPauseNanos(), clock, errorHandler);
        final InterruptState interrupts = new InterruptState();
        final List<QueuePages> pages = each(pool -> QueuePages.allocate());
        final List<PoolCounters> counters = each(pool -> new PoolCounters());
        final List<PoolEngine> pools = IntStream.range(0, config.vfs())
            .mapToObj(vf -> newPool(vf, pages.get(vf), interrupts, counters.get(vf))).toList();
        final List<PoolControl> controls = each(pool -> pool < pools.size() ? pools.get(pool) : PoolControl.NONE);
        registers = new Igb82576(pages, interrupts, counters, controls, engine::publish, clock, trace);
        for (PoolEngine pool : pools) {
            engine.add(pool);
            functions.add(new VirtualFunction(pool.index(), registers, pool));
        }
        pf = new HeadlessPf(registers, config.vfs(), config.addressSeed());
    }

    /** The card's functions, VF 0 first. */
    public List<FunctionPort> functions() {
        return List.copyOf(functions);
    }

    /** Starts the engine's agents and brings the link up. */
    public void start() {
        engine.start();
        pf.start();
        registers.linkUp(true);
    }

    /** Stops the agents. The functions' clients must be gone. */
    @Override
    public void close() {
        engine.close();
    }

    private static PoolEngine newPool(int vf, QueuePages pages, InterruptState interrupts, PoolCounters counters) {
        final VectorUnit vectors =
            new VectorUnit(interrupts, InterruptState.firstVectorOfVf(vf), InterruptState.VECTORS_PER_VF);
        return new PoolEngine(vf, new QueueRegisters[] {pages.receive(0), pages.receive(1)},
            new QueueRegisters[] {pages.transmit(0), pages.transmit(1)}, interrupts, vectors, counters);
    }

    private static <T> List<T> each(IntFunction<T> make) {
        return IntStream.range(0, Igb82576.POOLS).mapToObj(make).toList();
    }
}
