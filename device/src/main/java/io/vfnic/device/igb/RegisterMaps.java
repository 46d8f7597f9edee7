package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTable;

import java.util.ArrayList;
import java.util.List;

/** The register tables of the 82576: what each view decodes. Everything else reads 0 and ignores writes. */
public final class RegisterMaps {
    /** The PF's registers. */
    public static final RegisterTable PF = table(0x20000, pagesOfPf(), List.of(
        GeneralBlock.PF_REGISTERS, InterruptBlock.PF_REGISTERS, ReceiveBlock.PF_REGISTERS, TransmitBlock.PF_REGISTERS,
        FilterBlock.PF_REGISTERS, QueueFilterBlock.PF_REGISTERS, TimeBlock.PF_REGISTERS, RssBlock.PF_REGISTERS,
        VmdqBlock.PF_REGISTERS, MailboxBlock.PF_REGISTERS,
        PfInterruptBlock.PF_REGISTERS, PfQueueBlock.PF_REGISTERS, PfStatisticsBlock.PF_REGISTERS,
        NvmBlock.PF_REGISTERS, SemaphoreBlock.PF_REGISTERS, RateBlock.PF_REGISTERS, SpoofBlock.PF_REGISTERS,
        PhyBlock.PF_REGISTERS, WakeUpBlock.PF_REGISTERS, LinkLayerBlock.PF_REGISTERS, LegacyBlock.PF_REGISTERS,
        VfMirrorBlock.PF_REGISTERS, PlainBlock.PF_REGISTERS));

    /** A VF's registers, all of them. */
    public static final RegisterTable VF = table(0x4000, pagesOfVf(), List.of(
        GeneralBlock.VF_REGISTERS, InterruptBlock.VF_REGISTERS, ReceiveBlock.VF_REGISTERS, TransmitBlock.VF_REGISTERS,
        MailboxBlock.VF_REGISTERS, StatisticsBlock.VF_REGISTERS));

    /** What a VF shows that the PF's driver has not enabled: a PF in reset. */
    static final RegisterTable DISABLED_VF =
        table(VF.size(), pagesOfVf(), List.of(List.of(MailboxBlock.V2PMAILBOX_IN_RESET)));

    private RegisterMaps() { }

    private static List<String> pagesOfVf() {
        return List.of("general and mailbox", "interrupts", "receive queues", "transmit queues");
    }

    private static List<String> pagesOfPf() {
        List<String> pages = new ArrayList<>(List.of(
            "general and mailboxes", "interrupts and NVM", "receive DMA and queues 0 to 3",
            "transmit DMA and queues 0 to 3", "statistics", "filters, wake-up and PCIe", "reserved", "reserved",
            "management", "flexible filters", "unicast table", "time synchronisation", "receive queues", "reserved",
            "transmit queues", "reserved"));
        for (int page = 0x10; page < 0x20; page++) {
            pages.add(page == 0x10 ? "VF registers" : "reserved");
        }
        return pages;
    }

    private static RegisterTable table(int size, List<String> pages, List<List<Register>> blocks) {
        return new RegisterTable(size, blocks.stream().flatMap(List::stream).toList(), pages);
    }
}
