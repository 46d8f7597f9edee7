package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Frames came for a receive queue that had no descriptor for them; told once in a second at most. */
@Name("vfnic.ReceiveStall")
@Label("Receive Stall")
@Description("Frames came for a receive queue that had no descriptor for them; told once in a second at most")
final class ReceiveStall extends CardEvent {
    @Label("Frames")
    @Description("Since it was last told")
    private final long frames;

    @Label("Queue")
    @Description("Of the last one, as the function numbers it")
    private final long queue;

    ReceiveStall(long frames, long queue) {
        this.frames = frames;
        this.queue = queue;
    }
}
