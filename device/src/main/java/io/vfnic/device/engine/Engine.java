package io.vfnic.device.engine;

import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.Parker;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.vswitch.SpoofReports;
import io.vfnic.device.vswitch.SwitchRegisters;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NanoClock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The agents of a card and their threads. */
public final class Engine implements AutoCloseable {
    private final Fabric fabric;
    private final NanoClock clock;
    private final long maxPauseNanos;
    private final AgentThreads threads;
    private final ErrorHandler errorHandler;
    private final List<EngineAgent> agents = new ArrayList<>();
    private final List<Running> running = new CopyOnWriteArrayList<>();
    private final List<AgentIdle> idles = new ArrayList<>();

    /**
     * @param agents        how many agents share the pools, 1 or more.
     * @param idleMode      what they do while there is nothing to do.
     * @param maxPauseNanos the longest an idle agent sleeps unless it is rung, nanoseconds.
     * @param threads       called by the agents' threads as they start.
     * @param errorHandler  told of errors that no client caused.
     */
    public Engine(int agents, IdleMode idleMode, long maxPauseNanos, NanoClock clock, AgentThreads threads,
        ErrorHandler errorHandler) {
        this(agents, idleMode, maxPauseNanos, clock, threads, errorHandler, Parker.THREAD);
    }

    /**
     * As the other one.
     *
     * @param parker where the first agent sleeps, which is to have the uplink.
     */
    public Engine(int agents, IdleMode idleMode, long maxPauseNanos, NanoClock clock, AgentThreads threads,
        ErrorHandler errorHandler, Parker parker) {
        this.fabric = new Fabric(SwitchRegisters.silent());
        this.clock = clock;
        this.maxPauseNanos = maxPauseNanos;
        this.threads = threads;
        this.errorHandler = errorHandler;
        for (int i = 0; i < agents; i++) {
            final AgentIdle idle = idleMode.newIdle(maxPauseNanos, i == 0 ? parker : Parker.THREAD);
            idles.add(idle);
            this.agents.add(new EngineAgent("vfnic-engine-" + i, fabric, clock, idle, false, this::dedicate));
        }
    }

    /** Adds a pool before {@link #start()}; pools are dealt to the agents in turn. */
    public void add(PoolEngine pool) {
        final EngineAgent agent = agents.get(pool.index() % agents.size());
        fabric.add(pool);
        pool.home(agent, fabric.claims());
        agent.own(pool);
    }

    /** Gives the card an uplink before {@link #start()}: the first agent's. */
    public void uplink(Uplink uplink) {
        agents.getFirst().own(uplink);
        fabric.uplinkOwner(agents.getFirst());
    }

    /** Gives the switch new registers; any thread that holds the card's control lock. */
    public void publish(SwitchRegisters registers) {
        fabric.publish(registers);
        // Frames may wait for what has changed: for a pool's VFTE, for the link.
        running.forEach(agent -> agent.idle.wake());
    }

    /** Names of the agents that run, those that serve one client alone behind the others. */
    public List<String> agentNames() {
        return running.stream().filter(agent -> !agent.runner.isClosed()).map(agent -> agent.runner.agent().roleName())
            .toList();
    }

    /** What those agents have done; in the same order. */
    public List<AgentLoad> loads() {
        return running.stream().filter(agent -> !agent.runner.isClosed())
            .map(agent -> ((EngineAgent)agent.runner.agent()).load()).toList();
    }

    /** Where the agents report VFs that spoof. */
    public SpoofReports spoofReports() {
        return fabric.spoofReports();
    }

    /** Starts the agents' threads. */
    public void start() {
        for (int i = 0; i < agents.size(); i++) {
            run(agents.get(i), i, idles.get(i));
        }
    }

    @Override
    public void close() {
        running.forEach(Running::close);
        // Again for those that shared agents had dedicated meanwhile; now there is nobody left to dedicate one.
        running.forEach(Running::close);
    }

    private EngineAgent dedicate(PoolEngine pool) {
        running.removeIf(agent -> agent.runner.isClosed());
        // It waits for its client's answers, and there may be one for each client: they are not to spin.
        final AgentIdle idle = IdleMode.BACKOFF.newIdle(maxPauseNanos, Parker.THREAD);
        final EngineAgent agent = new EngineAgent("vfnic-messages-" + pool.index(), fabric, clock, idle, true, null);
        run(agent, AgentThreads.EXTRA, idle);
        return agent;
    }

    private void run(EngineAgent agent, int number, AgentIdle idle) {
        final AgentRunner runner = new AgentRunner(idle, errorHandler, null, agent);
        AgentRunner.startOnThread(runner, task -> {
            final Thread thread = new Thread(() -> {
                threads.started(number);
                task.run();
            }, agent.roleName());
            thread.setDaemon(true);
            return thread;
        });
        running.add(new Running(runner, idle));
    }

    private record Running(AgentRunner runner, AgentIdle idle) {
        void close() {
            idle.end();
            runner.close();
        }
    }
}
