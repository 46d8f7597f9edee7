package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The register tables of the 82576: what each view decodes. Everything else reads 0 and ignores writes. */
public final class RegisterMaps {
    /**
     * Registers that belong together, under the name by which users know them.
     *
     * @param name in lower case.
     * @param pf   as the PF has them.
     * @param vf   as each VF has them.
     */
    public record Block(String name, List<Register> pf, List<Register> vf) {
        private Block(String name, List<Register> pf) {
            this(name, pf, List.of());
        }
    }

    /** All of them; a block's place in the list is its number. */
    public static final List<Block> BLOCKS = List.of(
        new Block("general", GeneralBlock.PF_REGISTERS, GeneralBlock.VF_REGISTERS),
        new Block("interrupt", join(InterruptBlock.PF_REGISTERS, PfInterruptBlock.PF_REGISTERS),
            InterruptBlock.VF_REGISTERS),
        new Block("receive", join(ReceiveBlock.PF_REGISTERS, PfQueueBlock.RECEIVE_REGISTERS),
            ReceiveBlock.VF_REGISTERS),
        new Block("transmit", join(TransmitBlock.PF_REGISTERS, PfQueueBlock.TRANSMIT_REGISTERS),
            TransmitBlock.VF_REGISTERS),
        new Block("mailbox", MailboxBlock.PF_REGISTERS, MailboxBlock.VF_REGISTERS),
        new Block("statistics", PfStatisticsBlock.PF_REGISTERS, StatisticsBlock.VF_REGISTERS),
        new Block("filter", join(FilterBlock.PF_REGISTERS, QueueFilterBlock.PF_REGISTERS)),
        new Block("rss", RssBlock.PF_REGISTERS),
        new Block("vmdq", join(VmdqBlock.PF_REGISTERS, join(RateBlock.PF_REGISTERS, SpoofBlock.PF_REGISTERS))),
        new Block("vf", VfMirrorBlock.PF_REGISTERS),
        new Block("time", TimeBlock.PF_REGISTERS),
        new Block("nvm", join(NvmBlock.PF_REGISTERS, SemaphoreBlock.PF_REGISTERS)),
        new Block("phy", join(PhyBlock.PF_REGISTERS, LinkLayerBlock.PF_REGISTERS)),
        new Block("wakeup", WakeUpBlock.PF_REGISTERS),
        new Block("other", join(LegacyBlock.PF_REGISTERS, PlainBlock.PF_REGISTERS)));

    /** The PF's registers. */
    public static final RegisterTable PF = table(0x20000, pagesOfPf(), registersOf(Block::pf));

    /** A VF's registers, all of them. */
    public static final RegisterTable VF = table(0x4000, pagesOfVf(), registersOf(Block::vf));

    /** What a VF shows that the PF's driver has not enabled: a PF in reset. */
    static final RegisterTable DISABLED_VF =
        table(VF.size(), pagesOfVf(), List.of(MailboxBlock.V2PMAILBOX_IN_RESET));

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

    private static List<Register> registersOf(Function<Block, List<Register>> view) {
        return BLOCKS.stream().map(view).flatMap(List::stream).toList();
    }

    private static List<Register> join(List<Register> some, List<Register> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private static RegisterTable table(int size, List<String> pages, List<Register> registers) {
        return new RegisterTable(size, registers, pages);
    }
}
