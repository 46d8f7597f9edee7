package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;

import java.util.List;

/**
 * A VF's statistics registers: the low 32 bits of the pool's counters since its last function level reset. They wrap
 * and are not cleared by reading; drivers take differences.
 */
public final class StatisticsBlock implements RegisterBlock {
    /** VFGPRC. */
    public static final Register GPRC = Register.at(0x0F10, "VFGPRC", "good packets received").readOnly();
    /** VFGPTC. */
    public static final Register GPTC = Register.at(0x0F14, "VFGPTC", "good packets transmitted").readOnly();
    /** VFGORC. */
    public static final Register GORC = Register.at(0x0F18, "VFGORC", "good octets received").readOnly();
    /** VFGOTC. */
    public static final Register GOTC = Register.at(0x0F34, "VFGOTC", "good octets transmitted").readOnly();
    /** VFMPRC. */
    public static final Register MPRC = Register.at(0x0F3C, "VFMPRC", "multicast packets received").readOnly();
    /** VFGPRLBC. */
    public static final Register GPRLBC =
        Register.at(0x0F40, "VFGPRLBC", "good loopback packets received").readOnly();
    /** VFGPTLBC. */
    public static final Register GPTLBC =
        Register.at(0x0F44, "VFGPTLBC", "good loopback packets transmitted").readOnly();
    /** VFGORLBC. */
    public static final Register GORLBC =
        Register.at(0x0F48, "VFGORLBC", "good loopback octets received").readOnly();
    /** VFGOTLBC. */
    public static final Register GOTLBC =
        Register.at(0x0F50, "VFGOTLBC", "good loopback octets transmitted").readOnly();

    static final List<Register> VF_REGISTERS =
        List.of(GPRC, GPTC, GORC, GOTC, MPRC, GPRLBC, GPTLBC, GORLBC, GOTLBC);

    private static final List<Counter> COUNTERS = List.of(
        Counter.GPRC, Counter.GPTC, Counter.GORC, Counter.GOTC, Counter.MPRC,
        Counter.GPRLBC, Counter.GPTLBC, Counter.GORLBC, Counter.GOTLBC);

    private final List<PoolCounters> counters;
    /** Of each VF, what the counters stood at when it was reset. Only the VF's own session touches its row. */
    private final long[][] origins = new long[Igb82576.POOLS][COUNTERS.size()];

    StatisticsBlock(List<PoolCounters> counters) {
        this.counters = counters;
    }

    @Override
    public void bind(RegisterSpace pf) {
        // The PF's statistics are sums over pools and uplink, kept elsewhere.
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        for (int i = 0; i < COUNTERS.size(); i++) {
            int index = i;
            Counter counter = COUNTERS.get(i);
            space.onRead(VF_REGISTERS.get(i),
                element -> (int)(counters.get(vf).get(counter) - origins[vf][index]));
        }
    }

    /** Function level reset: the registers start from 0 again, the counters behind them run on. */
    void functionLevelReset(int vf) {
        for (int i = 0; i < COUNTERS.size(); i++) {
            origins[vf][i] = counters.get(vf).get(COUNTERS.get(i));
        }
    }
}
