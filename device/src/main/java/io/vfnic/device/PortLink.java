package io.vfnic.device;

import io.vfnic.device.igb.Igb82576;

/** The port's link: up where the uplink has one and the operator allows it. Any thread but an engine agent's. */
final class PortLink {
    private final Igb82576 registers;
    private boolean carrier;
    private boolean allowed = true;

    PortLink(Igb82576 registers) {
        this.registers = registers;
    }

    /** The uplink has a link, or has none any more. */
    void carrier(boolean up) {
        registers.control().run(() -> {
            carrier = up;
            registers.cable(carrier && allowed);
        });
    }

    /** The operator allows a link, or no longer does so. */
    void allow(boolean up) {
        registers.control().run(() -> {
            allowed = up;
            registers.cable(carrier && allowed);
        });
    }

    /** Whether the operator allows a link. The control lock is held. */
    boolean isAllowed() {
        return allowed;
    }
}
