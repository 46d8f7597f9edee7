package io.vfnic.device.engine;

import io.vfnic.device.interrupt.InterruptState;
import io.vfnic.device.interrupt.PortCauses;
import io.vfnic.device.interrupt.VectorUnit;
import io.vfnic.device.watch.WatchPoint;

/** What a function's queues have to report, gathered during a duty cycle and sent at its end. The agent's. */
final class PoolInterrupts {
    private final InterruptState state;
    private final VectorUnit vectors;
    /** What the PF has beside its vectors; null for a VF. */
    private final PortInterrupts port;
    private int pending;
    private int pendingOfPort;
    private boolean hasReceived;
    /** Causes that the queues have raised since the last reset. */
    private int raised;

    PoolInterrupts(InterruptState state, VectorUnit vectors, PortInterrupts port) {
        this.state = state;
        this.vectors = vectors;
        this.port = port;
    }

    /** Where interrupts beside the vectors' are recorded; before the start. */
    void watch(WatchPoint point) {
        if (port != null) {
            port.legacy().watch(point);
        }
    }

    /** A transmit descriptor of a device queue was written back. */
    void transmitted(int deviceQueue) {
        pending |= state.transmitCause(deviceQueue);
        pendingOfPort |= PortCauses.TRANSMITTED;
    }

    /** A receive descriptor of a device queue was written back. */
    void received(int deviceQueue) {
        hasReceived = true;
        pending |= state.receiveCause(deviceQueue);
        pendingOfPort |= PortCauses.RECEIVED;
    }

    /** A frame in a device queue is not to wait for moderation. */
    void hurry(int deviceQueue) {
        vectors.hurry(state.receiveCause(deviceQueue));
    }

    /** Sets a cause in ICR: the PF's part only. Any agent calls. */
    void raisePortCause(int cause) {
        port.causes().raise(cause);
    }

    /** Whether frames have come that have not been told of. */
    boolean hasReceived() {
        return hasReceived;
    }

    /** Raises the causes of the batch and sends the interrupts that are due; returns how many. */
    int flush(long now) {
        hasReceived = false;
        if (pending != 0) {
            state.raise(pending);
            raised |= pending;
            pending = 0;
        }
        if (port == null) {
            return vectors.poll(now);
        }
        if (pendingOfPort != 0) {
            port.causes().raise(pendingOfPort);
            pendingOfPort = 0;
        }
        return vectors.poll(now) + port.legacy().poll(now);
    }

    /** Forgets what is gathered and the moderation intervals under way. */
    void reset(long now) {
        pending = 0;
        pendingOfPort = 0;
        vectors.reset(now);
        if (port != null) {
            port.legacy().reset(now);
        }
    }

    /** A reset has cleared the causes, but a batch that was under way may have raised some after that. */
    void clearRaised() {
        state.clearCauses(raised);
        raised = 0;
    }

    /** When the earliest interrupt that moderation holds back may go out. */
    long nextDeadline() {
        return port == null ? vectors.nextDeadline() : Math.min(vectors.nextDeadline(), port.legacy().nextDeadline());
    }
}
