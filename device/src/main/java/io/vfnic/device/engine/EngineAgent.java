package io.vfnic.device.engine;

import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.ring.FrameSink;
import io.vfnic.device.ring.LargeSend;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.ReceiveStatus;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import io.vfnic.device.vswitch.LastRoute;
import io.vfnic.device.vswitch.SpoofReports;
import io.vfnic.device.vswitch.SwitchTable;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.Watch;
import org.agrona.LangUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;

/**
 * An engine agent: owns the queues of some pools, moves their frames through the switch and sends their interrupts. Its
 * duty cycle takes no lock, allocates nothing and logs nothing in normal traffic.
 */
final class EngineAgent implements Agent {
    /** Frames that one queue may send before the next one's turn. */
    private static final int BUDGET = 64;
    /** The same while a session's thread runs the duty cycle, which has other functions to answer, too. */
    private static final int LENT_BUDGET = 16;
    /** Frames, or large sends, that are taken from the uplink before the pools' turn. */
    private static final int UPLINK_BUDGET = 32;
    /** Among a frame's targets: it came from the wire. */
    private static final int FROM_WIRE = SwitchTable.UPLINK << 1;
    /** Among a frame's targets: the PF sent it. */
    private static final int FROM_PF = SwitchTable.UPLINK << 2;
    private static final int ORIGIN = FROM_WIRE | FROM_PF;
    private static final int POOLS = SwitchTable.UPLINK - 1;
    private static final int CRC_LENGTH = 4;
    /** How long a pool's memory may keep faulting before its client is given up although no file has shrunk. */
    private static final long MAX_FAULTY_NANOS = 1_000_000_000L;
    /** Faults come at the rate of memory accesses, and each look at the memory is a task for a session. */
    private static final long MEMORY_CHECK_INTERVAL_NANOS = 10_000_000L;

    private final String name;
    private final Fabric fabric;
    private final NanoClock clock;
    private final AgentIdle idle;
    private final boolean dedicated;
    private final Dedication dedication;
    private final AgentInbox inbox;
    private final FrameRing frames;
    private final MessageHandler commandHandler = this::onCommand;
    private final FrameSink sink = new FrameSink() {
        @Override
        public void accept(Frame frame) {
            onTransmit(frame);
        }

        @Override
        public boolean wantsLarge(Frame frame) {
            return leavesWhole(frame);
        }

        @Override
        public void acceptLarge(Frame frame, LargeSend send) {
            onLargeSend(frame, send);
        }
    };
    private final FrameSink wireSink = this::onWireFrame;
    private final ReceiveStatus status = new ReceiveStatus();
    private final LastRoute route = new LastRoute();
    private final AgentActivity activity;
    private final PoolEngine[] owned = new PoolEngine[Fabric.FUNCTIONS];

    /** Null where another agent has it, or there is none. */
    private Uplink uplink;
    private SwitchTable table;
    private PoolEngine sender;
    /** Functions that have been given frames whose descriptors are not written back yet. */
    private int receivers;
    private long now;
    private int budget = BUDGET;
    /** What went wrong while another thread ran the duty cycle: none of its business. */
    private Throwable lentFailure;
    private boolean memoryChecked;
    private long lastMemoryCheck;

    /** Makes an agent that serves one pool alone and may therefore wait for messages. */
    @FunctionalInterface
    interface Dedication {
        /** Starts such an agent; the pool is handed to it by the caller. */
        EngineAgent start(PoolEngine pool);
    }

    /**
     * @param dedicated  whether the agent serves one pool alone and ends when that pool leaves.
     * @param dedication how to get such an agent.
     */
    EngineAgent(String name, Fabric fabric, NanoClock clock, AgentIdle idle, boolean dedicated, Dedication dedication) {
        this.name = name;
        this.fabric = fabric;
        this.clock = clock;
        this.idle = idle;
        this.dedicated = dedicated;
        this.dedication = dedication;
        this.activity = new AgentActivity(name);
        this.inbox = new AgentInbox(idle, dedicated ? null : this::runLent);
        this.frames = new FrameRing(idle, this::onRelayed);
        this.table = fabric.table();
    }

    /** Where sessions ring this agent. */
    AgentInbox inbox() {
        return inbox;
    }

    /** What the agent has done so far; any thread. */
    AgentLoad load() {
        return new AgentLoad(name, activity.get(AgentActivity.Counter.CYCLES),
            activity.get(AgentActivity.Counter.BUSY_CYCLES), activity.get(AgentActivity.Counter.BUSY_NANOS),
            activity.get(AgentActivity.Counter.STALLS), activity.get(AgentActivity.Counter.RELAYED), idle.sleeps(),
            idle.wakeUps());
    }

    /** Makes the agent the pool's owner before it starts. */
    void own(PoolEngine pool) {
        owned[pool.index()] = pool;
    }

    /** Makes the agent the uplink's owner before it starts. */
    void own(Uplink port) {
        uplink = port;
    }

    @Override
    public String roleName() {
        return name;
    }

    @Override
    public int doWork() {
        now = clock.nanoTime();
        failLate();
        activity.begin(now);
        try {
            final int work = dutyCycle();
            activity.end(work);
            return work;
        } catch (InternalError late) {
            // A fault of earlier work, reported late. An error that got through would end the agent's thread.
            checkMemory();
            return 1;
        }
    }

    /** Throws what went wrong on another's thread: on the agent's own its runner takes it. */
    private void failLate() {
        final Throwable failure = lentFailure;
        if (failure != null) {
            lentFailure = null;
            LangUtil.rethrowUnchecked(failure);
        }
    }

    /** Runs the duty cycle on the thread of a session, while the agent sleeps; returns whether there was work. */
    private boolean runLent() {
        budget = LENT_BUDGET;
        try {
            final boolean worked = doWork() > 0;
            if (worked) {
                activity.pause(clock.nanoTime());
            }
            return worked;
        } catch (InternalError late) {
            // A fault in guest memory, reported between the duty cycle and here.
            checkMemory();
            return true;
        } catch (RuntimeException | Error failure) {
            lentFailure = failure;
            return true;
        } finally {
            budget = BUDGET;
        }
    }

    private int dutyCycle() {
        int work = inbox.drain(commandHandler);
        // After the commands: who has changed the table and then seen a quiesce point passed has seen the last of the
        // old.
        table = fabric.table();
        if (uplink != null) {
            uplink.link(table.isLinkUp());
        }
        work += receiveRelayed();
        if (uplink != null) {
            work += uplink.receive(UPLINK_BUDGET, table.vlanEtherType(), wireSink);
        }
        flushReceivers();
        for (PoolEngine pool : owned) {
            if (pool != null) {
                work += serve(pool);
                flushReceivers();
            }
        }
        if (uplink != null) {
            uplink.flush();
        }
        // Somebody waits for a frame; that one has left is told when there is time.
        for (PoolEngine pool : owned) {
            if (pool != null && pool.hasReceived()) {
                work += pool.flushInterrupts(now);
            }
        }
        long deadline = Long.MAX_VALUE;
        boolean silent = false;
        for (PoolEngine pool : owned) {
            if (pool != null) {
                work += pool.flushInterrupts(now);
                deadline = Math.min(deadline, pool.nextDeadline());
                silent |= pool.isSilent();
            }
        }
        idle.deadline(deadline);
        idle.lookOut(silent);
        return work;
    }

    private int serve(PoolEngine pool) {
        sender = pool;
        try {
            final int work = pool.poll(table, budget, now, sink);
            if (work > 0) {
                pool.worked();
            }
            moveIfMessagesWanted(pool);
            return work;
        } catch (InternalError fault) {
            onFault(pool);
            return 1;
        } catch (RuntimeException | OutOfMemoryError bug) {
            onBug(pool, bug);
            return 1;
        }
    }

    private void moveIfMessagesWanted(PoolEngine pool) {
        if (dedicated || !pool.wantsMessages()) {
            return;
        }
        try {
            final EngineAgent agent = dedication.start(pool);
            owned[pool.index()] = null;
            pool.moveTo(agent);
        } catch (OutOfMemoryError none) {
            // No thread or no memory for its rings: that client cannot be served, the others can.
            onBug(pool, none);
        }
    }

    private int receiveRelayed() {
        try {
            return frames.drain();
        } catch (InternalError fault) {
            checkMemory();
            return 1;
        }
    }

    /**
     * The JVM reports a SIGBUS in guest memory as InternalError, not always at once: any pool here may be the cause,
     * and the sessions look whose memory has shrunk. A pool is blamed without such proof only after a long time.
     */
    private void onFault(PoolEngine serving) {
        checkMemory();
        if (serving.hasFaultedFor(now) > MAX_FAULTY_NANOS) {
            serving.worked();
            serving.fail("its guest memory keeps faulting");
        }
    }

    private void checkMemory() {
        if (memoryChecked && now - lastMemoryCheck < MEMORY_CHECK_INTERVAL_NANOS) {
            return;
        }
        memoryChecked = true;
        lastMemoryCheck = now;
        for (PoolEngine pool : owned) {
            if (pool != null) {
                pool.checkMemory();
            }
        }
    }

    private void onBug(PoolEngine pool, Throwable bug) {
        pool.stop(now);
        pool.fail("internal error while serving its queues: " + bug);
    }

    private void onCommand(int type, MutableDirectBuffer buffer, int offset, int length) {
        final PoolEngine pool = fabric.pool(buffer.getInt(offset));
        try {
            follow(type, pool);
        } catch (InternalError late) {
            // A fault of earlier work, reported late: commands touch no guest memory, and sessions wait for them.
            checkMemory();
            follow(type, pool);
        }
    }

    private void follow(int type, PoolEngine pool) {
        if (type == AgentInbox.ADOPT) {
            owned[pool.index()] = pool;
            pool.passQuiescePoint(now);
            // Whoever asked while it was on its way.
            pool.answerInspections();
        } else if (type == AgentInbox.QUIESCE && owned[pool.index()] != null) {
            if (dedicated && !pool.hasClient()) {
                owned[pool.index()] = null;
                pool.moveHome();
                throw new AgentTerminationException(true);
            }
            pool.passQuiescePoint(now);
            // Before anyone else's frame comes for it, which this agent could not deliver.
            moveIfMessagesWanted(pool);
        }
        if (type == AgentInbox.INSPECT) {
            if (owned[pool.index()] != null) {
                pool.answerInspections();
            } else if (pool.owner() != this) {
                pool.owner().inbox().command(type, pool.index());
            }
        }
        // A pool that is not owned is on its way: its new owner passes the point when it adopts it, which is after the
        // request, since whoever asked us had read the owner before it changed.
    }

    private void onTransmit(Frame frame) {
        final long destination = frame.view().destination();
        final long source = frame.view().source();
        final int pool = sender.sendingPool();
        if (frame.isTaggedInBand() && (table.insertsTag(pool) || table.neverTags(pool))) {
            dropSpoofed(frame, source, SpoofReports.VLAN);
            return;
        }
        if (table.insertsTag(pool)) {
            frame.vlanControl(table.insertedTag(pool));
        }
        final int targets = route.of(table, pool, destination, source, frame.vlan());
        if (targets < 0) {
            dropSpoofed(frame, source, ~targets);
            return;
        }
        if (frame.isStampWanted()) {
            sender.stampTransmitted();
        }
        final boolean outside = (targets & SwitchTable.UPLINK) != 0;
        final int wire = outside && fabric.hasUplink() && !table.loopsWire() ? SwitchTable.UPLINK : 0;
        sender.counters().transmittedRun().add(frame.wireLength() + CRC_LENGTH, destination, (targets & POOLS) != 0);
        final int back =
            outside && table.loopsWire() ? table.routeFromUplink(destination, frame.vlan()) : 0;
        final int takers = targets & POOLS | back | wire;
        if (sender.watch().wantsFrames()) {
            sender.watch().sent(frame, verdictOf(takers));
        }
        if (takers == 0) {
            sender.counters().add(Counter.NO_DESTINATION, 1);
            return;
        }
        deliver(frame, sender.index() == Fabric.PF ? takers | FROM_PF : takers);
    }

    /**
     * Whether a large send goes to an uplink of this agent and nowhere else, by a way on which nobody looks at its
     * segments. What is dropped on its way is so segment by segment.
     */
    private boolean leavesWhole(Frame frame) {
        if (uplink == null || !uplink.takesLargeSends() || table.loopsWire() || frame.isStampWanted()
            || sender.watch().wantsFrames()) {
            return false;
        }
        final int pool = sender.sendingPool();
        if (table.insertsTag(pool) || frame.isTaggedInBand() && table.neverTags(pool)) {
            return false;
        }
        final long destination = frame.view().destination();
        final long source = frame.view().source();
        return route.of(table, pool, destination, source, frame.vlan()) == SwitchTable.UPLINK;
    }

    private void onLargeSend(Frame frame, LargeSend send) {
        final long destination = frame.view().destination();
        for (int segment = 0; segment < send.segments(); segment++) {
            sender.counters().transmittedRun().add(send.wireLength(segment) + CRC_LENGTH, destination, false);
        }
        uplink.sendLarge(frame, send, table.vlanEtherType(), sender.index() == Fabric.PF);
    }

    private void onWireFrame(Frame frame) {
        final long destination = frame.view().destination();
        final int pools = table.routeFromUplink(destination, frame.vlan());
        uplink.watchArrival(frame, verdictOf(pools));
        if (pools == 0) {
            uplink.counters().dropped(Drop.IN_UNWANTED, 1);
            return;
        }
        uplink.received(frame, isForPf(pools));
        deliver(frame, pools | FROM_WIRE);
    }

    private boolean isForPf(int pools) {
        for (int rest = pools; rest != 0; rest &= rest - 1) {
            if (functionOf(Integer.numberOfTrailingZeros(rest)) == Fabric.PF) {
                return true;
            }
        }
        return false;
    }

    /** Counts a frame that is dropped, and tells the PF's driver, but not of each one of a flood. */
    private void dropSpoofed(Frame frame, long source, int cause) {
        sender.counters().add(Counter.SPOOFED, 1);
        sender.watch().spoofed(source, cause);
        if (sender.watch().wantsFrames()) {
            sender.watch().sent(frame, cause == SpoofReports.VLAN ? Verdict.SPOOFED_VLAN : Verdict.SPOOFED_ADDRESS);
        }
        if (!sender.mayReportSpoof(now)) {
            return;
        }
        fabric.spoofReports().report(sender.sendingQueue(), cause);
        final PoolEngine pf = fabric.pool(Fabric.PF);
        if (pf != null && table.signalsSpoofs()) {
            pf.raisePortCause(PortCauses.OUT_OF_SYNC);
        }
    }

    /** The watch points of these destinations. */
    private int verdictOf(int targets) {
        if (targets == 0) {
            return Verdict.NO_DESTINATION;
        }
        int points = (targets & SwitchTable.UPLINK) != 0 ? 1 << Watch.UPLINK : 0;
        for (int rest = targets & ~SwitchTable.UPLINK; rest != 0; rest &= rest - 1) {
            points |= 1 << functionOf(Integer.numberOfTrailingZeros(rest));
        }
        return points;
    }

    /** @param targets pools and {@link SwitchTable#UPLINK}, and with them where the frame comes from. */
    private void deliver(Frame frame, int targets) {
        final int origin = targets & ORIGIN;
        int local = 0;
        int remote = 0;
        for (int rest = targets ^ origin; rest != 0; rest &= rest - 1) {
            final int target = Integer.lowestOneBit(rest);
            if (owns(target)) {
                local |= target;
            } else if (ownerOf(target) != null) {
                remote |= target;
            }
        }
        if (local != 0) {
            receive(frame, local | origin);
        }
        while (remote != 0) {
            remote &= ~relay(frame, remote, origin);
        }
    }

    private boolean owns(int target) {
        return target == SwitchTable.UPLINK ? uplink != null
            : owned[functionOf(Integer.numberOfTrailingZeros(target))] != null;
    }

    /** Whose a target is, or is to be in a moment: this agent perhaps. Null where there is nobody. */
    private EngineAgent ownerOf(int target) {
        if (target == SwitchTable.UPLINK) {
            return fabric.uplinkOwner();
        }
        final PoolEngine pool = fabric.pool(functionOf(Integer.numberOfTrailingZeros(target)));
        return pool == null ? null : pool.owner();
    }

    /** Hands a frame to the agent of the first of these targets, for all that it owns; returns which they are. */
    private int relay(Frame frame, int targets, int origin) {
        int mask = Integer.lowestOneBit(targets);
        final EngineAgent agent = ownerOf(mask);
        for (int rest = targets ^ mask; rest != 0; rest &= rest - 1) {
            if (ownerOf(Integer.lowestOneBit(rest)) == agent) {
                mask |= Integer.lowestOneBit(rest);
            }
        }
        if (!agent.frames.offer(frame, mask | origin)) {
            if ((origin & FROM_WIRE) != 0) {
                uplink.counters().dropped(Drop.IN_RING_FULL, 1);
            } else {
                sender.counters().add(Counter.RING_FULL, Integer.bitCount(mask));
            }
        } else {
            activity.relayed();
        }
        return mask;
    }

    private void onRelayed(Frame frame, int targets) {
        receive(frame, targets);
    }

    private void receive(Frame frame, int targets) {
        if ((targets & SwitchTable.UPLINK) != 0 && uplink != null) {
            uplink.send(frame, table.vlanEtherType(), (targets & FROM_PF) != 0);
        }
        if ((targets & POOLS) != 0) {
            receive(frame, targets & POOLS, (targets & FROM_WIRE) == 0 && !table.loopsWire());
        }
    }

    /** @param local whether another pool sent it; what a looped wire gives back has been outside, for its receiver. */
    private void receive(Frame frame, int pools, boolean local) {
        status.examine(frame, table.receiveChecksums(), table.receiveFilterControl(), local);
        // Silicon is said to leave looped frames unhashed. Here every frame is one, and drivers that ask for several
        // queues want their load spread; none depends on local frames being on the first queue.
        if (table.hashes()) {
            status.hash(frame, table.receiveMode(), table.hashKey());
        }
        for (int rest = pools; rest != 0; rest &= rest - 1) {
            final int pool = Integer.numberOfTrailingZeros(rest);
            final PoolEngine function = owned[functionOf(pool)];
            if (function != null) {
                give(frame, function, pool, local);
            }
        }
    }

    /** Whose a pool is: the VF with its number or the PF, which owns what no VF has. */
    private int functionOf(int pool) {
        return table.isVf(pool) ? pool : Fabric.PF;
    }

    /** Writes back the descriptors of what has been received since the last call. */
    private void flushReceivers() {
        while (receivers != 0) {
            final PoolEngine receiver = owned[Integer.numberOfTrailingZeros(receivers)];
            receivers &= receivers - 1;
            if (receiver != null) {
                flushReceived(receiver);
            }
        }
    }

    private void flushReceived(PoolEngine receiver) {
        try {
            receiver.flushReceived();
        } catch (InternalError fault) {
            onFault(receiver);
        } catch (RuntimeException | OutOfMemoryError bug) {
            onBug(receiver, bug);
        }
    }

    /** Gives a frame to one receiver, whose trouble is neither the sender's nor the other receivers'. */
    private void give(Frame frame, PoolEngine function, int pool, boolean local) {
        receivers |= 1 << function.index();
        try {
            function.receive(frame, status, table, pool, local);
        } catch (InternalError fault) {
            checkMemory();
        } catch (RuntimeException | OutOfMemoryError bug) {
            onBug(function, bug);
        }
    }
}
