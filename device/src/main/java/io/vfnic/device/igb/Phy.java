package io.vfnic.device.igb;

import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;

/**
 * The 82576's internal PHY (IGP03) as drivers meet it through MDIC: IEEE 802.3 clause 22 registers, vendor registers
 * above them, and pages selected by register 1Fh. Autonegotiation with a partner that offers 1000BASE-T full duplex is
 * done as soon as it starts. The control lock is held.
 */
final class Phy {
    /** Control register: reset, clears itself. */
    static final int CONTROL_RESET = 1 << 15;
    /** Control register: what is sent comes back. */
    static final int CONTROL_LOOPBACK = 1 << 14;

    private static final int CONTROL = 0x00;
    private static final int STATUS = 0x01;
    private static final int PARTNER_ABILITY = 0x05;
    private static final int GIGABIT_STATUS = 0x0A;
    private static final int PORT_STATUS = 0x11;
    private static final int PAGE_SELECT = 0x1F;
    private static final int MAX_PLAIN = 0x0F;
    private static final int REGISTERS = 32;

    private static final int CONTROL_NEGOTIATE = 1 << 12;
    private static final int CONTROL_POWER_DOWN = 1 << 11;
    private static final int CONTROL_RESTART = 1 << 9;
    private static final int CONTROL_SELF_CLEARING = CONTROL_RESET | CONTROL_RESTART;

    private static final int STATUS_BASE = 0x7949;
    private static final int STATUS_NEGOTIATED = 1 << 5;
    private static final int STATUS_LINK = 1 << 2;
    /** Acknowledged, pause both ways, 100 and 10 Mbit/s. */
    private static final int PARTNER_ABILITY_NEGOTIATED = 0x4DE0;
    /** Both receivers good, partner able of 1000BASE-T full and half duplex. */
    private static final int GIGABIT_STATUS_LINK = 0x3C00;
    /** Speed 1000 (15:14), link (10), full duplex (9). */
    private static final int PORT_STATUS_LINK = 0xC000;

    private static final int MISSING = -1;

    private final int[] registers = new int[REGISTERS];
    private final Int2IntHashMap pages = new Int2IntHashMap(MISSING);
    private boolean cable;
    private boolean wasReset;

    Phy() {
        reset();
    }

    /** Whether a partner is at the other end. */
    void cable(boolean plugged) {
        cable = plugged;
    }

    /** Hardware and software reset: everything at its default. */
    void reset() {
        wasReset = true;
        Arrays.fill(registers, 0);
        pages.clear();
        registers[CONTROL] = 0x1140;
        registers[0x02] = 0x02A8;
        registers[0x03] = 0x0391;
        registers[0x04] = 0x0DE1;
        registers[0x06] = 0x0005;
        registers[0x07] = 0x2001;
        registers[0x09] = 0x0F00;
        registers[0x0F] = 0x3000;
        registers[0x10] = 0x0120;
        registers[0x19] = 0x008D;
    }

    /** Whether it was reset since {@link #resetSeen()}, as it was when it got its power. */
    boolean wasReset() {
        return wasReset;
    }

    void resetSeen() {
        wasReset = false;
    }

    boolean isLinkUp() {
        return (registers[CONTROL] & CONTROL_POWER_DOWN) == 0 && (cable || isLoopback());
    }

    boolean isLoopback() {
        return (registers[CONTROL] & (CONTROL_LOOPBACK | CONTROL_POWER_DOWN)) == CONTROL_LOOPBACK;
    }

    int read(int register) {
        if (isPaged(register)) {
            int value = pages.get(pageKey(register));
            return value == MISSING ? 0 : value;
        }
        boolean link = isLinkUp();
        boolean negotiated = link && (registers[CONTROL] & CONTROL_NEGOTIATE) != 0;
        return switch (register) {
            case STATUS -> STATUS_BASE | (link ? STATUS_LINK : 0) | (negotiated ? STATUS_NEGOTIATED : 0);
            case PARTNER_ABILITY -> negotiated ? PARTNER_ABILITY_NEGOTIATED : 0;
            case GIGABIT_STATUS -> link ? GIGABIT_STATUS_LINK : 0;
            case PORT_STATUS -> link ? PORT_STATUS_LINK : 0;
            default -> registers[register];
        };
    }

    void write(int register, int value) {
        if (isPaged(register)) {
            pages.put(pageKey(register), value);
        } else if (register == CONTROL && (value & CONTROL_RESET) != 0) {
            reset();
        } else if (register == CONTROL) {
            registers[CONTROL] = value & ~CONTROL_SELF_CLEARING;
        } else if (register != STATUS && register != 0x02 && register != 0x03) {
            registers[register] = value;
        }
    }

    /** Registers above 0Fh belong to the page that was selected for them: drivers select the full number first. */
    private boolean isPaged(int register) {
        int page = registers[PAGE_SELECT];
        return register > MAX_PLAIN && register != PAGE_SELECT && page > REGISTERS - 1;
    }

    private int pageKey(int register) {
        return registers[PAGE_SELECT] << 5 | register;
    }
}
