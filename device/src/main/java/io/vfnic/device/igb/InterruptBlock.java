package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The extended interrupt registers: windows of three bits on {@link InterruptState} for each VF, and the vectors that
 * queues and mailboxes are routed to (VTIVAR, VTIVAR_MISC).
 */
public final class InterruptBlock implements RegisterBlock {
    /** GPIE of the PF. */
    public static final Register GPIE = Register.at(0x1514, "GPIE", "general purpose interrupt enable")
        .field("NSICR", 0).field("MSIX_MODE", 4).field("EIAME", 30).field("PBA_SUPPORT", 31)
        .readWrite();
    /** IVAR of the PF: register n routes receive and transmit queues n and n + 8. */
    public static final Register IVAR = Register.at(0x1700, "IVAR", "queue interrupt routing").array(8, 4)
        .field("RX", 7, 0).field("TX", 15, 8).field("RX8", 23, 16).field("TX8", 31, 24)
        .readWrite(0x9F9F9F9F);

    private static final int WINDOW = 7;

    /** VTEICS. */
    public static final Register VTEICS = Register.at(0x1520, "VTEICS", "interrupt cause set").field("MSIX", 2, 0)
        .writeOnly(WINDOW);
    /** VTEIMS. */
    public static final Register VTEIMS = Register.at(0x1524, "VTEIMS", "interrupt mask set").field("MSIX", 2, 0)
        .build(Access.WRITE_1_SET, WINDOW);
    /** VTEIMC. */
    public static final Register VTEIMC = Register.at(0x1528, "VTEIMC", "interrupt mask clear").field("MSIX", 2, 0)
        .writeOnly(WINDOW);
    /** VTEIAC. */
    public static final Register VTEIAC = Register.at(0x152C, "VTEIAC", "interrupt auto-clear").field("MSIX", 2, 0)
        .readWrite(WINDOW);
    /** VTEIAM. */
    public static final Register VTEIAM = Register.at(0x1530, "VTEIAM", "interrupt auto-mask").field("MSIX", 2, 0)
        .readWrite(WINDOW);
    /** VTEICR. */
    public static final Register VTEICR = Register.at(0x1580, "VTEICR", "interrupt cause").field("MSIX", 2, 0)
        .build(Access.READ_CLEAR_WRITE_1_CLEAR, WINDOW);
    /** VTEITR. */
    public static final Register VTEITR = Register.at(0x1680, "VTEITR", "interrupt throttle").array(3, 4)
        .field("INTERVAL", 14, 2).field("LLI_EN", 15).field("LL_COUNTER", 20, 16).field("COUNTER", 30, 21)
        .field("CNT_IGNR", 31)
        .readWrite();
    /** VTIVAR. */
    public static final Register VTIVAR = Register.at(0x1700, "VTIVAR", "queue interrupt routing")
        .field("RX0", 7, 0).field("TX0", 15, 8).field("RX1", 23, 16).field("TX1", 31, 24)
        .readWrite(0x83838383);
    /** VTIVAR_MISC. */
    public static final Register VTIVAR_MISC = Register.at(0x1740, "VTIVAR_MISC", "mailbox interrupt routing")
        .field("MAILBOX", 7, 0)
        .readWrite(0x83);
    /** PBACL: the pending bits themselves lie with the client, so there is nothing to clear. */
    public static final Register PBACL = Register.at(0x0F04, "PBACL", "MSI-X pending bits clear").field("PENBIT", 2, 0)
        .build(Access.WRITE_1_CLEAR, WINDOW);

    static final List<Register> PF_REGISTERS = List.of(GPIE, IVAR);
    static final List<Register> VF_REGISTERS = List.of(
        VTEICS, VTEIMS, VTEIMC, VTEIAC, VTEIAM, VTEICR, VTEITR, VTIVAR, VTIVAR_MISC, PBACL);

    private static final int ENTRIES = 4;
    private static final int VECTOR_OF_VF = 3;
    private static final int VECTOR_OF_PF = 0x1F;

    private final InterruptState state;
    private final List<PoolControl> pools;
    /** IVAR in the PF's terms, one for each VF. */
    private final AtomicIntegerArray routing = new AtomicIntegerArray(Igb82576.POOLS);
    /** VTIVAR_MISC as the VF wrote it. */
    private final AtomicIntegerArray mailbox = new AtomicIntegerArray(Igb82576.POOLS);

    InterruptBlock(InterruptState state, List<PoolControl> pools) {
        this.state = state;
        this.pools = pools;
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onRead(IVAR, routing::get);
        pf.onWrite(IVAR, this::route);
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        int first = InterruptState.firstVectorOfVf(vf);
        int window = WINDOW << first;
        PoolControl pool = pools.get(vf);
        space.onWrite(VTEICS, (element, value) -> {
            state.raise(value << first);
            pool.interruptsChanged();
        });
        space.onRead(VTEIMS, element -> (state.mask() & window) >>> first);
        space.onWrite(VTEIMS, (element, value) -> {
            state.unmask(value << first);
            // A driver unmasks after each poll, mostly with nothing to send: no reason to wake the agent.
            if (state.isDue(value << first)) {
                pool.interruptsChanged();
            }
        });
        space.onWrite(VTEIMC, (element, value) -> state.mask(value << first));
        space.onRead(VTEIAC, element -> (state.autoClear() & window) >>> first);
        space.onWrite(VTEIAC, (element, value) -> state.autoClear(window, value << first));
        space.onRead(VTEIAM, element -> (state.autoMask() & window) >>> first);
        space.onWrite(VTEIAM, (element, value) -> state.autoMask(window, value << first));
        space.onPeek(VTEICR, element -> (state.causes() & window) >>> first);
        space.onRead(VTEICR, element -> state.accessCauses(window, window) >>> first);
        space.onWrite(VTEICR, (element, value) -> state.accessCauses(window, value << first));
        space.onRead(VTEITR, element -> state.moderation(first + element));
        space.onWrite(VTEITR, (element, value) -> {
            state.moderation(first + element, value);
            // Drivers write the interval at every other interrupt, with counter 0 and mostly with nothing to send.
            if (state.isDue(1 << first + element) || (value & InterruptState.EITR_COUNTER) != 0) {
                pool.interruptsChanged();
            }
        });
        space.onRead(VTIVAR, element -> routingOfVf(vf));
        space.onWrite(VTIVAR, (element, value) -> routeVf(vf, value));
        space.onRead(VTIVAR_MISC, element -> mailbox.get(vf));
        space.onWrite(VTIVAR_MISC, (element, value) -> mailbox.set(vf, value));
    }

    /** Raises a VF's mailbox interrupt, if it is routed to a vector. */
    void raiseMailbox(int vf) {
        int entry = mailbox.get(vf);
        int vector = entry & VECTOR_OF_VF;
        if ((entry & InterruptState.IVAR_VALID) != 0 && vector < InterruptState.VECTORS_PER_VF) {
            state.raise(1 << (InterruptState.firstVectorOfVf(vf) + vector));
            pools.get(vf).interruptsChanged();
        }
    }

    /**
     * VTCTRL.RST: nothing pending, nothing enabled, nothing routed. Throttling stays, as it does for the PF's CTRL.RST.
     */
    void resetVf(int vf) {
        int window = WINDOW << InterruptState.firstVectorOfVf(vf);
        state.mask(window);
        state.autoClear(window, 0);
        state.autoMask(window, 0);
        routeVf(vf, 0);
        mailbox.set(vf, 0);
        state.clearCauses(window);
    }

    /** CTRL.RST: no queue and no mailbox is routed. */
    void resetRouting() {
        for (int register = 0; register < Igb82576.POOLS; register++) {
            route(register, 0);
            mailbox.set(register, 0);
        }
    }

    /** Function level reset: as {@link #resetVf}, and throttling off. */
    void functionLevelReset(int vf) {
        resetVf(vf);
        for (int vector = 0; vector < InterruptState.VECTORS_PER_VF; vector++) {
            state.moderation(InterruptState.firstVectorOfVf(vf) + vector, 0);
        }
    }

    private int routingOfVf(int vf) {
        int first = InterruptState.firstVectorOfVf(vf);
        int value = 0;
        for (int i = 0; i < ENTRIES; i++) {
            int entry = routing.get(vf) >>> (8 * i) & 0xFF;
            int vector = entry == 0 ? 0 : (entry & VECTOR_OF_PF) - first & VECTOR_OF_VF;
            value |= (entry & InterruptState.IVAR_VALID | vector) << (8 * i);
        }
        return value;
    }

    private void routeVf(int vf, int value) {
        int first = InterruptState.firstVectorOfVf(vf);
        int entries = 0;
        for (int i = 0; i < ENTRIES; i++) {
            int entry = value >>> (8 * i) & 0xFF;
            int vector = entry & VECTOR_OF_VF;
            // Two bits can say 3, which is the neighbouring VF's vector 0: such an entry routes nowhere.
            boolean routed = (entry & InterruptState.IVAR_VALID) != 0 && vector < InterruptState.VECTORS_PER_VF;
            entries |= entry == 0 ? 0 : (entry & InterruptState.IVAR_VALID | first + vector) << (8 * i);
            setVector(vf, i, routed ? first + vector : -1);
        }
        routing.set(vf, entries);
    }

    private void route(int register, int value) {
        routing.set(register, value);
        for (int i = 0; i < ENTRIES; i++) {
            int entry = value >>> (8 * i) & 0xFF;
            int vector = entry & VECTOR_OF_PF;
            boolean routed = (entry & InterruptState.IVAR_VALID) != 0 && vector < InterruptState.VECTORS;
            setVector(register, i, routed ? vector : -1);
        }
    }

    /** Entries of a register are, from its low byte on: receive n, transmit n, receive n + 8, transmit n + 8. */
    private void setVector(int register, int entry, int vector) {
        int queue = register + (entry < 2 ? 0 : Igb82576.POOLS);
        if ((entry & 1) == 0) {
            state.receiveVector(queue, vector);
        } else {
            state.transmitVector(queue, vector);
        }
    }
}
