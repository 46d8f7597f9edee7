package io.vfnic.device.igb;

/**
 * The serial EEPROM behind EECD's pins: an SPI device, mode 0, most significant bit first, with 16-bit byte addresses.
 * Writes are done at once, so it is never busy.
 */
final class SpiEeprom {
    private static final int WRITE_STATUS = 0x01;
    private static final int WRITE = 0x02;
    private static final int READ = 0x03;
    private static final int WRITE_DISABLE = 0x04;
    private static final int READ_STATUS = 0x05;
    private static final int WRITE_ENABLE = 0x06;
    private static final int STATUS_WRITE_ENABLED = 1 << 1;
    private static final int ADDRESS_BYTES = 2;

    private final NvmImage image;
    private boolean selected;
    private boolean clock;
    private boolean output;
    private boolean writeEnabled;
    private int bits;
    private int in;
    private int out;
    private int opcode;
    private int bytes;
    private int address;

    SpiEeprom(NvmImage image) {
        this.image = image;
    }

    /** The pins change: chip select (active), clock, data in. */
    void pins(boolean select, boolean sk, boolean di) {
        if (!select) {
            if (selected && opcode == WRITE && bytes > ADDRESS_BYTES) {
                writeEnabled = false;
            }
            selected = false;
        } else if (!selected) {
            selected = true;
            bits = 0;
            bytes = -1;
            out = 0;
            opcode = 0;
            address = 0;
        } else if (sk && !clock) {
            rise(di);
        } else if (!sk && clock) {
            output = (out & 0x80) != 0;
            out <<= 1;
        }
        clock = sk;
    }

    /** The data out pin. */
    boolean dataOut() {
        return output;
    }

    private void rise(boolean di) {
        in = in << 1 | (di ? 1 : 0);
        if (++bits == Byte.SIZE) {
            bits = 0;
            take(in & 0xFF);
            bytes++;
        }
    }

    private void take(int value) {
        if (bytes < 0) {
            // The ninth address bit of small parts travels in the opcode's bit 3; this one has 16 address bits.
            opcode = value & 0x07;
            switch (opcode) {
                case WRITE_ENABLE -> writeEnabled = true;
                case WRITE_DISABLE -> writeEnabled = false;
                case READ_STATUS -> out = writeEnabled ? STATUS_WRITE_ENABLED : 0;
                default -> { }
            }
        } else if (opcode == READ_STATUS) {
            out = writeEnabled ? STATUS_WRITE_ENABLED : 0;
        } else if (opcode == READ || opcode == WRITE) {
            transfer(value);
        } else if (opcode == WRITE_STATUS) {
            writeEnabled = false;
        }
    }

    private void transfer(int value) {
        if (bytes < ADDRESS_BYTES) {
            address = (address << 8 | value) & 0xFFFF;
        } else if (opcode == WRITE && writeEnabled) {
            store(value);
        }
        if (opcode == READ && bytes >= ADDRESS_BYTES - 1) {
            out = image.word(address >>> 1) >>> (8 * (address & 1)) & 0xFF;
            address = address + 1 & 0xFFFF;
        }
    }

    private void store(int value) {
        int shift = 8 * (address & 1);
        image.word(address >>> 1, image.word(address >>> 1) & ~(0xFF << shift) | value << shift);
        address = address + 1 & 0xFFFF;
    }
}
