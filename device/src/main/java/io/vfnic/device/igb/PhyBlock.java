package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;
import java.util.function.IntConsumer;

/** The PHY behind the management interface (MDIC). An access is done when the write returns. */
public final class PhyBlock implements RegisterBlock {
    /** MDIC. */
    public static final Register MDIC = Register.at(0x0020, "MDIC", "MDI control")
        .field("DATA", 15, 0).field("REG", 20, 16).field("PHY", 25, 21).field("OP", 27, 26).field("READY", 28)
        .field("INT_EN", 29).field("ERROR", 30).field("DEST", 31)
        .readWrite();
    /** EEMNGCTL: the configuration of PHY and NVM is always done, on both ports. */
    public static final Register EEMNGCTL = Register.at(0x1010, "EEMNGCTL", "EEPROM manageability control")
        .reset(3 << 18)
        .field("CFG_DONE_0", 18).field("CFG_DONE_1", 19)
        .readOnly();

    static final List<Register> PF_REGISTERS = List.of(MDIC, EEMNGCTL);

    private static final int ADDRESS = 1;
    private static final int OP_WRITE = 1;
    private static final int OP_READ = 2;
    private static final int READY = 1 << 28;
    private static final int INTERRUPT = 1 << 29;
    private static final int ERROR = 1 << 30;
    private static final int ICR_MDAC = 1 << 9;

    private final Phy phy;
    private final Runnable changed;
    private final IntConsumer raise;

    /**
     * @param changed called after each write to the PHY: link or loopback may have changed.
     * @param raise   raises causes of the port.
     */
    PhyBlock(Phy phy, Runnable changed, IntConsumer raise) {
        this.phy = phy;
        this.changed = changed;
        this.raise = raise;
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onWrite(MDIC, (element, value) -> {
            pf.store(MDIC, element, access(value));
            if ((value & INTERRUPT) != 0) {
                raise.accept(ICR_MDAC);
            }
        });
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF has no PHY.
    }

    private int access(int command) {
        int register = command >>> 16 & 0x1F;
        if ((command >>> 21 & 0x1F) != ADDRESS) {
            return command | READY | ERROR;
        }
        switch (command >>> 26 & 3) {
            case OP_WRITE -> {
                phy.write(register, command & 0xFFFF);
                changed.run();
                return command & ~ERROR | READY;
            }
            case OP_READ -> {
                return command & ~(ERROR | 0xFFFF) | READY | phy.read(register);
            }
            default -> {
                return command | READY | ERROR;
            }
        }
    }
}
