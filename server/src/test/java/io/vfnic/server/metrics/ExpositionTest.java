package io.vfnic.server.metrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The checker of scrapes finds what Prometheus would not read or promtool would complain of. */
class ExpositionTest {
    private static final String GOOD = """
        # HELP a_total Things.
        # TYPE a_total counter
        a_total{x="1",y="\\"\\\\\\n"} 1.0
        a_total{x="2"} +Inf
        # HELP b_seconds Time.
        # TYPE b_seconds summary
        b_seconds_count 2
        b_seconds_sum 0.5
        """;

    @Test
    void takesWhatIsRight() {
        assertThat(Exposition.of(GOOD).complaints()).isEmpty();
        assertThat(Exposition.of(GOOD).names()).containsExactly("a_total", "b_seconds_count", "b_seconds_sum");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c 1\n", "# HELP a_total Again.\n", "a_total{x=\"3\"} 1\n", "# TYPE c gauge\nc 1\n",
        "# HELP c C.\n# TYPE c counter\nc 1\n", "# HELP c_total C.\n# TYPE c_total gauge\nc_total 1\n",
        "# HELP c C.\n# TYPE c gauge\nc one\n", "# HELP c C.\n# TYPE c gauge\nc 1",
        "# HELP c C.\n# TYPE c gauge\nc{x=1} 1\n",
        "# HELP c C.\n# TYPE c gauge\nc 1\nc 2\n", "# HELP c C.\n# TYPE c gauge\nc{x=\"1\",x=\"2\"} 1\n",
        "# HELP c_milliseconds C.\n# TYPE c_milliseconds gauge\nc_milliseconds 1\n",
        "# HELP c C.\n# TYPE c thing\nc 1\n",
        "# HELP cC C.\n# TYPE cC gauge\ncC 1\n", "# HELP c_total C.\n# TYPE c_total counter\nc_total -1\n",
        "# HELP c_count C.\n# TYPE c_count gauge\nc_count 1\n"})
    void refusesWhatIsNot(String more) {
        assertThat(Exposition.of(GOOD + more).complaints()).isNotEmpty();
    }
}
