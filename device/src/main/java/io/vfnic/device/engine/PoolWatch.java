package io.vfnic.device.engine;

import io.vfnic.device.ring.Frame;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPace;
import io.vfnic.device.watch.WatchPoint;

/**
 * What the engine tells whoever watches a function. What guests can bring about for every frame is told once in a
 * second only. The agent's.
 */
final class PoolWatch {
    private final WatchPace spoofs = new WatchPace();
    private final WatchPace stalls = new WatchPace();
    private WatchPoint point = WatchPoint.unread();

    /** Where it is recorded (before the start). */
    void point(WatchPoint other) {
        point = other;
    }

    /** Whether somebody wants frames. */
    boolean wantsFrames() {
        return point.wants(WatchKind.FRAME);
    }

    /**
     * The function sends a frame.
     *
     * @param verdict see {@link io.vfnic.device.watch.Verdict}.
     */
    void sent(Frame frame, int verdict) {
        point.frame(false, verdict, frame.view(), frame.vlanControl());
    }

    /** A frame has come for the function. */
    void received(Frame frame, int verdict) {
        point.frame(true, verdict, frame.view(), frame.vlanControl());
    }

    /** A frame was dropped because its source or VLAN is not the function's. */
    void spoofed(long source, int cause) {
        if (point.wants(WatchKind.EVENT)) {
            final long frames = spoofs.happened(point.now());
            if (frames > 0) {
                point.event(WatchEvent.SPOOFED, frames, source << Byte.SIZE | cause, "");
            }
        }
    }

    /** A frame found no free descriptor in a queue. */
    void stalled(int queue) {
        if (point.wants(WatchKind.EVENT)) {
            final long frames = stalls.happened(point.now());
            if (frames > 0) {
                point.event(WatchEvent.STALLED, frames, queue, "");
            }
        }
    }

    /** The function gives its client up. */
    void failed(String reason) {
        point.event(WatchEvent.FAILED, 0, 0, reason);
    }
}
