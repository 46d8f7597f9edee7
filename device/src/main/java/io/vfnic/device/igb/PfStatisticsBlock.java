package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The PF's statistics: what its queues have moved. All clear when they are read; of the 64-bit pairs both halves clear
 * with the high one, which drivers read last. What this card cannot count, errors of a medium that it has not, stays 0.
 */
public final class PfStatisticsBlock implements RegisterBlock {
    private static final int FIRST = 0x4000;
    private static final int LAST = 0x413C;

    /** A register that shows a counter. */
    private record Shown(int offset, String name, Counter counter) { }

    private static final List<Shown> SHOWN = List.of(
        new Shown(0x4010, "MPC", Counter.NO_DESCRIPTOR), new Shown(0x4074, "GPRC", Counter.GPRC),
        new Shown(0x407C, "MPRC", Counter.MPRC), new Shown(0x4080, "GPTC", Counter.GPTC),
        new Shown(0x40A0, "RNBC", Counter.NO_DESCRIPTOR), new Shown(0x40AC, "ROC", Counter.OVERSIZE),
        new Shown(0x40D0, "TPR", Counter.GPRC), new Shown(0x40D4, "TPT", Counter.GPTC));
    private static final List<Shown> SHOWN_64 = List.of(
        new Shown(0x4088, "GORC", Counter.GORC), new Shown(0x4090, "GOTC", Counter.GOTC),
        new Shown(0x40C0, "TOR", Counter.GORC), new Shown(0x40C8, "TOT", Counter.GOTC));

    static final List<Register> PF_REGISTERS = registers();

    private final PoolCounters counters;
    private final long[] origins = new long[SHOWN.size()];
    private final long[] origins64 = new long[SHOWN_64.size()];

    PfStatisticsBlock(PoolCounters counters) {
        this.counters = counters;
    }

    @Override
    public void bind(RegisterSpace pf) {
        for (int i = 0; i < SHOWN.size(); i++) {
            int index = i;
            pf.onRead(at(SHOWN.get(i).offset), element -> (int)take(SHOWN.get(index), origins, index));
        }
        for (int i = 0; i < SHOWN_64.size(); i++) {
            int index = i;
            Shown shown = SHOWN_64.get(i);
            pf.onRead(at(shown.offset), element -> (int)(counters.get(shown.counter) - origins64[index]));
            pf.onRead(at(shown.offset + 4), element -> (int)(take(shown, origins64, index) >>> 32));
        }
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF's statistics: StatisticsBlock.
    }

    /** CTRL.RST: everything starts from 0. */
    void reset() {
        for (int i = 0; i < SHOWN.size(); i++) {
            origins[i] = counters.get(SHOWN.get(i).counter);
        }
        for (int i = 0; i < SHOWN_64.size(); i++) {
            origins64[i] = counters.get(SHOWN_64.get(i).counter);
        }
    }

    private long take(Shown shown, long[] from, int index) {
        long now = counters.get(shown.counter);
        long value = now - from[index];
        from[index] = now;
        return value;
    }

    private static Register at(int offset) {
        return PF_REGISTERS.get((offset - FIRST) / Integer.BYTES);
    }

    private static List<Register> registers() {
        List<Register> result = new ArrayList<>();
        IntStream.iterate(FIRST, offset -> offset <= LAST, offset -> offset + Integer.BYTES)
            .forEach(offset -> result.add(Register.at(offset, nameOf(offset), "statistics counter")
                .build(Access.READ_CLEAR, 0)));
        result.add(Register.at(0x4228, "SCVPC", "SerDes code violations").build(Access.READ_CLEAR, 0));
        return List.copyOf(result);
    }

    private static String nameOf(int offset) {
        return SHOWN.stream().filter(shown -> shown.offset == offset).map(Shown::name).findFirst()
            .orElseGet(() -> SHOWN_64.stream().filter(shown -> shown.offset == (offset & ~7)).map(Shown::name)
                .findFirst().orElse("STAT_" + Integer.toHexString(offset)));
    }
}
