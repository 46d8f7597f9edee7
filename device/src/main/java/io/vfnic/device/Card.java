package io.vfnic.device;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.decode.FunctionDumper;
import io.vfnic.device.engine.Engine;
import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.engine.PortInterrupts;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.igb.PfQueueBlock;
import io.vfnic.device.igb.PoolControl;
import io.vfnic.device.igb.PortFunction;
import io.vfnic.device.igb.QueuePages;
import io.vfnic.device.igb.RegisterWatch;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.pci.PhysicalFunctionConfig;
import io.vfnic.device.pf.HeadlessPf;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.Parker;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.watch.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/** A card: its functions, its registers, the PF driver that runs in it, and its engine. */
public final class Card implements AutoCloseable {
    private final Engine engine;
    private final Igb82576 registers;
    private final Watch watch;
    private final FunctionDumper dumper;
    private final Runnable startPf;
    private final UplinkPort uplink;
    private final List<FunctionPort> functions = new ArrayList<>();
    private final CardAdmin admin;
    private final PortLink link;

    /**
     * Makes a card. It does nothing until {@link #start()}.
     *
     * @param threads      called by the engine's threads as they start.
     * @param listener     told what users ought to know.
     * @param errorHandler told of errors that no client caused; called by agents.
     * @param uplink       the wire side of its port, closed by the caller after the card; null where the port's cable
     *                     is plugged in but leads nowhere.
     */
    public Card(CardConfig config, NanoClock clock, AgentThreads threads, RegisterTrace trace, CardListener listener,
        ErrorHandler errorHandler, UplinkPort uplink) {
        watch = new Watch(clock);
        engine = new Engine(config.agents(), config.idleMode(), config.maxPauseNanos(), clock, threads, errorHandler,
            uplink == null ? Parker.THREAD : uplink.parker());
        this.uplink = uplink;
        final UplinkCounters wire = new UplinkCounters();
        final Uplink wireSide = uplink == null ? null : new Uplink(uplink, wire, watch.point(Watch.UPLINK));
        if (wireSide != null) {
            engine.uplink(wireSide);
        }
        final InterruptState interrupts = new InterruptState();
        final List<QueuePages> pages = each(pool -> QueuePages.allocate());
        final List<QueuePages> pfPages = each(pool -> QueuePages.allocate());
        final List<PoolCounters> counters = each(pool -> new PoolCounters());
        final List<PoolEngine> pools = IntStream.range(0, config.vfs())
            .mapToObj(vf -> newPool(vf, pages.get(vf), interrupts, counters.get(vf))).toList();
        final List<PoolControl> controls = each(pool -> pool < pools.size() ? pools.get(pool) : PoolControl.NONE);
        final PortCauses causes = new PortCauses(interrupts);
        final PortInterrupts port = new PortInterrupts(causes, VectorUnit.ofLegacyMode(interrupts));
        final TimeSync time = new TimeSync(clock);
        final PoolCounters pfCounters = new PoolCounters();
        final PoolEngine pfPool = config.guestPf() ? newPfPool(pfPages, interrupts, pfCounters, port, time) : null;
        final long pfMac = MacAddress.generated(config.addressSeed(), CardConfig.MAX_VFS).value();
        registers = new Igb82576(pages, interrupts, counters, controls,
            pfPool == null ? PortFunction.withoutQueues(causes, engine.spoofReports())
                : new PortFunction(
                    pfPool, causes, pfCounters, wire.ofVfs(), engine.spoofReports(), pfMac, time, pfPages),
            engine::publish, clock, new RegisterWatch(watch, trace));
        registers.watch(watch);
        final VfPlacements placements = new VfPlacements(config.vfs(), PhysicalFunctionConfig.REGISTER_BAR_LENGTH);
        if (pfPool != null) {
            pfPool.watch(watch.point(Watch.PF));
            engine.add(pfPool);
            functions.add(new PhysicalFunction(registers, pfPool, port, placements, listener, config, pfMac, watch));
        }
        for (PoolEngine pool : pools) {
            pool.watch(watch.point(pool.index()));
            engine.add(pool);
            functions.add(new VirtualFunction(
                pool.index(), registers, pool, placements.vf(pool.index()), config.disguise(),
                watch.point(pool.index())));
        }
        if (config.guestPf()) {
            pools.forEach(pool -> functions.add(
                new VfHostView(pool.index(), placements.view(pool.index()), config.disguise())));
        }
        final PfDriver driver;
        if (pfPool == null) {
            final HeadlessPf pf = new HeadlessPf(registers, config.vfs(), config.addressSeed());
            driver = new DriverInCard(pf);
            startPf = () -> startHeadless(pf);
        } else {
            driver = new DriverInGuest(registers);
            startPf = this::waitForGuest;
        }
        final List<PoolEngine> functionPools = Stream.concat(Stream.ofNullable(pfPool), pools.stream()).toList();
        dumper = new FunctionDumper(registers, functionPools);
        link = new PortLink(registers);
        admin = new CardOperator(config, registers, new CardInspector(config, registers, engine, functionPools,
            functions.stream().map(ClientHolder.class::cast).toList(), driver, link, counters, pfCounters,
            wireSide),
            driver, link);
    }

    /**
     * The card's functions: the VFs from VF 0 on. If a guest is to drive the PF, it comes before them, and behind them
     * come the views that its guest gets of the VFs.
     */
    public List<FunctionPort> functions() {
        return List.copyOf(functions);
    }

    /** The operator's side of the card. */
    public CardAdmin admin() {
        return admin;
    }

    /** What can be watched of the card. */
    public Watch watch() {
        return watch;
    }

    /** Makes dumps of the functions. */
    public FunctionDumper dumper() {
        return dumper;
    }

    /**
     * Starts the engine's agents, the PF and the uplink: with a driver in the card the port's link is up as soon as the
     * uplink's is.
     */
    public void start() {
        engine.start();
        startPf.run();
        if (uplink == null) {
            link.carrier(true);
        } else {
            uplink.start(link::carrier);
        }
    }

    /** Stops the agents. The functions' clients must be gone. */
    @Override
    public void close() {
        engine.close();
    }

    private void startHeadless(HeadlessPf pf) {
        registers.enableVfs(pf.vfCount());
        pf.start();
    }

    private void waitForGuest() {
        registers.enableVfs(0);
        registers.attachPhy();
    }

    private static PoolEngine newPfPool(
        List<QueuePages> pages, InterruptState interrupts, PoolCounters counters, PortInterrupts port,
        TimeSync time) {
        final QueueRegisters[] receive = new QueueRegisters[PfQueueBlock.QUEUES];
        final QueueRegisters[] transmit = new QueueRegisters[PfQueueBlock.QUEUES];
        for (int queue = 0; queue < PfQueueBlock.QUEUES; queue++) {
            final QueuePages page = pages.get(queue % Igb82576.POOLS);
            receive[queue] = page.receive(queue / Igb82576.POOLS);
            transmit[queue] = page.transmit(queue / Igb82576.POOLS);
        }
        final VectorUnit vectors = new VectorUnit(interrupts, 0, PhysicalFunctionConfig.MSIX_VECTORS);
        return PoolEngine.ofPf(receive, transmit, interrupts, vectors, counters, port, time);
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
