package io.vfnic.device.filter;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.PacketType;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The queue filters for one state of their registers. Immutable.
 * <p>
 * An EtherType filter goes first; then the SYN filter, if RFCTL.SYNQFP says so; then the 5-tuple filter of the highest
 * priority and, of those, the lowest number; then the SYN filter. The order, and that the last of several EtherType
 * filters decides, are those of Intel's description of the sibling I210 (7.1.2 and 7.1.2.3).
 */
public final class QueueFilters {
    private static final int ETQF_TYPE = 0xFFFF;
    private static final int ETQF_QUEUE_SHIFT = 16;
    private static final int ETQF_QUEUE = 7;
    private static final int ETQF_ENABLE = 1 << 26;
    private static final int ETQF_IMMEDIATE = 1 << 29;
    private static final int ETQF_TIME_SYNC = 1 << 30;
    private static final int ETQF_QUEUE_ENABLE = 1 << 31;
    private static final int SYNQF_ENABLE = 1;
    private static final int SYNQF_QUEUE_SHIFT = 1;
    private static final int SYNQF_QUEUE = 0xF;
    private static final int RFCTL_SYN_FIRST = 1 << 19;
    private static final int IMIRVP_PRIORITY = 7;
    private static final int IMIRVP_ENABLE = 1 << 3;
    private static final int VLAN_PRIORITY_SHIFT = 13;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_SYN = 2;

    private final QueueFilterRegisters registers;
    private final FiveTupleFilter[] tuples;
    private final boolean anyEtherType;
    private final boolean syn;
    private final boolean vlanPriority;

    /** @param registers must not change afterwards. */
    public QueueFilters(QueueFilterRegisters registers) {
        this.registers = registers;
        tuples = IntStream.range(0, QueueFilterRegisters.FILTERS)
            .mapToObj(number -> new FiveTupleFilter(registers, number)).filter(FiveTupleFilter::isEnabled)
            .sorted(Comparator.comparingInt(FiveTupleFilter::priority).reversed()).toArray(FiveTupleFilter[]::new);
        anyEtherType = IntStream.of(registers.etqf()).anyMatch(etqf -> (etqf & ETQF_ENABLE) != 0);
        syn = (registers.synqf() & SYNQF_ENABLE) != 0;
        vlanPriority = (registers.imirvp() & IMIRVP_ENABLE) != 0;
    }

    /**
     * Applies the filters to a frame.
     *
     * @param frame       the frame, as it was when parsed.
     * @param parser      has parsed this frame.
     * @param pool        whom it is for.
     * @param vlanControl tag control information of its outermost tag, negative where there is none.
     * @param match       takes what was found.
     */
    public void match(FrameView frame, FrameParser parser, int pool, int vlanControl, FilterMatch match) {
        match.clear();
        if (anyEtherType) {
            matchEtherType(parser, match);
        }
        final boolean isSyn = syn && isSyn(frame, parser);
        if (isSyn && (registers.rfctl() & RFCTL_SYN_FIRST) != 0) {
            match.queue(synQueue());
        }
        for (FiveTupleFilter tuple : tuples) {
            if (tuple.matches(frame, parser, pool)) {
                apply(tuple, match);
            }
        }
        if (isSyn) {
            match.queue(synQueue());
        }
        if (vlanPriority && vlanControl >= 0
            && vlanControl >>> VLAN_PRIORITY_SHIFT >= (registers.imirvp() & IMIRVP_PRIORITY)) {
            match.markImmediate();
        }
    }

    private void matchEtherType(FrameParser parser, FilterMatch match) {
        for (int i = QueueFilterRegisters.FILTERS - 1; i >= 0; i--) {
            final int etqf = registers.etqf()[i];
            if ((etqf & ETQF_ENABLE) != 0 && (etqf & ETQF_TYPE) == parser.etherType()) {
                match.etherType(i);
                if ((etqf & ETQF_QUEUE_ENABLE) != 0) {
                    match.queue(etqf >>> ETQF_QUEUE_SHIFT & ETQF_QUEUE);
                }
                if ((etqf & ETQF_TIME_SYNC) != 0) {
                    match.markTimeSync();
                }
                if ((etqf & ETQF_IMMEDIATE) != 0) {
                    match.markImmediate();
                }
                return;
            }
        }
    }

    private static void apply(FiveTupleFilter tuple, FilterMatch match) {
        if (tuple.choosesQueue()) {
            match.queue(tuple.queue());
        }
        if (tuple.isTimeSync()) {
            match.markTimeSync();
        }
        if (tuple.isImmediate()) {
            match.markImmediate();
        }
    }

    private int synQueue() {
        return registers.synqf() >>> SYNQF_QUEUE_SHIFT & SYNQF_QUEUE;
    }

    private static boolean isSyn(FrameView frame, FrameParser parser) {
        return parser.is(PacketType.TCP)
            && (frame.header().getByte(frame.headerIndex() + parser.l4Offset() + TCP_FLAGS) & TCP_SYN) != 0;
    }
}
