package io.vfnic.server;

import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.MisplacedVf;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what users ought to know of the card into words, and into the log. */
final class CardLog implements CardListener {
    private static final Logger LOG = LoggerFactory.getLogger(CardLog.class);

    @Override
    public void vfsMisplaced(List<MisplacedVf> vfs) {
        LOG.warn("pf: its guest has enabled VFs at addresses where they are not: {}. What the guest writes to them goes "
            + "astray. The guest's firmware has placed these VFs in an order of its own: start the guest with "
            + "\"-acpitable file=qemu-configs/guest-lab/firmware/vf-bars.aml\" on QEMU's command line, or with SeaBIOS instead of UEFI, and "
            + "with all VFs of the card (or their host views) at their PCI addresses",
            vfs.stream().map(CardLog::describe).collect(Collectors.joining(", ")));
    }

    private static String describe(MisplacedVf vf) {
        String where = vf.actual() == 0 ? "has no address" : "is at 0x%x".formatted(vf.actual());
        return "%s is expected at 0x%x and %s".formatted(vf.function(), vf.expected(), where);
    }
}
