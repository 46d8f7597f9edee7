package io.vfnic.bench.jmh;

import java.util.concurrent.TimeUnit;

import io.vfnic.device.filter.QueueFilterRegisters;
import io.vfnic.device.vswitch.SwitchRegisters;
import io.vfnic.device.vswitch.SwitchTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Where a VF's frame goes, with the registers of a headless PF and seven VFs (82576 facts, sections 5 and 6). */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SwitchBench {
    private static final int VFS = 7;
    private static final int POOLS = (1 << VFS) - 1;
    private static final long FIRST_ADDRESS = 0x0200_0000_0001L;
    private static final int VALID = 1 << 31;
    private static final int ACCEPTS_BROADCAST = 1 << 27;
    private static final int LOOPBACK = 1 << 31;
    private static final int REPLICATION = 1 << 30;
    private static final int NO_DEFAULT_POOL = 1 << 29;
    private static final int ADDRESSES = 24;

    private final SwitchTable table = new SwitchTable(registers());
    private int next;

    private static SwitchRegisters registers() {
        int[] ral = new int[ADDRESSES];
        int[] rah = new int[ADDRESSES];
        int[] vmolr = new int[8];
        for (int vf = 0; vf < VFS; vf++) {
            long mac = FIRST_ADDRESS + vf;
            ral[vf] = Integer.reverseBytes((int)(mac >>> 16));
            rah[vf] = Short.toUnsignedInt(Short.reverseBytes((short)mac)) | 1 << 18 + vf | VALID;
            vmolr[vf] = ACCEPTS_BROADCAST;
        }
        return new SwitchRegisters(VFS, 0, 1 << 1 | 1 << 15, 0x2600, 1 << 1, 3, REPLICATION | NO_DEFAULT_POOL,
            LOOPBACK | POOLS | POOLS << 8, 0, POOLS, POOLS, 0xFFFF, 0, 0x81008100, 0, ral, rah, new int[128],
            new int[128], new int[128], new int[32], vmolr, new int[8], new int[8], new int[32], new int[10], 0,
            new int[16], QueueFilterRegisters.none(), true, POOLS, false);
    }

    /** Routes to one VF, another one each time. */
    @Benchmark
    public int unicast() {
        next = next + 1 == VFS ? 1 : next + 1;
        return table.routeFromPool(0, FIRST_ADDRESS + next, SwitchTable.UNTAGGED);
    }

    /** Routes to all. */
    @Benchmark
    public int broadcast() {
        return table.routeFromPool(0, SwitchTable.BROADCAST, SwitchTable.UNTAGGED);
    }

    /** Looks for a forged sender. */
    @Benchmark
    public int spoofCheck() {
        return table.spoofed(0, FIRST_ADDRESS, SwitchTable.UNTAGGED);
    }
}
