package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.vswitch.SwitchOverlay;
import io.vfnic.device.vswitch.SwitchRegisters;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import org.agrona.concurrent.NanoClock;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The registers of one 82576: a single state, seen through the PF's registers and through those of each VF.
 * <p>
 * Threading: a VF's accesses come from its session's event loop, different VFs' from different ones. What VFs share is
 * guarded by {@link #control()}; the PF's side takes it itself. Nothing here blocks for long or calls back into a
 * session.
 */
public final class Igb82576 {
    /** Pools, and with them VFs, of the device. */
    public static final int POOLS = 8;

    private static final int QUEUES_OF_POOL_0 = 0x0101;
    private static final int ALL_QUEUES = 0xFFFF;

    private final ControlLock control;
    private final List<PoolControl> pools;
    private final Consumer<SwitchRegisters> switchSink;
    private final List<QueuePages> pages;
    private final RegisterSpace pf;
    private final List<RegisterSpace> vfs = new ArrayList<>();

    private final GeneralBlock general;
    private final InterruptBlock interrupts;
    private final ReceiveBlock receive;
    private final TransmitBlock transmit;
    private final VmdqBlock vmdq;
    private final MailboxBlock mailbox;
    private final RateBlock rates;
    private final SpoofBlock spoofs;
    private final StatisticsBlock statistics;
    private final PfInterruptBlock pfInterrupts;
    private final PfStatisticsBlock pfStatistics;
    private final PfQueueBlock pfQueues;
    private final NvmImage nvm;
    private final TimeBlock time;
    private final InterruptState interruptState;
    private final PortFunction port;
    private final Phy phy = new Phy();
    private final List<RegisterSpace> disabledVfs = new ArrayList<>();

    private Watch watch;
    private PfInterrupt pfInterrupt;
    private boolean phyDriven;
    private volatile int enabledVfs = POOLS;
    private volatile SwitchRegisters published;
    private Consumer<SwitchRegisters> programmedSink = registers -> { };
    private SwitchOverlay overlay = SwitchOverlay.NONE;

    /**
     * All registers are at their reset values, the link is down.
     *
     * @param pages      of each of the eight pools, the queue registers that its part of the engine works on.
     * @param state      the interrupt registers, shared with the engine.
     * @param counters   of each of the eight pools.
     * @param pools      the engine's side of each of the eight pools; not called before the first register access.
     * @param switchSink gets a fresh copy of the filter registers after every change, the first one at once. Called
     *                   with the control lock held: must not block.
     * @param port       the PF's side of the engine and what else it is made of.
     * @param clock      drives FRTIMER.
     * @param trace      hears of every register access.
     */
    public Igb82576(
        List<QueuePages> pages,
        InterruptState state,
        List<PoolCounters> counters,
        List<PoolControl> pools,
        PortFunction port,
        Consumer<SwitchRegisters> switchSink,
        NanoClock clock,
        RegisterTrace trace) {
        if (pages.size() != POOLS || counters.size() != POOLS || pools.size() != POOLS) {
            throw new IllegalArgumentException("the 82576 has " + POOLS + " pools");
        }
        this.pools = List.copyOf(pools);
        this.switchSink = switchSink;
        this.port = port;
        this.interruptState = state;
        this.control = new ControlLock(this::publish);
        this.pages = List.copyOf(pages);
        this.mailbox = new MailboxBlock(control, clock, this::raiseMailbox, this::raisePf);
        this.watch = new Watch(clock);
        this.general = new GeneralBlock(clock, control, this::softwareReset, mailbox::pfResetDone, resets());
        this.interrupts = new InterruptBlock(state, this.pools);
        this.pfQueues = new PfQueueBlock(this::pagesOfQueue, this::ownerOfQueue, queue -> !isOfVf(queue));
        this.receive = new ReceiveBlock(control, pages, this.pools, pfQueues::receives);
        this.transmit = new TransmitBlock(control, pages, this.pools, pfQueues::transmits);
        this.vmdq = new VmdqBlock(control);
        this.rates = new RateBlock(control);
        this.spoofs = new SpoofBlock(port.spoofs());
        this.statistics = new StatisticsBlock(List.copyOf(counters));
        this.pfInterrupts = new PfInterruptBlock(state, port.causes(), this::interruptsChanged);
        this.time = new TimeBlock(port.time());
        this.pfInterrupt = pfInterrupts::raise;
        this.pfStatistics = new PfStatisticsBlock(port.counters(), port.ofVfs());
        this.nvm = new NvmImage(port.mac());
        List<RegisterBlock> blocks = List.of(
            general, interrupts, receive, transmit, new FilterBlock(control), new QueueFilterBlock(control),
            new RssBlock(control), vmdq, mailbox,
            statistics, pfInterrupts, pfQueues, pfStatistics, new NvmBlock(nvm), new SemaphoreBlock(),
            new PhyBlock(phy, this::linkMayHaveChanged, pfInterrupts::raise), new WakeUpBlock(), new LinkLayerBlock(),
            new LegacyBlock(), new VfMirrorBlock(vf -> vf < enabledVfs, this::resetVfForPf), new PlainBlock(),
            rates, spoofs, time);
        this.pf = new RegisterSpace("pf", RegisterMaps.PF, trace);
        blocks.forEach(block -> block.bind(pf));
        for (int vf = 0; vf < POOLS; vf++) {
            RegisterSpace space = new RegisterSpace("vf" + vf, RegisterMaps.VF, trace);
            int pool = vf;
            blocks.forEach(block -> block.bindVf(pool, space));
            vfs.add(space);
            disabledVfs.add(new RegisterSpace("vf" + vf, RegisterMaps.DISABLED_VF, trace));
            receive.functionLevelReset(vf);
            transmit.functionLevelReset(vf);
            resetPfQueues(vf);
        }
        loadAddress();
        publish();
    }

    /** Where messages and events are recorded; before the first access. */
    public void watch(Watch other) {
        watch = other;
        mailbox.watch(other);
    }

    /** Where messages and events are recorded. */
    public Watch watch() {
        return watch;
    }

    /** The lock that guards what functions share. */
    public ControlLock control() {
        return control;
    }

    /** Reads the dword at {@code offset} of a VF's registers. */
    public int vfRead(int vf, int offset) {
        return vfRegisters(vf).read(offset);
    }

    /** Writes the dword at {@code offset} of a VF's registers. */
    public void vfWrite(int vf, int offset, int value) {
        vfRegisters(vf).write(offset, value);
    }

    /** A VF's registers, for accesses of other widths and for the count of undeclared ones. */
    public RegisterSpace vfRegisters(int vf) {
        return vf < enabledVfs ? vfs.get(vf) : disabledVfs.get(vf);
    }

    /** How many accesses to the 4 KiB page at {@code pageOffset} of the PF's registers no register took. */
    public long pfUndeclaredAccesses(int pageOffset) {
        return pf.undeclaredAccesses(pageOffset);
    }

    /** The two pages that hold a VF's queue registers. */
    public QueuePages queuePages(int vf) {
        return pages.get(vf);
    }

    /** Registers of receive queue {@code queue}, 0 to 15: the VF's number, plus 8 for its second queue. */
    public QueueRegisters receiveQueue(int queue) {
        return pages.get(queue % POOLS).receive(queue / POOLS);
    }

    /** Registers of transmit queue {@code queue}, numbered as {@link #receiveQueue}. */
    public QueueRegisters transmitQueue(int queue) {
        return pages.get(queue % POOLS).transmit(queue / POOLS);
    }

    /** Whether a device queue, 0 to 15, is a VF's rather than the PF's. */
    public boolean isOfVf(int queue) {
        return queue % POOLS < enabledVfs;
    }

    /** Registers of receive queue {@code queue}, 0 to 15, while it is the PF's. */
    public QueueRegisters pfReceiveQueue(int queue) {
        return port.queues().get(queue % POOLS).receive(queue / POOLS);
    }

    /** As {@link #pfReceiveQueue}, of a transmit queue. */
    public QueueRegisters pfTransmitQueue(int queue) {
        return port.queues().get(queue % POOLS).transmit(queue / POOLS);
    }

    /** Function level reset and VFIO's device reset: everything of the VF at its reset values. */
    public void resetVf(int vf) {
        control.run(() -> {
            if (vf < enabledVfs) {
                clearVf(vf);
            }
        });
    }

    private void clearVf(int vf) {
        pools.get(vf).resetQueues();
        interrupts.functionLevelReset(vf);
        receive.functionLevelReset(vf);
        transmit.functionLevelReset(vf);
        statistics.functionLevelReset(vf);
        vmdq.resetVf(vf);
        mailbox.functionLevelReset(vf);
    }

    /**
     * SR-IOV's VF enable: this many VFs, from 0 on, have their queues and registers; everything else is the PF's. A VF
     * that is not enabled shows a PF in reset and hears nothing.
     */
    public void enableVfs(int count) {
        control.enter();
        try {
            int before = enabledVfs;
            for (int vf = count; vf < before; vf++) {
                clearVf(vf);
                pools.get(vf).own(0);
                resetPfQueues(vf);
            }
            enabledVfs = count;
            general.vfCount(count);
            port.pool().own(ALL_QUEUES & ~queuesOfVfs(count));
            for (int vf = before; vf < count; vf++) {
                pools.get(vf).own(QUEUES_OF_POOL_0 << vf);
                clearVf(vf);
            }
            pfQueues.forget(queuesOfVfs(Math.max(before, count)));
            control.switchChanged();
            if (count != before) {
                watch.point(Watch.PF).event(WatchEvent.VFS_ENABLED, count, before, "");
            }
        } finally {
            control.leave();
        }
    }

    /** How many VFs are enabled. */
    public int enabledVfs() {
        return enabledVfs;
    }

    /** A guest drives the port: its PHY and its CTRL.SLU decide on the link from now on. */
    public void attachPhy() {
        control.enter();
        try {
            phyDriven = true;
            linkMayHaveChanged();
        } finally {
            control.leave();
        }
    }

    /**
     * The other end of the port's cable is there, or is not: where a guest drives the port its PHY negotiates, and the
     * driver's CTRL.SLU brings the link up; else the link is up at once.
     */
    public void cable(boolean plugged) {
        control.enter();
        try {
            phy.cable(plugged);
            if (phyDriven) {
                linkMayHaveChanged();
            } else {
                linkUp(plugged);
            }
        } finally {
            control.leave();
        }
    }

    /** Function level reset of the PF: its registers, its PHY and with them all VFs. */
    public void resetPf() {
        control.enter();
        try {
            enableVfs(0);
            phy.reset();
            resetPfRegisters();
            pf.store(PlainBlock.RXPBS, 0, PlainBlock.RXPBS.resetValue());
            pf.store(PlainBlock.TXPBS, 0, PlainBlock.TXPBS.resetValue());
            for (int vector = 0; vector < InterruptState.VECTORS; vector++) {
                interruptState.moderation(vector, 0);
            }
        } finally {
            control.leave();
        }
    }

    /** As {@link #pfRead(int)}, for any length of {@link RegisterSpace#read(int, int)}. */
    public long pfRead(int offset, int length) {
        control.enter();
        try {
            return pf.read(offset, length);
        } finally {
            control.leave();
        }
    }

    /** As {@link #pfWrite(int, int)}, for any length of {@link RegisterSpace#write(int, int, long)}. */
    public void pfWrite(int offset, int length, long value) {
        control.run(() -> pf.write(offset, length, value));
    }

    /** Reads the dword at {@code offset} of the PF's registers. */
    public int pfRead(int offset) {
        control.enter();
        try {
            return pf.read(offset);
        } finally {
            control.leave();
        }
    }

    /** Writes the dword at {@code offset} of the PF's registers. */
    public void pfWrite(int offset, int value) {
        control.run(() -> pf.write(offset, value));
    }

    /** What a read of one of the PF's registers would give, without its side effects. */
    public int pfPeek(Register register, int element) {
        control.enter();
        try {
            return pf.peek(register, element);
        } finally {
            control.leave();
        }
    }

    /** Who hears of the PF's causes: the PF's driver. */
    public void onPfInterrupt(PfInterrupt handler) {
        control.run(() -> pfInterrupt = handler);
    }

    /** Who gets a copy of the filter registers after every change, as the PF's driver has them; as the switch's. */
    public void onProgrammed(Consumer<SwitchRegisters> sink) {
        control.run(() -> programmedSink = sink);
    }

    /** The link came up or went down; every VF sees it in STATUS, and the PF's driver is told where it changed. */
    public void linkUp(boolean up) {
        control.enter();
        try {
            if (general.isLinkUp() != up) {
                general.linkUp(up);
                watch.point(Watch.PF).event(up ? WatchEvent.LINK_UP : WatchEvent.LINK_DOWN);
                control.switchChanged();
                pfInterrupt.raised(PfInterrupt.LINK_STATUS_CHANGE);
            }
        } finally {
            control.leave();
        }
    }

    /** Has the switch work by what an operator has set above what the registers say. */
    public void overlay(SwitchOverlay above) {
        control.run(() -> {
            overlay = above;
            control.switchChanged();
        });
    }

    /**
     * Shows a VF a link, or none, whatever the port's is, or with null the port's again. The VF's driver looks at it
     * when it is {@linkplain #tellVf told}.
     */
    public void forceVfLink(int vf, Boolean up) {
        control.run(() -> {
            boolean before = isVfLinkUp(vf);
            general.forceVfLink(vf, up);
            if (isVfLinkUp(vf) != before) {
                control.switchChanged();
                watch.point(vf).event(before ? WatchEvent.LINK_DOWN : WatchEvent.LINK_UP);
            }
        });
    }

    /** Writes a message of one dword, not 0, to an enabled VF's mailbox in the PF's place. */
    public void tellVf(int vf, int message) {
        control.run(() -> {
            if (vf < enabledVfs) {
                mailbox.tell(vf, message);
            }
        });
    }

    /** The PF is ready for one VF, as CTRL_EXT.PFRSTD says for all. */
    public void vfResetDone(int vf) {
        control.run(() -> mailbox.vfResetDone(vf));
    }

    /** Whether the port's link is up. */
    public boolean isLinkUp() {
        return general.isLinkUp();
    }

    /** Whether a VF is shown a link. */
    public boolean isVfLinkUp(int vf) {
        return vf < enabledVfs && general.isVfLinkUp(vf);
    }

    /** What the switch works by: the copy of its registers that was published last. */
    public SwitchRegisters switchRegisters() {
        return published;
    }

    /** How many VFs there are (STATUS.NUM_VFS), 0 to 7. */
    public void vfCount(int count) {
        general.vfCount(count);
    }

    /** VTCTRL.RST. Base addresses, lengths and buffer sizes of the queues stay, as on silicon. */
    private void softwareReset(int vf) {
        control.enter();
        try {
            watch.point(vf).event(WatchEvent.SOFTWARE_RESET);
            pools.get(vf).resetQueues();
            interrupts.resetVf(vf);
            vmdq.resetVf(vf);
            mailbox.resetVf(vf);
        } finally {
            control.leave();
        }
    }

    /**
     * VTCTRL.RST by the PF, who does not hear of it: its driver does so when the VF has reset itself. What the VF has
     * in its mailbox since then stays.
     */
    private void resetVfForPf(int vf) {
        watch.point(vf).event(WatchEvent.RESET_BY_PF);
        pools.get(vf).resetQueues();
        interrupts.resetVf(vf);
        vmdq.resetVf(vf);
    }

    private void raiseMailbox(int vf) {
        interrupts.raiseMailbox(vf);
    }

    private void raisePf(int causes) {
        pfInterrupt.raised(causes);
    }

    private void publish() {
        SwitchRegisters programmed = SwitchSnapshot.of(
            pf, general.isLinkUp(), vfLinks(), enabledVfs, rates.limits(), phyDriven && phy.isLoopback());
        published = overlay.over(programmed);
        switchSink.accept(published);
        programmedSink.accept(programmed);
    }

    private int vfLinks() {
        int links = 0;
        for (int vf = 0; vf < enabledVfs; vf++) {
            links |= general.isVfLinkUp(vf) ? 1 << vf : 0;
        }
        return links;
    }

    private GeneralBlock.PfReset resets() {
        return new GeneralBlock.PfReset() {
            @Override
            public void software() {
                watch.point(Watch.PF).event(WatchEvent.SOFTWARE_RESET);
                resetPfRegisters();
            }

            @Override
            public void phy() {
                phy.reset();
            }

            @Override
            public boolean phyWasReset() {
                return phy.wasReset();
            }

            @Override
            public void phyResetSeen() {
                phy.resetSeen();
            }

            @Override
            public void nvm() {
                loadAddress();
                control.switchChanged();
            }

            @Override
            public void controlChanged() {
                linkMayHaveChanged();
            }
        };
    }

    /** CTRL.RST: registers at reset values but for the packet buffers' sizes and EITR; PHY and enabled VFs stay. */
    private void resetPfRegisters() {
        port.pool().resetQueues();
        int receiveBuffer = pf.load(PlainBlock.RXPBS, 0);
        int transmitBuffer = pf.load(PlainBlock.TXPBS, 0);
        pf.reset();
        pf.store(PlainBlock.RXPBS, 0, receiveBuffer);
        pf.store(PlainBlock.TXPBS, 0, transmitBuffer);
        pfInterrupts.reset();
        rates.reset();
        spoofs.reset();
        pfStatistics.reset();
        pfQueues.reset();
        time.reset();
        interrupts.resetRouting();
        for (int vf = 0; vf < POOLS; vf++) {
            if (vf < enabledVfs) {
                pools.get(vf).resetQueues();
            }
            receive.functionLevelReset(vf);
            transmit.functionLevelReset(vf);
            resetPfQueues(vf);
        }
        mailbox.pfReset();
        loadAddress();
        control.switchChanged();
        linkMayHaveChanged();
        // The reset itself takes the link down, which is no news to the driver.
        port.causes().clear(PfInterrupt.LINK_STATUS_CHANGE);
    }

    /** The NVM's address goes to the first receive address register. */
    private void loadAddress() {
        pf.store(FilterBlock.RAL, 0, nvm.word(0) | nvm.word(1) << 16);
        pf.store(FilterBlock.RAH, 0, nvm.word(2) | (port.mac() == 0 ? 0 : FilterBlock.RAH_VALID));
    }

    private void linkMayHaveChanged() {
        if (phyDriven) {
            linkUp(phy.isLinkUp() && (pf.load(GeneralBlock.CTRL, 0) & GeneralBlock.CTRL_SLU) != 0);
            control.switchChanged();
        }
    }

    private void resetPfQueues(int pool) {
        ReceiveBlock.resetQueues(pool, port.queues().get(pool));
        TransmitBlock.resetQueues(port.queues().get(pool));
    }

    private QueuePages pagesOfQueue(int queue) {
        int pool = queue % POOLS;
        return isOfVf(queue) ? pages.get(pool) : port.queues().get(pool);
    }

    private PoolControl ownerOfQueue(int queue) {
        return isOfVf(queue) ? pools.get(queue % POOLS) : port.pool();
    }

    private void interruptsChanged() {
        port.pool().interruptsChanged();
        for (int vf = 0; vf < enabledVfs; vf++) {
            pools.get(vf).interruptsChanged();
        }
    }

    private static int queuesOfVfs(int count) {
        int queues = 0;
        for (int vf = 0; vf < count; vf++) {
            queues |= QUEUES_OF_POOL_0 << vf;
        }
        return queues;
    }
}
