package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;

import java.util.ArrayList;
import java.util.List;

/**
 * The PF's statistics: what its queues have moved, and what passed the port's wire for VFs. All clear when they are
 * read and stick at their largest value. Of the 64-bit pairs, the low half keeps what the high half will show, and both
 * clear with the high one, which drivers read last. Octets include the CRC. What this card cannot have, errors of a
 * medium and flow control frames, stays 0.
 */
public final class PfStatisticsBlock implements RegisterBlock {
    private static final long LARGEST = 0xFFFF_FFFFL;

    private static final List<Shown> SHOWN = List.of(
        never(0x4000, "CRCERRS", "CRC errors"), never(0x4004, "ALGNERRC", "alignment errors"),
        never(0x4008, "SYMERRS", "symbol errors"), never(0x400C, "RXERRC", "receive errors"),
        count(0x4010, "MPC", "missed packets", Counter.MISSED), never(0x4014, "SCC", "single collisions"),
        never(0x4018, "ECOL", "excessive collisions"), never(0x401C, "MCC", "multiple collisions"),
        never(0x4020, "LATECOL", "late collisions"), never(0x4028, "COLC", "collisions"),
        never(0x402C, "CBTMPC", "circuit breaker, transmitted packets dropped"), never(0x4030, "DC", "deferrals"),
        never(0x4034, "TNCRS", "transmissions without carrier sense"), never(0x4038, "SEC", "sequence errors"),
        never(0x403C, "HTDPMC", "host's packets discarded by the MAC"), never(0x4040, "RLEC", "receive length errors"),
        never(0x4044, "CBRDPC", "circuit breaker, received packets dropped"),
        never(0x4048, "XONRXC", "XON received"), never(0x404C, "XONTXC", "XON transmitted"),
        never(0x4050, "XOFFRXC", "XOFF received"), never(0x4054, "XOFFTXC", "XOFF transmitted"),
        never(0x4058, "FCRUC", "unsupported flow control received"),
        count(0x405C, "PRC64", "packets received, 64 octets", Counter.PRC64),
        count(0x4060, "PRC127", "packets received, 65 to 127 octets", Counter.PRC127),
        count(0x4064, "PRC255", "packets received, 128 to 255 octets", Counter.PRC255),
        count(0x4068, "PRC511", "packets received, 256 to 511 octets", Counter.PRC511),
        count(0x406C, "PRC1023", "packets received, 512 to 1023 octets", Counter.PRC1023),
        count(0x4070, "PRC1522", "packets received, 1024 octets and more", Counter.PRC1522),
        count(0x4074, "GPRC", "good packets received", Counter.GPRC),
        count(0x4078, "BPRC", "broadcast packets received", Counter.BPRC),
        count(0x407C, "MPRC", "multicast packets received", Counter.MPRC),
        count(0x4080, "GPTC", "good packets transmitted", Counter.GPTC),
        pair(0x4088, "GORC", "good octets received", Counter.GORC),
        pair(0x4090, "GOTC", "good octets transmitted", Counter.GOTC),
        count(0x40A0, "RNBC", "receptions without a buffer", Counter.NO_BUFFER),
        never(0x40A4, "RUC", "undersized packets received"), never(0x40A8, "RFC", "fragments received"),
        count(0x40AC, "ROC", "oversized packets received", Counter.OVERSIZE),
        never(0x40B0, "RJC", "jabber received"), never(0x40B4, "MGTPRC", "management packets received"),
        never(0x40B8, "MGTPDC", "management packets dropped"),
        never(0x40BC, "MGTPTC", "management packets transmitted"),
        pair(0x40C0, "TOR", "octets received", Counter.TOR), pair(0x40C8, "TOT", "octets transmitted", Counter.GOTC),
        count(0x40D0, "TPR", "packets received", Counter.TPR),
        count(0x40D4, "TPT", "packets transmitted", Counter.GPTC),
        count(0x40D8, "PTC64", "packets transmitted, 64 octets", Counter.PTC64),
        count(0x40DC, "PTC127", "packets transmitted, 65 to 127 octets", Counter.PTC127),
        count(0x40E0, "PTC255", "packets transmitted, 128 to 255 octets", Counter.PTC255),
        count(0x40E4, "PTC511", "packets transmitted, 256 to 511 octets", Counter.PTC511),
        count(0x40E8, "PTC1023", "packets transmitted, 512 to 1023 octets", Counter.PTC1023),
        count(0x40EC, "PTC1522", "packets transmitted, 1024 octets and more", Counter.PTC1522),
        count(0x40F0, "MPTC", "multicast packets transmitted", Counter.MPTC),
        count(0x40F4, "BPTC", "broadcast packets transmitted", Counter.BPTC),
        count(0x40F8, "TSCTC", "segmentation contexts transmitted", Counter.TSCTC),
        never(0x40FC, "CBRMPC", "circuit breaker, received packets missed"),
        count(0x4100, "IAC", "interrupts asserted", Counter.IAC),
        count(0x4104, "RPTHC", "packets received for the host", Counter.GPRC),
        never(0x4108, "ICRXATC", "interrupts of the absolute receive timer"),
        never(0x410C, "ICTXPTC", "interrupts of the transmit packet timer"),
        never(0x4110, "ICTXATC", "interrupts of the absolute transmit timer"),
        count(0x4118, "HGPTC", "host's good packets transmitted", Counter.GPTC),
        never(0x411C, "ICTXQMTC", "interrupts of the transmit queues' low threshold"),
        never(0x4120, "ICRXDMTC", "interrupts of the receive queues' low threshold"),
        never(0x4124, "HTCBDPC", "circuit breaker, host's packets dropped"),
        pair(0x4128, "HGORC", "host's good octets received", Counter.GORC),
        pair(0x4130, "HGOTC", "host's good octets transmitted", Counter.GOTC),
        never(0x4138, "LENERRS", "length errors"),
        never(0x4158, "B2OGPRC", "management controller to host, received"),
        never(0x415C, "O2BSPC", "host to management controller, sent"),
        never(0x4228, "SCVPC", "SerDes code violations"),
        never(0x8FE0, "B2OSPC", "management controller to host, sent"),
        never(0x8FE4, "O2BGPTC", "host to management controller, received"));

    static final List<Register> PF_REGISTERS = SHOWN.stream().flatMap(shown -> shown.registers.stream()).toList();

    private final PoolCounters counters;
    private final PoolCounters ofVfs;
    private final List<Value> values = new ArrayList<>();

    /** What of a counter is shown where; a pair has two registers, the low half first. */
    private record Shown(List<Register> registers, Counter counter) { }

    /** A counter since it was last cleared. The lock is held. */
    private final class Value {
        private final Counter counter;
        private long origin;
        private long latched;
        private boolean isLatched;

        private Value(Counter counter) {
            this.counter = counter;
        }

        private int take() {
            long now = total(counter);
            long value = now - origin;
            origin = now;
            return (int)Math.min(value, LARGEST);
        }

        private long peek() {
            return counters.get(counter) - origin;
        }

        private int low() {
            latched = total(counter);
            isLatched = true;
            return (int)(latched - origin);
        }

        private int high() {
            if (!isLatched) {
                low();
            }
            int value = (int)(latched - origin >>> 32);
            origin = latched;
            isLatched = false;
            return value;
        }

        private void clear() {
            origin = total(counter);
            isLatched = false;
        }
    }

    /**
     * @param counters of the PF's queues.
     * @param ofVfs    of what passed the wire for VFs alone.
     */
    PfStatisticsBlock(PoolCounters counters, PoolCounters ofVfs) {
        this.counters = counters;
        this.ofVfs = ofVfs;
    }

    private long total(Counter counter) {
        return counters.get(counter) + ofVfs.get(counter);
    }

    @Override
    public void bind(RegisterSpace pf) {
        for (Shown shown : SHOWN) {
            if (shown.counter != null) {
                Value value = new Value(shown.counter);
                values.add(value);
                if (shown.registers.size() == 1) {
                    pf.onPeek(shown.registers.getFirst(), element -> (int)Math.min(value.peek(), LARGEST));
                    pf.onRead(shown.registers.getFirst(), element -> value.take());
                } else {
                    pf.onPeek(shown.registers.getFirst(), element -> (int)value.peek());
                    pf.onPeek(shown.registers.getLast(), element -> (int)(value.peek() >>> Integer.SIZE));
                    pf.onRead(shown.registers.getFirst(), element -> value.low());
                    pf.onRead(shown.registers.getLast(), element -> value.high());
                }
            }
        }
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        // A VF's statistics: StatisticsBlock.
    }

    /** CTRL.RST: everything starts from 0. */
    void reset() {
        values.forEach(Value::clear);
    }

    private static Shown never(int offset, String name, String title) {
        return count(offset, name, title, null);
    }

    private static Shown count(int offset, String name, String title, Counter counter) {
        return new Shown(List.of(register(offset, name, title)), counter);
    }

    private static Shown pair(int offset, String name, String title, Counter counter) {
        return new Shown(List.of(register(offset, name + "L", title + ", low"),
            register(offset + Integer.BYTES, name + "H", title + ", high")), counter);
    }

    private static Register register(int offset, String name, String title) {
        return Register.at(offset, name, title).build(Access.READ_CLEAR, 0);
    }
}
