package io.vfnic.device.igb;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** The PF's interrupt registers: ICR and its kin, and the extended ones of all vectors (82576, 0x1500 and on). */
public final class PfInterruptBlock implements RegisterBlock {
    /** ICR. */
    public static final Register ICR = Register.at(0x1500, "ICR", "interrupt cause").alias(0x00C0)
        .field("TXDW", 0).field("LSC", 2).field("RXDMT", 4).field("RXO", 6).field("RXDW", 7).field("VMMB", 8)
        .field("MDAC", 9).field("DOUTSYNC", 28).field("DRSTA", 30).field("INTA", 31)
        .build(Access.READ_CLEAR_WRITE_1_CLEAR, -1);
    /** ICS: reads as ICR, without the side effects of reading that. */
    public static final Register ICS = Register.at(0x1504, "ICS", "interrupt cause set").alias(0x00C8)
        .build(Access.WRITE_1_SET, PortCauses.WRITABLE);
    /** IMS. */
    public static final Register IMS = Register.at(0x1508, "IMS", "interrupt mask set").alias(0x00D0)
        .build(Access.WRITE_1_SET, PortCauses.WRITABLE);
    /** IMC: reads as IMS. */
    public static final Register IMC = Register.at(0x150C, "IMC", "interrupt mask clear").alias(0x00D8)
        .build(Access.WRITE_1_CLEAR, -1);
    /** IAM. */
    public static final Register IAM = Register.at(0x1510, "IAM", "interrupt auto-mask").alias(0x00E0).readWrite();
    /** EICS: reads as EICR, without clearing it. */
    public static final Register EICS = Register.at(0x1520, "EICS", "extended interrupt cause set")
        .build(Access.WRITE_1_SET, InterruptState.ALL_VECTORS);
    /** EIMS. */
    public static final Register EIMS = Register.at(0x1524, "EIMS", "extended interrupt mask set")
        .build(Access.WRITE_1_SET, InterruptState.ALL_VECTORS);
    /** EIMC. */
    public static final Register EIMC = Register.at(0x1528, "EIMC", "extended interrupt mask clear")
        .build(Access.WRITE_1_CLEAR, -1);
    /** EIAC. */
    public static final Register EIAC = Register.at(0x152C, "EIAC", "extended interrupt auto-clear")
        .readWrite(InterruptState.ALL_VECTORS);
    /** EIAM. */
    public static final Register EIAM = Register.at(0x1530, "EIAM", "extended interrupt auto-mask")
        .readWrite(InterruptState.ALL_VECTORS);
    /** EICR. */
    public static final Register EICR = Register.at(0x1580, "EICR", "extended interrupt cause")
        .build(Access.READ_CLEAR_WRITE_1_CLEAR, -1);
    /** EITR. */
    public static final Register EITR = Register.at(0x1680, "EITR", "interrupt throttle")
        .array(InterruptState.VECTORS, 4)
        .field("INTERVAL", 14, 2).field("LLI_EN", 15).field("LL_COUNTER", 20, 16).field("COUNTER", 30, 21)
        .field("CNT_IGNR", 31)
        .readWrite();
    /** IVAR_MISC. */
    public static final Register IVAR_MISC = Register.at(0x1740, "IVAR_MISC", "routing of other causes")
        .field("TCP_TIMER", 7, 0).field("OTHER", 15, 8)
        .readWrite(0x9F9F);
    /** PBACL: the pending bits themselves lie with the client, so there is nothing to clear. */
    public static final Register PBACL = Register.at(0x5B68, "PBACL", "MSI-X pending bits clear")
        .build(Access.WRITE_1_CLEAR, -1);

    static final List<Register> PF_REGISTERS = List.of(
        ICR, ICS, IMS, IMC, IAM, EICS, EIMS, EIMC, EIAC, EIAM, EICR, EITR, IVAR_MISC, PBACL);

    private static final int ALL = InterruptState.ALL_VECTORS;
    private static final int GPIE_NSICR = 1;
    private static final int GPIE_MULTIPLE_MSIX = 1 << 4;
    private static final int GPIE_EIAME = 1 << 30;
    private static final int VECTOR = 0x1F;

    private final InterruptState state;
    private final PortCauses causes;
    private final Runnable changed;

    /** @param changed makes every agent look for interrupts that are due. */
    PfInterruptBlock(InterruptState state, PortCauses causes, Runnable changed) {
        this.state = state;
        this.causes = causes;
        this.changed = changed;
    }

    @Override
    public void bind(RegisterSpace pf) {
        bindPortCauses(pf);
        pf.onRead(EICS, element -> state.causes() & ALL);
        pf.onWrite(EICS, (element, value) -> {
            state.raise(value);
            changed.run();
        });
        pf.onRead(EIMS, element -> state.mask() & ALL);
        pf.onWrite(EIMS, (element, value) -> {
            state.unmask(value);
            if (state.isDue(value)) {
                changed.run();
            }
        });
        pf.onRead(EIMC, element -> state.mask() & ALL);
        pf.onWrite(EIMC, (element, value) -> state.mask(value & ALL));
        pf.onRead(EIAC, element -> state.autoClear());
        pf.onWrite(EIAC, (element, value) -> state.autoClear(ALL, value));
        pf.onRead(EIAM, element -> state.autoMask());
        pf.onWrite(EIAM, (element, value) -> state.autoMask(ALL, value));
        pf.onPeek(EICR, element -> state.causes() & ALL);
        pf.onRead(EICR, element -> state.accessCauses(ALL, ALL));
        pf.onWrite(EICR, (element, value) -> state.accessCauses(ALL, value));
        pf.onRead(EITR, state::moderation);
        pf.onWrite(EITR, (vector, value) -> {
            state.moderation(vector, value);
            changed.run();
        });
    }

    private void bindPortCauses(RegisterSpace pf) {
        pf.onPeek(ICR, element -> causes.causes());
        pf.onRead(ICR, element -> causes.read());
        pf.onWrite(ICR, (element, value) -> causes.clear(value));
        pf.onRead(ICS, element -> causes.causes());
        pf.onWrite(ICS, (element, value) -> raise(value));
        pf.onRead(IMS, element -> causes.mask());
        pf.onWrite(IMS, (element, value) -> {
            causes.unmask(value);
            changed.run();
        });
        pf.onRead(IMC, element -> causes.mask());
        pf.onWrite(IMC, (element, value) -> causes.mask(value));
        pf.onRead(IAM, element -> causes.autoMask());
        pf.onWrite(IAM, (element, value) -> causes.autoMask(value));
        pf.onWrite(IVAR_MISC, (element, value) -> {
            pf.store(IVAR_MISC, element, value);
            int entry = value >>> 8;
            boolean routed = (entry & InterruptState.IVAR_VALID) != 0 && (entry & VECTOR) < InterruptState.VECTORS;
            causes.route(routed ? entry & VECTOR : -1);
        });
        pf.onWrite(InterruptBlock.GPIE, (element, value) -> {
            pf.store(InterruptBlock.GPIE, element, value);
            causes.clearedByRead((value & GPIE_NSICR) != 0);
            causes.manyVectors((value & GPIE_MULTIPLE_MSIX) != 0);
            state.autoMasking((value & GPIE_EIAME) != 0);
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF has its own window: InterruptBlock.
    }

    /** Sets causes of the port. */
    void raise(int bits) {
        causes.raise(bits);
        changed.run();
    }

    /** CTRL.RST: nothing pending, enabled or routed; throttling stays. */
    void reset() {
        causes.reset();
        state.mask(ALL);
        state.autoClear(ALL, 0);
        state.autoMask(ALL, 0);
        state.autoMasking(false);
        state.clearCauses(ALL);
    }
}
