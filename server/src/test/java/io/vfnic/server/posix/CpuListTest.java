package io.vfnic.server.posix;

import java.util.BitSet;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** cpuset(7), "List format". */
class CpuListTest {
    @Test
    void listsKeepTheirOrder() {
        assertThat(CpuList.parse("2,3")).isEqualTo(List.of(2, 3));
        assertThat(CpuList.parse("5, 0-2,9")).isEqualTo(List.of(5, 0, 1, 2, 9));
        assertThat(CpuList.parse("4-4")).isEqualTo(List.of(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1,", ",1", "-1", "1-", "3-2", "1,1", "0-3,2", "1 2", "99999", "1-2-3"})
    void whatIsNoListIsRefusedInWords(String text) {
        assertThatThrownBy(() -> CpuList.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("CPU");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0", "0-1|0,1", "2,4-6|2,4,5,6", "0-63,99|0-63,99", "''|"})
    void setsAreWrittenAsLinuxDoes(String written, String listed) {
        BitSet cpus = new BitSet();
        if (listed != null) {
            CpuList.parse(listed).forEach(cpus::set);
        }
        assertThat(CpuList.format(cpus)).isEqualTo(written);
    }
}
