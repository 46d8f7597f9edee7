package io.vfnic.server;

import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.MisplacedVf;
import io.vfnic.server.log.LogFields;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.agrona.concurrent.NanoClock;
import org.slf4j.LoggerFactory;

/**
 * Puts what users ought to know of the card into words, and into the log. A guest can bring such things about as often
 * as it likes, so that they are told once in a while only.
 */
final class CardLog implements CardListener {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final NanoClock clock;
    private final Consumer<String> log;
    private final AtomicLong nextTold;

    CardLog(NanoClock clock) {
        this(clock, text -> LoggerFactory.getLogger(CardLog.class).atWarn()
            .addKeyValue(LogFields.FUNCTION, "pf").log(text));
    }

    /** @param log takes a message; called by sessions. */
    CardLog(NanoClock clock, Consumer<String> log) {
        this.clock = clock;
        this.log = log;
        nextTold = new AtomicLong(clock.nanoTime());
    }

    @Override
    public void vfsMisplaced(List<MisplacedVf> vfs) {
        long now = clock.nanoTime();
        long next = nextTold.get();
        if (now - next < 0 || !nextTold.compareAndSet(next, now + QUIET_NANOS)) {
            return;
        }
        log.accept(("its guest has enabled VFs at addresses where they are not: %s. What the guest writes to them " +
            "goes astray. The guest's firmware has placed these VFs in an order of its own: start the guest with " +
            "\"-acpitable file=qemu-configs/guest-lab/firmware/vf-bars.aml\" on QEMU's command line (the file is in " +
            "vfnic's sources; installed, below /usr/share/vfnic or the archive's share/vfnic), or with SeaBIOS " +
            "instead of UEFI, and with all VFs of the card (or their host views) at their PCI addresses").formatted(
                vfs.stream().map(CardLog::describe).collect(Collectors.joining(", "))));
    }

    private static String describe(MisplacedVf vf) {
        String where = vf.actual() == 0 ? "has no address" : "is at 0x%x".formatted(vf.actual());
        return "%s is expected at 0x%x and %s".formatted(vf.function(), vf.expected(), where);
    }
}
