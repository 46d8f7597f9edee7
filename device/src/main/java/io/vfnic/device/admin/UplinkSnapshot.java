package io.vfnic.device.admin;

/**
 * What the port is connected to, at one moment.
 *
 * @param name    what the user calls it, as in {@code tap:tap0}.
 * @param whyDown why its link is down, in a few words; empty while it is up.
 */
public record UplinkSnapshot(String name, String whyDown) {
    /** Whether its link is up. The port's may be down all the same. */
    public boolean linkUp() {
        return whyDown.isEmpty();
    }
}
