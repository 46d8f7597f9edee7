package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.List;

/**
 * What drives media other than copper: the SerDes' physical coding sublayer and the two-wire interface to a plugged
 * module. This card's port is copper (CTRL_EXT.LINK_MODE 0): the sublayer is idle and no module answers.
 */
public final class LinkLayerBlock implements RegisterBlock {
    /** I2CCMD. */
    public static final Register I2CCMD = Register.at(0x1028, "I2CCMD", "two-wire interface command")
        .field("DATA", 15, 0).field("REGADD", 23, 16).field("PHYADD", 26, 24).field("OP", 27).field("RESET", 28)
        .field("READY", 29).field("IE", 30).field("ERROR", 31)
        .readWrite(0x5FFFFFFF);

    static final List<Register> PF_REGISTERS = List.of(
        I2CCMD,
        Register.at(0x102C, "I2CPARAMS", "two-wire interface parameters").readWrite(),
        Register.at(0x0178, "TXCW", "transmitted configuration word").readWrite(),
        Register.at(0x0180, "RXCW", "received configuration word").readOnly(),
        Register.at(0x4200, "PCS_CFG0", "PCS configuration").readWrite(),
        Register.at(0x4208, "PCS_LCTL", "PCS link control").readWrite(),
        Register.at(0x420C, "PCS_LSTAT", "PCS link status").readOnly(),
        Register.at(0x4218, "PCS_ANADV", "PCS advertisement").readWrite(),
        Register.at(0x421C, "PCS_LPAB", "PCS partner's ability").readOnly(),
        Register.at(0x4220, "PCS_NPTX", "PCS next page sent").readWrite(),
        Register.at(0x4224, "PCS_LPABNP", "PCS partner's next page").readOnly());

    private static final int READY = 1 << 29;
    private static final int ERROR = 1 << 31;

    @Override
    public void bind(RegisterSpace pf) {
        // A command that nobody acknowledges is done at once, with an error: drivers poll READY.
        pf.onWrite(I2CCMD, (element, value) -> pf.store(I2CCMD, element, value | READY | ERROR));
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // The port is the PF's.
    }
}
