package io.vfnic.server.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** The link came up or went down; of the PF it is that of the port. */
@Name("vfnic.LinkChange")
@Label("Link Change")
@Description("The link came up or went down; of the PF it is that of the port")
final class LinkChange extends CardEvent {
    @Label("Up")
    private final boolean up;

    LinkChange(boolean up) {
        this.up = up;
    }
}
