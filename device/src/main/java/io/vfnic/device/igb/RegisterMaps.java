package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTable;

import java.util.List;

/** The register tables of the 82576: what each view decodes. Everything else reads 0 and ignores writes. */
public final class RegisterMaps {
    /** The PF's registers as far as the card's own state needs them. */
    public static final RegisterTable PF = table(0x20000, List.of(
        GeneralBlock.PF_REGISTERS, InterruptBlock.PF_REGISTERS, ReceiveBlock.PF_REGISTERS, TransmitBlock.PF_REGISTERS,
        FilterBlock.PF_REGISTERS, RssBlock.PF_REGISTERS, VmdqBlock.PF_REGISTERS, MailboxBlock.PF_REGISTERS));

    /** A VF's registers, all of them. */
    public static final RegisterTable VF = table(0x4000, List.of(
        GeneralBlock.VF_REGISTERS, InterruptBlock.VF_REGISTERS, ReceiveBlock.VF_REGISTERS, TransmitBlock.VF_REGISTERS,
        MailboxBlock.VF_REGISTERS, StatisticsBlock.VF_REGISTERS));

    private RegisterMaps() { }

    private static RegisterTable table(int size, List<List<Register>> blocks) {
        return new RegisterTable(size, blocks.stream().flatMap(List::stream).toList());
    }
}
