package io.vfnic.device.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An agent's duty cycle took so long that frames may have been lost meanwhile. */
@Name("vfnic.AgentStall")
@Label("Agent Stall")
@Description("A duty cycle of an engine agent took so long that frames may have been lost meanwhile")
@Category("vfnic")
@StackTrace(false)
public final class AgentStall extends Event {
    private static final AgentStall PROBE = new AgentStall();

    @Label("Agent")
    private String agent;

    @Label("Duty Cycle")
    @Description("How long the duty cycle took")
    @Timespan(Timespan.NANOSECONDS)
    private long dutyCycle;

    private AgentStall() {
    }

    /** Records a stall that is over, where somebody wants it; on the agent's thread. */
    public static void happened(String agent, long nanos) {
        if (PROBE.isEnabled()) {
            AgentStall event = new AgentStall();
            event.agent = agent;
            event.dutyCycle = nanos;
            event.commit();
        }
    }
}
