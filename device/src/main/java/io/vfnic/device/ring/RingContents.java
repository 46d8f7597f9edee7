package io.vfnic.device.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What a queue's ring holds, at one moment.
 *
 * @param transmit    whether it is a transmit queue.
 * @param queue       as its function numbers it.
 * @param running     whether the driver has switched it on; nothing below tells anything where it has not.
 * @param reachable   whether the ring lies in guest memory.
 * @param legacy      whether a receive queue's descriptors are in the legacy format.
 * @param address     of the ring (IOVA).
 * @param entries     descriptors in the ring.
 * @param head        index of the next descriptor that the card does.
 * @param tail        index behind the last descriptor that the driver has handed over, as the driver wrote it.
 * @param descriptors some near head and tail, in order.
 */
public record RingContents(boolean transmit, int queue, boolean running, boolean reachable, boolean legacy,
    long address, int entries, int head, int tail, List<Descriptor> descriptors) {
    private static final int BEFORE = 4;
    private static final int BEHIND = 8;

    /**
     * A descriptor.
     *
     * @param index   in the ring.
     * @param isCards whether the driver has handed it over and the card has it to do.
     */
    public record Descriptor(int index, boolean isCards, long low, long high) {
        private static final int DONE = 1;

        /** Whether the card has written it back as done (DD) and the driver has not taken it up again. */
        public boolean isDone(RingContents ring) {
            // In dword 3 of transmit descriptors and of legacy receive descriptors, in dword 2 of advanced ones.
            final long status = ring.transmit || ring.legacy ? high >>> Integer.SIZE : high;
            return !isCards && (status & DONE) != 0;
        }
    }

    static RingContents of(boolean transmit, int queue, boolean legacy, DescriptorRing ring, QueueRegisters registers,
        int head) {
        final int entries = ring.entries();
        final int tail = registers.tail();
        final List<Descriptor> descriptors = new ArrayList<>();
        if (ring.isUsable()) {
            for (int index : near(head, Math.min(tail, entries - 1), entries)) {
                final int ahead = distance(head, index, entries);
                descriptors.add(new Descriptor(
                    index, ahead < distance(head, tail, entries), ring.lowNow(index), ring.highNow(index)));
            }
        }
        return new RingContents(transmit, queue, true, ring.isUsable(), legacy, registers.ringAddress(), entries, head,
            tail, descriptors);
    }

    static RingContents stopped(boolean transmit, int queue, QueueRegisters registers) {
        return new RingContents(transmit, queue, false, false, false, registers.ringAddress(), registers.ringEntries(),
            registers.get(QueueRegisters.HEAD_OFFSET), registers.tail(), List.of());
    }

    private static NavigableSet<Integer> near(int head, int tail, int entries) {
        final NavigableSet<Integer> indices = new TreeSet<>();
        for (int offset = -BEFORE; offset < BEHIND; offset++) {
            indices.add(Math.floorMod(head + offset, entries));
        }
        for (int offset = -BEFORE; offset < BEFORE; offset++) {
            indices.add(Math.floorMod(tail + offset, entries));
        }
        return indices;
    }

    private static int distance(int from, int to, int entries) {
        return Math.floorMod(to - from, entries);
    }
}
