package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/** Access to the NVM: word reads (EERD) and the serial EEPROM's pins (EECD). */
public final class NvmBlock implements RegisterBlock {
    /** EECD: presence, size and AUTO_RD are the card's, GNT follows REQ. */
    public static final Register EECD = Register.at(0x0010, "EECD", "EEPROM control")
        .field("SK", 0).field("CS", 1).field("DI", 2).field("DO", 3).field("REQ", 6).field("GNT", 7).field("PRES", 8)
        .field("AUTO_RD", 9).field("ADDR_BITS", 10).field("SIZE", 14, 11)
        .readWrite(0x47);
    /** EERD. */
    public static final Register EERD = Register.at(0x0014, "EERD", "EEPROM read")
        .field("START", 0).field("DONE", 1).field("ADDR", 15, 2).field("DATA", 31, 16)
        .readWrite(0xFFFD);

    static final List<Register> PF_REGISTERS = List.of(EECD, EERD);

    private static final int CLOCK = 1;
    /** Chip select is low-active. */
    private static final int CHIP_SELECT = 1 << 1;
    private static final int DATA_IN = 1 << 2;
    private static final int DATA_OUT = 1 << 3;
    private static final int REQUEST = 1 << 6;
    private static final int GRANT = 1 << 7;
    /** Present, read automatically at reset, 16 address bits, 1,024 words. */
    private static final int FIXED = 1 << 8 | 1 << 9 | 1 << 10 | 4 << 11;
    private static final int START = 1;
    private static final int DONE = 1 << 1;

    private final NvmImage image;
    private final SpiEeprom eeprom;

    NvmBlock(NvmImage image) {
        this.image = image;
        this.eeprom = new SpiEeprom(image);
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onRead(EECD, element -> {
            int written = pf.load(EECD, 0);
            return written | FIXED | ((written & REQUEST) != 0 ? GRANT : 0) | (eeprom.dataOut() ? DATA_OUT : 0);
        });
        pf.onWrite(EECD, (element, value) -> {
            pf.store(EECD, element, value);
            eeprom.pins((value & CHIP_SELECT) == 0 && (value & REQUEST) != 0,
                (value & CLOCK) != 0, (value & DATA_IN) != 0);
        });
        pf.onWrite(EERD, (element, value) -> pf.store(EERD, element, (value & START) == 0 ? value :
            value & ~START | DONE | image.word(value >>> 2 & 0x3FFF) << 16));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF has no NVM.
    }
}
