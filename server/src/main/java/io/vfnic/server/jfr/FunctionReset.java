package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A function was reset. */
@Name("vfnic.FunctionReset")
@Label("Function Reset")
@Description("A function was reset")
final class FunctionReset extends CardEvent {
    @Label("Kind")
    @Description("device (by its client), function_level (by its guest), software (by its driver), by_pf (of a VF by " +
        "the driver of the PF)")
    private final String kind;

    FunctionReset(String kind) {
        this.kind = kind;
    }
}
