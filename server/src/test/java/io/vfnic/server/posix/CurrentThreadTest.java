package io.vfnic.server.posix;

import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CurrentThreadTest {
    /** A thread that may stay as the test leaves it. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        thread.close();
    }

    private <T> T onThread(Callable<T> call) throws Exception {
        return thread.submit(call).get();
    }

    @Test
    void aThreadIsBoundToOneCpuAndTheOthersStayAsTheyAre() throws Exception {
        BitSet before = CurrentThread.cpus();
        assertThat(before.cardinality()).isPositive();
        int last = before.length() - 1;

        BitSet bound = onThread(() -> {
            CurrentThread.bindTo(last);
            return CurrentThread.cpus();
        });

        assertThat(bound.stream()).containsExactly(last);
        assertThat(CurrentThread.cpus()).isEqualTo(before);
    }

    @Test
    void aCpuThatIsNotThereIsRefusedByName() {
        for (int cpu : new int[] {-1, 8191, 8192}) {
            assertThatThrownBy(() -> CurrentThread.bindTo(cpu)).isInstanceOf(PosixException.class)
                .hasMessageContaining("CPU " + cpu).hasMessageContaining("EINVAL");
        }
    }

    @Test
    void timerSlackIsSetForTheThreadAlone() throws Exception {
        long before = CurrentThread.timerSlack();

        long set = onThread(() -> {
            CurrentThread.timerSlack(1);
            return CurrentThread.timerSlack();
        });

        assertThat(set).isEqualTo(1);
        assertThat(CurrentThread.timerSlack()).isEqualTo(before);
        assertThatThrownBy(() -> CurrentThread.timerSlack(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
