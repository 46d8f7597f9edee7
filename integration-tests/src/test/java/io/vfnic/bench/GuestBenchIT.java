package io.vfnic.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.bench.guests.GuestBenchmark;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The benchmark of guests works, with as little of each row as possible. How fast anything is, is not asked. */
class GuestBenchIT {
    @Test
    @DisplayName("TCP, ping and UDP go over VFs and over QEMU's own NICs between the same two guests")
    void everyRowHasItsFigures() throws Exception {
        List<Row> rows = new GuestBenchmark().run(Scale.SMOKE);

        assertThat(rows).hasSize(8).allSatisfy(row -> {
            assertThat(row.ours()).isPositive();
            assertThat(row.baseline()).isPositive();
        });
        assertThat(rows).filteredOn(row -> row.aim() != null).hasSize(5);
    }
}
