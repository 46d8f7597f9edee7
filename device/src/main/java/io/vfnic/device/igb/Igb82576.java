package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.vswitch.SwitchRegisters;
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
    private final StatisticsBlock statistics;

    private PfInterrupt pfInterrupt = causes -> { };

    /**
     * All registers are at their reset values, the link is down.
     *
     * @param pages      of each of the eight pools, the queue registers that its part of the engine works on.
     * @param state      the interrupt registers, shared with the engine.
     * @param counters   of each of the eight pools.
     * @param pools      the engine's side of each of the eight pools; not called before the first register access.
     * @param switchSink gets a fresh copy of the filter registers after every change, the first one at once. Called
     *                   with the control lock held: must not block.
     * @param clock      drives FRTIMER.
     * @param trace      hears of every register access.
     */
    public Igb82576(
        List<QueuePages> pages,
        InterruptState state,
        List<PoolCounters> counters,
        List<PoolControl> pools,
        Consumer<SwitchRegisters> switchSink,
        NanoClock clock,
        RegisterTrace trace) {
        if (pages.size() != POOLS || counters.size() != POOLS || pools.size() != POOLS) {
            throw new IllegalArgumentException("the 82576 has " + POOLS + " pools");
        }
        this.pools = List.copyOf(pools);
        this.switchSink = switchSink;
        this.control = new ControlLock(this::publish);
        this.pages = List.copyOf(pages);
        this.mailbox = new MailboxBlock(control, this::raiseMailbox, this::raisePf);
        this.general = new GeneralBlock(clock, control, this::softwareReset, mailbox::pfResetDone);
        this.interrupts = new InterruptBlock(state, this.pools);
        this.receive = new ReceiveBlock(control, pages, this.pools);
        this.transmit = new TransmitBlock(control, pages, this.pools);
        this.vmdq = new VmdqBlock(control);
        this.statistics = new StatisticsBlock(List.copyOf(counters));
        List<RegisterBlock> blocks = List.of(
            general, interrupts, receive, transmit, new FilterBlock(control), new RssBlock(control), vmdq, mailbox, statistics);
        this.pf = new RegisterSpace("pf", RegisterMaps.PF, trace);
        blocks.forEach(block -> block.bind(pf));
        for (int vf = 0; vf < POOLS; vf++) {
            RegisterSpace space = new RegisterSpace("vf" + vf, RegisterMaps.VF, trace);
            int pool = vf;
            blocks.forEach(block -> block.bindVf(pool, space));
            vfs.add(space);
            receive.functionLevelReset(vf);
            transmit.functionLevelReset(vf);
        }
        publish();
    }

    /** The lock that guards what functions share. */
    public ControlLock control() {
        return control;
    }

    /** Reads the dword at {@code offset} of a VF's registers. */
    public int vfRead(int vf, int offset) {
        return vfs.get(vf).read(offset);
    }

    /** Writes the dword at {@code offset} of a VF's registers. */
    public void vfWrite(int vf, int offset, int value) {
        vfs.get(vf).write(offset, value);
    }

    /** A VF's registers, for accesses of other widths and for the count of undeclared ones. */
    public RegisterSpace vfRegisters(int vf) {
        return vfs.get(vf);
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

    /** Function level reset and VFIO's device reset: everything of the VF at its reset values. */
    public void resetVf(int vf) {
        control.enter();
        try {
            pools.get(vf).resetQueues();
            interrupts.functionLevelReset(vf);
            receive.functionLevelReset(vf);
            transmit.functionLevelReset(vf);
            statistics.functionLevelReset(vf);
            vmdq.resetVf(vf);
            mailbox.functionLevelReset(vf);
        } finally {
            control.leave();
        }
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
        control.enter();
        try {
            pf.write(offset, value);
        } finally {
            control.leave();
        }
    }

    /** Who hears of the PF's causes: the PF's driver. */
    public void onPfInterrupt(PfInterrupt handler) {
        control.enter();
        try {
            pfInterrupt = handler;
        } finally {
            control.leave();
        }
    }

    /** The link came up or went down; every VF sees it in STATUS, and the PF's driver is told where it changed. */
    public void linkUp(boolean up) {
        control.enter();
        try {
            if (general.isLinkUp() != up) {
                general.linkUp(up);
                control.switchChanged();
                pfInterrupt.raised(PfInterrupt.LINK_STATUS_CHANGE);
            }
        } finally {
            control.leave();
        }
    }

    /** Shows one VF another state of the link than the card's, until {@link #linkUp} changes that. */
    public void vfLinkUp(int vf, boolean up) {
        general.vfLinkUp(vf, up);
    }

    /** How many VFs there are (STATUS.NUM_VFS), 0 to 7. */
    public void vfCount(int count) {
        general.vfCount(count);
    }

    /** VTCTRL.RST. Base addresses, lengths and buffer sizes of the queues stay, as on silicon. */
    private void softwareReset(int vf) {
        control.enter();
        try {
            pools.get(vf).resetQueues();
            interrupts.resetVf(vf);
            vmdq.resetVf(vf);
            mailbox.resetVf(vf);
        } finally {
            control.leave();
        }
    }

    private void raiseMailbox(int vf) {
        interrupts.raiseMailbox(vf);
    }

    private void raisePf(int causes) {
        pfInterrupt.raised(causes);
    }

    private void publish() {
        switchSink.accept(SwitchSnapshot.of(pf, general.isLinkUp()));
    }
}
