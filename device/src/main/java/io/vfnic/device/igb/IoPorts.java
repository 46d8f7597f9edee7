package io.vfnic.device.igb;

/**
 * The PF's I/O ports (BAR 2): a dword of the registers at a time, through an address and a data port, for those who
 * have no memory mapped yet, such as firmware (82576, IOADDR and IODATA). Called by the PF's session.
 */
public final class IoPorts {
    /** IOADDR: offset of a register in bytes. */
    public static final int ADDRESS = 0x00;
    /** IODATA: the register. */
    public static final int DATA = 0x04;

    private final Igb82576 registers;
    private int address;

    /** @param registers those of the card. */
    public IoPorts(Igb82576 registers) {
        this.registers = registers;
    }

    /** Reads 1, 2, 4 or 8 bytes; IODATA gives a dword only. */
    public long read(int port, int length) {
        if (port == ADDRESS && length <= Integer.BYTES) {
            return address & (1L << 8 * length) - 1;
        }
        return port == DATA && length == Integer.BYTES ? registers.pfRead(address) & 0xFFFF_FFFFL : 0;
    }

    /** Writes a dword; other widths are ignored. */
    public void write(int port, int length, long value) {
        if (length != Integer.BYTES) {
            return;
        }
        if (port == ADDRESS) {
            address = (int)value;
        } else if (port == DATA) {
            registers.pfWrite(address, (int)value);
        }
    }

    /** Function level reset. */
    public void reset() {
        address = 0;
    }
}
