package io.vfnic.device.pci;

/**
 * Lays out a type 0 configuration space. Capabilities are linked in the order in which they are added; two that
 * overlap, each other or the header, are refused.
 */
public final class ConfigSpaceBuilder {
    /** COMMAND, 16 bits. */
    public static final int COMMAND = 0x04;
    /** COMMAND: I/O space enable. */
    public static final int COMMAND_IO = 1;
    /** COMMAND: memory space enable. */
    public static final int COMMAND_MEMORY = 1 << 1;
    /** COMMAND: bus master enable. */
    public static final int COMMAND_BUS_MASTER = 1 << 2;
    /** COMMAND: INTx disable. */
    public static final int COMMAND_INTX_DISABLE = 1 << 10;
    /** STATUS, 16 bits. */
    public static final int STATUS = 0x06;
    /** STATUS: the function asserts INTx, or would if that were not disabled. */
    public static final int STATUS_INTERRUPT = 1 << 3;
    /** The first base address register, 32 bits. */
    public static final int BAR0 = 0x10;

    private static final int BAR_IS_IO = 1;
    private static final int VENDOR_ID = 0x00;
    private static final int DEVICE_ID = 0x02;
    private static final int REVISION_AND_CLASS = 0x08;
    private static final int CACHE_LINE_SIZE = 0x0C;
    private static final int SUBSYSTEM_VENDOR_ID = 0x2C;
    private static final int SUBSYSTEM_ID = 0x2E;
    private static final int CAPABILITIES_POINTER = 0x34;
    private static final int INTERRUPT_LINE = 0x3C;
    private static final int INTERRUPT_PIN = 0x3D;
    private static final int HEADER_LENGTH = 0x40;
    private static final int EXTENDED_START = 0x100;

    private static final int COMMAND_PARITY_ERROR = 1 << 6;
    private static final int COMMAND_SERR = 1 << 8;
    private static final int STATUS_CAPABILITIES = 1 << 4;
    /** Parity and abort bits 8 and 11 to 15. */
    private static final int STATUS_ERRORS = 0xF900;

    private final byte[] values = new byte[ConfigSpace.LENGTH];
    private final byte[] writable = new byte[ConfigSpace.LENGTH];
    private final byte[] clearable = new byte[ConfigSpace.LENGTH];
    private final boolean[] taken = new boolean[ConfigSpace.LENGTH];
    private int lastCapability;
    private int lastExtended;

    /** Starts with an endpoint without BARs, interrupt pin or capabilities. */
    public ConfigSpaceBuilder() {
        take(0, HEADER_LENGTH);
        int command = COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_PARITY_ERROR | COMMAND_SERR |
            COMMAND_INTX_DISABLE;
        put(COMMAND, 2, 0, command);
        clear(STATUS, 2, STATUS_ERRORS);
        put(CACHE_LINE_SIZE, 1, 0, 0xFF);
        put(INTERRUPT_LINE, 1, 0, 0xFF);
    }

    /** Vendor and device ID. */
    public ConfigSpaceBuilder id(int vendor, int device) {
        put(VENDOR_ID, 2, vendor, 0);
        put(DEVICE_ID, 2, device, 0);
        return this;
    }

    /** Subsystem vendor and subsystem ID. */
    public ConfigSpaceBuilder subsystem(int vendor, int id) {
        put(SUBSYSTEM_VENDOR_ID, 2, vendor, 0);
        put(SUBSYSTEM_ID, 2, id, 0);
        return this;
    }

    /** Revision ID and the 24-bit class code. */
    public ConfigSpaceBuilder classCode(int revision, int classCode) {
        put(REVISION_AND_CLASS, 4, classCode << 8 | revision, 0);
        return this;
    }

    /** The INTx pin, 1 (INTA) to 4. */
    public ConfigSpaceBuilder interruptPin(int pin) {
        put(INTERRUPT_PIN, 1, pin, 0);
        return this;
    }

    /** A 32-bit, non-prefetchable memory BAR; {@code size} is a power of two from 16 bytes on. */
    public ConfigSpaceBuilder memoryBar(int bar, int size) {
        if (bar < 0 || bar > 5 || size < 16 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("BAR" + bar + " of " + size + " bytes");
        }
        // Sizing by writing ones needs no state: the address bits below the size just do not stick (PCI 3.0, 6.2.5.1).
        put(BAR0 + 4 * bar, 4, 0, -size);
        return this;
    }

    /** An I/O BAR; {@code size} is a power of two from 4 to 256 bytes. */
    public ConfigSpaceBuilder ioBar(int bar, int size) {
        if (bar < 0 || bar > 5 || size < 4 || size > 256 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("BAR" + bar + " of " + size + " bytes");
        }
        put(BAR0 + 4 * bar, 4, BAR_IS_IO, -size);
        writable[COMMAND] |= COMMAND_IO;
        return this;
    }

    /** Adds a capability at {@code offset} (0x40 to 0xFC, a multiple of 4). */
    public ConfigSpaceBuilder capability(int offset, Capability capability) {
        checkAlignment(offset, HEADER_LENGTH, EXTENDED_START - capability.length());
        take(offset, capability.length());
        put(offset, 1, capability.id(), 0);
        if (lastCapability == 0) {
            put(CAPABILITIES_POINTER, 1, offset, 0);
            put(STATUS, 2, STATUS_CAPABILITIES, 0);
        } else {
            put(lastCapability + 1, 1, offset, 0);
        }
        lastCapability = offset;
        capability.layOut(new Fields(offset));
        return this;
    }

    /** Adds an extended capability at {@code offset} (a multiple of 4; the first one at 0x100). */
    public ConfigSpaceBuilder extended(int offset, ExtendedCapability capability) {
        checkAlignment(offset, EXTENDED_START, ConfigSpace.LENGTH - capability.length());
        take(offset, capability.length());
        put(offset, 4, capability.version() << 16 | capability.id(), 0);
        if (lastExtended == 0) {
            if (offset != EXTENDED_START) {
                throw new IllegalArgumentException("the first extended capability must be at 0x100");
            }
        } else {
            int header = (values[lastExtended + 2] & 0x0F) | (offset << 4);
            put(lastExtended + 2, 2, header, 0);
        }
        lastExtended = offset;
        capability.layOut(new Fields(offset));
        return this;
    }

    /** The space, at its reset values. */
    public ConfigSpace build() {
        return new ConfigSpace(values, writable, clearable);
    }

    private static void checkAlignment(int offset, int lowest, int highest) {
        if ((offset & 3) != 0 || offset < lowest || offset > highest) {
            throw new IllegalArgumentException("capability at 0x" + Integer.toHexString(offset));
        }
    }

    private void take(int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (taken[i]) {
                throw new IllegalArgumentException("0x" + Integer.toHexString(i) + " is taken twice");
            }
            taken[i] = true;
        }
    }

    private void put(int offset, int width, int value, int mask) {
        for (int i = 0; i < width; i++) {
            values[offset + i] = (byte)(value >>> (8 * i));
            writable[offset + i] = (byte)(mask >>> (8 * i));
        }
    }

    private void clear(int offset, int width, int mask) {
        for (int i = 0; i < width; i++) {
            clearable[offset + i] = (byte)(mask >>> (8 * i));
        }
    }

    private final class Fields implements ConfigFields {
        private final int base;

        private Fields(int base) {
            this.base = base;
        }

        @Override
        public void word(int offset, int resetValue, int mask) {
            put(base + offset, 2, resetValue, mask);
        }

        @Override
        public void dword(int offset, int resetValue, int mask) {
            put(base + offset, 4, resetValue, mask);
        }

        @Override
        public void wordWrite1ToClear(int offset, int mask) {
            clear(base + offset, 2, mask);
        }

        @Override
        public void dwordWrite1ToClear(int offset, int mask) {
            clear(base + offset, 4, mask);
        }
    }
}
