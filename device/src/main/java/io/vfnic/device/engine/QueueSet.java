package io.vfnic.device.engine;

/**
 * Which of the device's queue pairs are a function's, and the function's own numbers of them: its queue k is device
 * queue first + k x stride. The agent's, except {@link #want}.
 */
final class QueueSet {
    private final int first;
    /** The stride is a power of two: frames ask for queues, and a division takes longer than all else here. */
    private final int strideBits;
    private final int count;
    private QueueClaims claims;
    /** What the session wants the function to have, bit k for its queue k. */
    private volatile int wanted;
    /** What the agent has, which is less while another function has not let go of a queue. */
    private int held;

    QueueSet(int first, int stride, int count) {
        this.first = first;
        this.strideBits = Integer.numberOfTrailingZeros(stride);
        this.count = count;
    }

    /** Where queues are claimed; before the start. */
    void join(QueueClaims queueClaims, PoolEngine function) {
        claims = queueClaims;
        claims.add(function);
    }

    /** The device's number of the function's queue k. */
    int deviceQueue(int k) {
        return first + (k << strideBits);
    }

    /** The function's number of a device queue. */
    int ownQueue(int deviceQueue) {
        return deviceQueue >>> strideBits;
    }

    /** Says which queues the function is to have, bit q for device queue q (session). */
    void want(int deviceQueues) {
        wanted = toOwn(deviceQueues);
    }

    /** The queues that the function has, bit k for its queue k. */
    int held() {
        return held;
    }

    /** The queues that the function has, bit q for device queue q. */
    int heldOfDevice() {
        return toDevice(held);
    }

    /** The queues that the function has and is to keep. */
    int kept() {
        return held & wanted;
    }

    /** Whether the function has exactly the queues that it is to have. */
    boolean isSettled() {
        return held == wanted;
    }

    /** Gives up queues, which have been stopped, and takes those that are wanted and free. */
    void exchange(int stopped, PoolEngine function) {
        held &= ~stopped;
        if (stopped != 0) {
            claims.release(toDevice(stopped), function);
        }
        held |= toOwn(claims.take(toDevice(wanted & ~held)));
    }

    private int toDevice(int own) {
        int result = 0;
        for (int rest = own; rest != 0; rest &= rest - 1) {
            result |= 1 << deviceQueue(Integer.numberOfTrailingZeros(rest));
        }
        return result;
    }

    private int toOwn(int deviceQueues) {
        int result = 0;
        for (int k = 0; k < count; k++) {
            result |= (deviceQueues >>> deviceQueue(k) & 1) << k;
        }
        return result;
    }
}
