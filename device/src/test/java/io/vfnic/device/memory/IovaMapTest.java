package io.vfnic.device.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.spi.MemoryRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ranges of guest memory; addresses are unsigned 64-bit numbers. */
class IovaMapTest {
    private static final long TOP = -4096;
    private static final long MIDDLE = Long.MIN_VALUE;

    private final GuestMemory memory = new GuestMemory();

    private static MemoryRange range(long iova, long size) {
        return new MemoryRange(iova, size, 0x1000, true, true);
    }

    private int indexOf(long iova) {
        return memory.current().indexOf(iova);
    }

    @Test
    @DisplayName("Ranges anywhere in the 64-bit space, the first and the last page too, live beside each other")
    void wholeSpace() {
        for (long iova : new long[] {MIDDLE, 0, TOP, Long.MAX_VALUE - 4095, 0x1_0000_0000L}) {
            assertThat(memory.map(range(iova, 4096))).as("map at %x", iova).isZero();
        }

        assertThat(indexOf(0)).isZero();
        assertThat(indexOf(4095)).isZero();
        assertThat(indexOf(4096)).isEqualTo(-1);
        assertThat(indexOf(0x1_0000_0000L)).isEqualTo(1);
        assertThat(indexOf(Long.MAX_VALUE)).isEqualTo(2);
        assertThat(indexOf(MIDDLE)).isEqualTo(3);
        assertThat(indexOf(MIDDLE + 4096)).isEqualTo(-1);
        assertThat(indexOf(-1)).isEqualTo(4);
        assertThat(indexOf(TOP - 1)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"0x1000,0x1000", "0x0,0x1001", "0x1fff,1", "0x1fff,0x1000", "0x0,0x7fffffffffffffff", "0x1800,0x10"})
    @DisplayName("A range that has an address in common with another is refused with EEXIST")
    void overlap(String iova, String size) {
        memory.map(range(0x1000, 0x1000));

        assertThat(memory.map(range(Long.decode(iova), Long.decode(size)))).isEqualTo(17);
        assertThat(memory.current().size()).isEqualTo(1);
    }

    @Test
    @DisplayName("Ranges that touch are no overlap, and stay two")
    void touching() {
        memory.map(range(0x1000, 0x1000));

        assertThat(memory.map(range(0x2000, 0x1000))).isZero();
        assertThat(memory.map(range(0, 0x1000))).isZero();
        assertThat(memory.current().size()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,-1", "-4096,4097", "-1,2", "1,-9223372036854775808"})
    @DisplayName("An empty range or one that wraps is refused with EINVAL")
    void invalid(long iova, long size) {
        assertThat(memory.map(range(iova, size))).isEqualTo(22);
        assertThat(memory.map(range(TOP, 4096))).as("up to the very end").isZero();
    }

    @Test
    @DisplayName("Only exactly the range that was mapped can be unmapped: else ENOENT")
    void unmap() {
        memory.map(range(TOP, 4096));
        memory.map(range(0, 4096));

        assertThat(memory.unmap(TOP, 4095)).isEqualTo(2);
        assertThat(memory.unmap(TOP + 1, 4095)).isEqualTo(2);
        assertThat(memory.unmap(0x5000, 4096)).isEqualTo(2);
        assertThat(memory.unmap(TOP, 4096)).isZero();
        assertThat(memory.unmap(TOP, 4096)).isEqualTo(2);
        assertThat(indexOf(-1)).isEqualTo(-1);
        assertThat(indexOf(0)).isZero();
    }

    @Test
    @DisplayName("A map that an agent holds does not change under it")
    void immutable() {
        memory.map(range(0, 4096));
        final IovaMap held = memory.current();

        memory.unmap(0, 4096);
        memory.map(range(0x8000, 4096));

        assertThat(held.indexOf(0)).isZero();
        assertThat(held.indexOf(0x8000)).isEqualTo(-1);
    }

    @Test
    @DisplayName("The number of ranges is limited: ENOSPC")
    void limit() {
        final GuestMemory small = new GuestMemory(100);
        for (int i = 0; i < 100; i++) {
            assertThat(small.map(range((long)(100 - i) << 12, 4096))).isZero();
        }

        assertThat(small.map(range(0, 4096))).isEqualTo(28);
        small.unmap(4096, 4096);
        assertThat(small.map(range(0, 4096))).isZero();
        assertThat(GuestMemory.MAX_RANGES).as("what vfio-user announces by default").isEqualTo(65535);
    }

    @Test
    @DisplayName("Random maps and unmaps agree with a naive list")
    void random() {
        final Random random = new Random(82576);
        final List<MemoryRange> naive = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            final long iova = random.nextLong() & 0xF800_0000_0000_0FFFL;
            final long size = 1 + random.nextInt(64);
            final MemoryRange candidate = range(iova, size);
            final boolean wraps = Long.compareUnsigned(iova + size - 1, iova) < 0;
            final boolean overlaps = naive.stream().anyMatch(r -> Long.compareUnsigned(iova - r.iova(), r.size()) < 0
                || Long.compareUnsigned(r.iova() - iova, size) < 0);
            assertThat(memory.map(candidate)).isEqualTo(wraps ? 22 : overlaps ? 17 : 0);
            if (!wraps && !overlaps) {
                naive.add(candidate);
            }
            if (naive.size() > 200) {
                final MemoryRange gone = naive.remove(random.nextInt(naive.size()));
                assertThat(memory.unmap(gone.iova(), gone.size())).isZero();
            }
            final long probe = random.nextLong() & 0xF800_0000_0000_0FFFL;
            final int index = indexOf(probe);
            final boolean inside = naive.stream().anyMatch(r -> Long.compareUnsigned(probe - r.iova(), r.size()) < 0);
            assertThat(index >= 0).isEqualTo(inside);
        }
    }
}
