package io.vfnic.device.vswitch;

/**
 * What a table has decided of the last frame that a pool sent: most frames come from and go to where the one before did,
 * and are spared both look-ups of an address. One agent's.
 */
public final class LastRoute {
    private SwitchTable table;
    private int pool;
    private int vlan;
    private long destination;
    private long source;
    private int decision;

    /**
     * Where a frame goes; the arguments are those of {@link SwitchTable#spoofed} and {@link SwitchTable#routeFromPool}.
     *
     * @return what routeFromPool says; where the frame is spoofed, less than 0: {@code ~} of what spoofed says.
     */
    public int of(SwitchTable current, int from, long to, long by, int tag) {
        if (to != destination || by != source || current != table || from != pool || tag != vlan) {
            final int spoofed = current.spoofed(from, by, tag);
            decision = spoofed != 0 ? ~spoofed : current.routeFromPool(from, to, tag);
            table = current;
            pool = from;
            vlan = tag;
            destination = to;
            source = by;
        }
        return decision;
    }
}
