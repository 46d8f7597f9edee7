package io.vfnic.device.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Who runs which of the device's sixteen queue pairs. A pair changes hands between the PF and a VF, whose agents come
 * to it at their own pace: each takes it only after the other has let go, so that a ring and its registers never have
 * two writers.
 */
final class QueueClaims {
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicReferenceArray<PoolEngine> functions = new AtomicReferenceArray<>(Fabric.FUNCTIONS);

    /** Adds a function that is to hear when queues become free. */
    void add(PoolEngine function) {
        functions.set(function.index(), function);
    }

    /**
     * Takes those of these queues that are free.
     *
     * @param wanted bit q for device queue q; none that the caller has already.
     * @return what is the caller's from now on.
     */
    int take(int wanted) {
        int before;
        do {
            before = taken.get();
        } while ((wanted & ~before) != 0 && !taken.compareAndSet(before, before | wanted));
        return wanted & ~before;
    }

    /** Gives up queues that the caller has taken and has stopped, and makes the others look. */
    void release(int queues, PoolEngine former) {
        taken.getAndUpdate(before -> before & ~queues);
        for (int index = 0; index < Fabric.FUNCTIONS; index++) {
            final PoolEngine function = functions.get(index);
            if (function != null && function != former) {
                function.remindOwner();
            }
        }
    }
}
