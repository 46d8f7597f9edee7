package io.vfnic.server.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;

/** What all events of the card have. The Flight Recorder sees no private fields of a superclass. */
@Category("vfnic")
@StackTrace(false)
abstract sealed class CardEvent extends Event
    permits ClientConnected, ClientDisconnected, FunctionReset, LinkChange, MailboxMessage, InterruptSent,
    ReceiveStall {

    @Label("Function")
    @Description("Name of the function, such as vf0")
    String function;

    @Label("Occurred")
    @Description("When it happened, up to some milliseconds before it was recorded")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long occurred;

    /** Records it: who and when, beside what the event has of itself. */
    final void commit(String name, long epochMillis) {
        function = name;
        occurred = epochMillis;
        commit();
    }
}
