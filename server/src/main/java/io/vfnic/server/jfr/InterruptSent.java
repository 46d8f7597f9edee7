package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** An interrupt was sent to a guest. */
@Name("vfnic.Interrupt")
@Label("Interrupt")
@Description("An interrupt was sent to a guest")
@Enabled(false)
final class InterruptSent extends CardEvent {
    @Label("Vector")
    @Description("Vector of the function, -1 for that of INTx and MSI")
    private final int vector;

    InterruptSent(int vector) {
        this.vector = vector;
    }
}
