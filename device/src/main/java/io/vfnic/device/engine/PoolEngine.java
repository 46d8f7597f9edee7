package io.vfnic.device.engine;

import io.vfnic.device.igb.PoolControl;
import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.memory.DmaView;
import io.vfnic.device.memory.GuestMemory;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.ring.FrameSink;
import io.vfnic.device.ring.PacketBuffer;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.ring.ReceiveQueue;
import io.vfnic.device.ring.ReceiveStatus;
import io.vfnic.device.ring.RingContents;
import io.vfnic.device.ring.TransmitQueue;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.MessageDma;
import io.vfnic.device.time.TimeSync;
import io.vfnic.device.vswitch.SwitchTable;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.WatchPoint;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Consumer;

/**
 * One pool's part of the engine: its queues, its view of guest memory, its interrupts.
 * <p>
 * Methods marked "session" are called by event loops; they only leave a request and ring the agent. All others belong
 * to the agent that owns the pool.
 */
public final class PoolEngine implements PoolControl {
    /** Queues of each kind of a VF: device queues n and n + 8. */
    public static final int QUEUES = 2;

    private static final int QUEUE_STRIDE = 8;
    private static final int PF_QUEUES = 16;

    private final int index;
    private final GuestMemory memory = new GuestMemory();
    private final DmaView dma = new DmaView(memory);
    private final VectorUnit vectors;
    private final PoolInterrupts interrupts;
    private final PoolCounters counters;
    private final PoolReceiver receiver;
    private final TransmitQueue[] transmit;
    private final ReceiveQueue[] receive;
    private final TransmitLimits limits;
    private final QueueSet queues;
    private final Quiescence quiescence = new Quiescence();
    /** The PF's clock and timestamps; null for a VF, which has none. */
    private final TimeSync time;

    private final RingInspections inspections = new RingInspections();

    private volatile boolean busMaster;
    private volatile ClientLink client;
    private volatile EngineAgent owner;
    private EngineAgent home;
    /** The queue whose turn it is to send. */
    private int turn;
    private int sendingPool;
    private int sendingQueue;
    private final SpoofPace spoofPace;
    /** When frames that rate limits hold back are to be looked at. */
    private long heldUntil = TransmitQueue.NOT_HELD;
    /** Whether clients have the registers mapped, so that nobody rings when a tail moves; set before the start. */
    private boolean silent;
    private final PoolWatch watch = new PoolWatch();
    private boolean faultsBegan;
    private long firstFault;

    /**
     * @param index     of the pool, 0 to 7.
     * @param receive   the pool's receive queues' registers.
     * @param transmit  the pool's transmit queues' registers.
     */
    public PoolEngine(int index, QueueRegisters[] receive, QueueRegisters[] transmit, InterruptState interrupts,
        VectorUnit vectors, PoolCounters counters) {
        this(index, index, QUEUE_STRIDE, receive, transmit, interrupts, vectors, counters, null, null);
        queues.want(-1);
    }

    private PoolEngine(int index, int firstQueue, int stride, QueueRegisters[] receive, QueueRegisters[] transmit,
        InterruptState interrupts, VectorUnit vectors, PoolCounters counters, PortInterrupts port,
        TimeSync time) {
        this.index = index;
        this.queues = new QueueSet(firstQueue, stride, receive.length);
        this.vectors = vectors;
        this.interrupts = new PoolInterrupts(interrupts, vectors, port);
        this.counters = counters;
        this.time = time;
        this.receive = new ReceiveQueue[receive.length];
        this.transmit = new TransmitQueue[transmit.length];
        final PacketBuffer packetBuffer = new PacketBuffer();
        for (int k = 0; k < receive.length; k++) {
            this.receive[k] = new ReceiveQueue(receive[k], dma, counters, packetBuffer);
            this.transmit[k] = new TransmitQueue(transmit[k], dma, counters);
        }
        this.receiver = new PoolReceiver(this.receive, queues, this.interrupts, counters, time, watch);
        this.spoofPace = new SpoofPace(transmit.length);
        this.limits = new TransmitLimits(this.transmit, firstQueue, stride);
    }

    /**
     * The PF's part: of the device's sixteen queues of each kind it runs those that no VF has, at first none.
     *
     * @param port the PF's interrupts beside the vectors of queues.
     * @param time the clock that stamps the PF's frames.
     */
    public static PoolEngine ofPf(QueueRegisters[] receive, QueueRegisters[] transmit, InterruptState interrupts,
        VectorUnit vectors, PoolCounters counters, PortInterrupts port, TimeSync time) {
        if (receive.length != PF_QUEUES || transmit.length != PF_QUEUES) {
            throw new IllegalArgumentException("the device has " + PF_QUEUES + " queues");
        }
        return new PoolEngine(Fabric.PF, 0, 1, receive, transmit, interrupts, vectors, counters, port, time);
    }

    /** Where what happens to the function is recorded (before the start). */
    public void watch(WatchPoint point) {
        watch.point(point);
        vectors.watch(point);
        interrupts.watch(point);
        for (int k = 0; k < transmit.length; k++) {
            transmit[k].watch(point, k);
            receive[k].watch(point, k);
        }
    }

    /** How many queues of each kind the function may have. */
    public int queuePairs() {
        return receive.length;
    }

    /** What has gone through the function's receive queue k; any thread. */
    public QueueCounters receiveTraffic(int k) {
        return receive[k].traffic();
    }

    /** What has gone through the function's transmit queue k, whatever became of it; any thread. */
    public QueueCounters transmitTraffic(int k) {
        return transmit[k].traffic();
    }

    PoolWatch watch() {
        return watch;
    }

    /**
     * Has the agent look at the rings (session).
     *
     * @param answer gets the receive queues and then the transmit queues, on the agent's thread; must not block.
     */
    public void inspect(Consumer<List<RingContents>> answer) {
        inspections.add(answer);
        owner.inbox().command(AgentInbox.INSPECT, index);
    }

    /** Place among the card's functions; for a VF also the number of its pool. */
    public int index() {
        return index;
    }

    /** Name of the agent that has the pool now (session). */
    public String agentName() {
        return owner.roleName();
    }

    /** The guest's memory (session). */
    public GuestMemory memory() {
        return memory;
    }

    /** The function's interrupts (session: signals only). */
    public VectorUnit vectors() {
        return vectors;
    }

    /** A client has come, or with null has gone (session). */
    public void client(ClientLink link) {
        final ClientLink gone = client;
        client = link;
        memory.messageDma(link == null ? null : link.messageDma());
        if (link == null && gone != null) {
            // The agent may be waiting for an answer of a client that will never give one.
            gone.messageDma().cancel();
        }
    }

    /** Clients have the queues' registers mapped from now on: nobody rings when they write there (before the start). */
    public void pollRegisters() {
        silent = true;
    }

    /** The Bus Master Enable bit: without it the function does no DMA (session). */
    public void busMaster(boolean enabled) {
        if (busMaster != enabled) {
            busMaster = enabled;
            quiesce();
        }
    }

    @Override
    public void doorbell() {
        owner.inbox().look();
    }

    @Override
    public void receiveTailMoved() {
        // The tail must be visible before this is read: the agent says first that it holds frames and looks at the tail
        // once more then.
        VarHandle.fullFence();
        if (receiver.isHolding()) {
            doorbell();
        }
    }

    @Override
    public void interruptsChanged() {
        owner.inbox().look();
    }

    @Override
    public void queueControlChanged() {
        quiesce();
    }

    @Override
    public void resetQueues() {
        quiescence.requestReset();
        quiesce();
    }

    @Override
    public void own(int deviceQueues) {
        queues.want(deviceQueues);
        quiesce();
    }

    /** Makes the agent take up everything that has changed and let go of the old state (session). */
    public void quiesce() {
        quiescence.request();
        final ClientLink link = client;
        if (link != null) {
            // After the request is visible: the agent resumes messages before it reads the request.
            link.messageDma().cancel();
        }
        owner.inbox().quiesce(index);
    }

    /** Whether the agent has passed a quiesce point since the last request and has the queues given to it (session). */
    public boolean isQuiet() {
        return quiescence.isQuiet();
    }

    /** Calls back when {@link #isQuiet()}, from the agent or at once (session). */
    public void whenQuiet(Runnable callback) {
        quiescence.whenQuiet(callback);
    }

    void home(EngineAgent agent, QueueClaims queueClaims) {
        home = agent;
        owner = agent;
        queues.join(queueClaims, this);
    }

    EngineAgent owner() {
        return owner;
    }

    /** Has the pool's agent look, from within another's duty cycle or its own. */
    void remindOwner() {
        owner.inbox().remind();
    }

    boolean isAtHome() {
        return owner == home;
    }

    /** Whether the pool's client has memory that only messages reach, and the pool's agent may not wait for them. */
    boolean wantsMessages() {
        return client != null && dma.areMessagesWanted();
    }

    boolean hasClient() {
        return client != null;
    }

    void moveTo(EngineAgent agent) {
        dma.allowMessages(agent != home);
        owner = agent;
        agent.inbox().command(AgentInbox.ADOPT, index);
    }

    void moveHome() {
        moveTo(home);
    }

    /** A quiesce point: nothing of the old state is held. */
    void passQuiescePoint(long now) {
        final ClientLink link = client;
        if (link != null) {
            link.messageDma().resume();
        }
        quiescence.pass();
        if (quiescence.takeReset()) {
            stop(now);
            interrupts.clearRaised();
        }
        followRegisters();
        answerQuiesce();
    }

    /** Whoever asked may go on, but not before the queues that he gave the function are its own. */
    private void answerQuiesce() {
        if (queues.isSettled()) {
            quiescence.answer();
        }
    }

    /** Stops the queues and forgets all that was under way. */
    void stop(long now) {
        for (int rest = queues.kept(); rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            transmit[k].reset();
            receive[k].reset();
        }
        receiver.forget(queues.kept());
        counters.publish();
        interrupts.reset(now);
    }

    /**
     * Sends what the guest has queued, as much as a VF's two queues may send, however many the function has: they take
     * turns.
     *
     * @param budget frames that one queue may send.
     */
    int poll(SwitchTable table, int budget, long now, FrameSink sink) {
        if (queues.isSettled()) {
            followRegisters();
        } else {
            followRegisters();
            answerQuiesce();
        }
        limits.follow(table, now);
        heldUntil = TransmitQueue.NOT_HELD;
        if (!busMaster) {
            return 0;
        }
        for (int rest = queues.held(); rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            if (receive[k].settle()) {
                interrupts.received(queues.deviceQueue(k));
            }
        }
        final int given = receiver.isHolding() ? receiver.giveHeld(table, budget) : 0;
        final int from = -1 << turn;
        final int work = send(queues.held() & from, given, table, budget, now, sink);
        return send(queues.held() & ~from, work, table, budget, now, sink);
    }

    /** Sends from some of the queues; returns all work that was done with that done before. */
    private int send(int some, int before, SwitchTable table, int budget, long now, FrameSink sink) {
        final int most = QUEUES * budget;
        int work = before;
        for (int rest = some; rest != 0 && work < most; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            final int pool = table.poolOfQueue(queues.deviceQueue(k));
            if (table.maySend(pool)) {
                work += sendFrom(k, pool, table, Math.min(budget, most - work), now, sink);
                heldUntil = Math.min(heldUntil, transmit[k].heldUntil());
            }
            turn = k + 1;
        }
        return work;
    }

    /** The pool of the queue whose frames are being sent. */
    int sendingPool() {
        return sendingPool;
    }

    /** The device's number of the queue whose frames are being sent. */
    int sendingQueue() {
        return queues.deviceQueue(sendingQueue);
    }

    /** Whether the PF's driver is to be told once more that the queue being sent from spoofs. */
    boolean mayReportSpoof(long now) {
        return spoofPace.mayReport(sendingQueue, now);
    }

    /** Sets a cause in ICR: the PF's part only. Any agent calls. */
    void raisePortCause(int cause) {
        interrupts.raisePortCause(cause);
        remindOwner();
    }

    /** The frame being sent is to be stamped. */
    void stampTransmitted() {
        if (time != null) {
            time.stampTransmitted();
        }
    }

    /** Gives the guest a frame that the switch has chosen it for. */
    void receive(Frame frame, ReceiveStatus status, SwitchTable table, int pool, boolean local) {
        final int verdict = busMaster ? receiver.take(frame, status, table, pool, local) : Verdict.NO_BUS_MASTER;
        if (watch.wantsFrames()) {
            watch.received(frame, verdict);
        }
    }

    /** Brings to the guest the descriptors of the frames it has been given since the last call. */
    void flushReceived() {
        receiver.flush();
    }

    /** Whether the guest has got frames that it has not been told of. */
    boolean hasReceived() {
        return interrupts.hasReceived();
    }

    /** Raises the causes of the batch and sends the interrupts that are due. */
    int flushInterrupts(long now) {
        final int sent = interrupts.flush(now);
        if (sent > 0) {
            counters.add(Counter.IAC, sent);
        }
        return sent;
    }

    long nextDeadline() {
        return Math.min(heldUntil, interrupts.nextDeadline());
    }

    /** Whether a queue runs whose driver rings nobody. */
    boolean isSilent() {
        if (!silent || client == null) {
            return false;
        }
        for (int rest = queues.held(); rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            if (transmit[k].isRunning() || receive[k].isRunning()) {
                return true;
            }
        }
        return false;
    }

    PoolCounters counters() {
        return counters;
    }

    /** The pool was served without a fault. */
    void worked() {
        faultsBegan = false;
    }

    /** A fault was met while the pool was served; for how long that has been so by now, nanoseconds. */
    long hasFaultedFor(long now) {
        if (!faultsBegan) {
            faultsBegan = true;
            firstFault = now;
        }
        return now - firstFault;
    }

    /** A fault in guest memory was met while this pool was served: its session looks whose memory has vanished. */
    void checkMemory() {
        final ClientLink link = client;
        if (link != null) {
            link.checkMemory();
        }
    }

    /** The client cannot be served any longer. */
    void fail(String reason) {
        final ClientLink link = client;
        if (link != null) {
            watch.failed(reason);
            link.fail(reason);
        }
    }

    void answerInspections() {
        inspections.answer(queues.held(), receive, transmit);
    }

    private void followRegisters() {
        final boolean moved = dma.refresh();
        if (!queues.isSettled()) {
            exchangeQueues();
        }
        for (int rest = queues.held(); rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            if (moved) {
                transmit[k].memoryChanged();
                receive[k].memoryChanged();
            }
            transmit[k].followEnable();
            receive[k].followEnable();
        }
    }

    private void exchangeQueues() {
        final int lost = queues.held() & ~queues.kept();
        for (int rest = lost; rest != 0; rest &= rest - 1) {
            final int k = Integer.numberOfTrailingZeros(rest);
            transmit[k].release();
            receive[k].release();
        }
        receiver.forget(lost);
        queues.exchange(lost, this);
    }

    /** The device's queues among which the agent has the function's rings, bit q for device queue q. */
    int heldQueues() {
        return queues.heldOfDevice();
    }

    private int sendFrom(int k, int pool, SwitchTable table, int budget, long now, FrameSink sink) {
        sendingPool = pool;
        sendingQueue = k;
        final boolean ignoreVle = table.insertsTag(pool) || table.neverTags(pool);
        final int work = transmit[k].poll(budget, table.vlanEtherType(), ignoreVle, now, sink);
        if (transmit[k].takeReported()) {
            interrupts.transmitted(queues.deviceQueue(k));
        }
        return work;
    }
}
