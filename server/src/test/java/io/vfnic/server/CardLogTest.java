package io.vfnic.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;

import io.vfnic.device.spi.MisplacedVf;

/** VFs that a guest takes to be where they are not are told with the way out, and no guest can flood the log. */
class CardLogTest {
    private static final List<MisplacedVf> MISPLACED =
        List.of(new MisplacedVf("vf0", 0x8000_0000L, 0x8000_8000L), new MisplacedVf("vf1", 0x8000_8000L, 0));

    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<String> lines = new ArrayList<>();
    private final CardLog log = new CardLog(clock, lines::add);

    @Test
    void namesFunctionsAddressesAndWaysOut() {
        log.vfsMisplaced(MISPLACED);

        assertThat(lines).singleElement().asString()
            .contains("vf0 is expected at 0x80000000 and is at 0x80008000",
                "vf1 is expected at 0x80008000 and has no address", "SeaBIOS",
                "-acpitable file=qemu-configs/guest-lab/firmware/vf-bars.aml\"", "/usr/share/vfnic");
    }

    @Test
    void tellsOnceInTenSeconds() {
        for (int second = 0; second < 25; second++) {
            clock.update(TimeUnit.SECONDS.toNanos(second));
            log.vfsMisplaced(MISPLACED);
            log.vfsMisplaced(MISPLACED);
        }

        assertThat(lines).hasSize(3);
    }
}
