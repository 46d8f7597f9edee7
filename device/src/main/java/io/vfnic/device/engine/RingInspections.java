package io.vfnic.device.engine;

import io.vfnic.device.ring.ReceiveQueue;
import io.vfnic.device.ring.RingContents;
import io.vfnic.device.ring.TransmitQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** Wishes to see what a function's rings hold, which only the agent that owns them may look at. */
final class RingInspections {
    private final Queue<Consumer<List<RingContents>>> waiting = new ConcurrentLinkedQueue<>();

    /** Takes a wish; any thread. */
    void add(Consumer<List<RingContents>> answer) {
        waiting.add(answer);
    }

    /**
     * Answers all wishes; the agent's.
     *
     * @param held bit k for queue k of both kinds, where the agent has it.
     */
    void answer(int held, ReceiveQueue[] receive, TransmitQueue[] transmit) {
        final List<RingContents> rings = new ArrayList<>();
        try {
            for (int rest = held; rest != 0; rest &= rest - 1) {
                rings.add(receive[Integer.numberOfTrailingZeros(rest)].contents());
            }
            for (int rest = held; rest != 0; rest &= rest - 1) {
                rings.add(transmit[Integer.numberOfTrailingZeros(rest)].contents());
            }
        } finally {
            // Also where guest memory has vanished: whoever asked gets what was seen until then.
            for (var answer = waiting.poll(); answer != null; answer = waiting.poll()) {
                answer.accept(rings);
            }
        }
    }
}
