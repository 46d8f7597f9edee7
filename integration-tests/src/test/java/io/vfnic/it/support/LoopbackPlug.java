package io.vfnic.it.support;

import io.vfnic.testkit.lab.Guest;

/**
 * A wire that gives everything back, as a loopback plug in the PF's socket does: the PHY's loopback, set through the
 * registers' I/O BAR behind igb's back. Two macvlan interfaces above the PF, each in a network namespace of its own,
 * send to each other over that wire only (VEPA mode, IEEE 802.1Qbg), so that a PF without any VF has traffic with
 * itself.
 */
public final class LoopbackPlug {
    /** The first end's address. */
    public static final String ONE = "10.1.0.1";
    /** The second end's address. */
    public static final String TWO = "10.1.0.2";

    private static final int MDIC = 0x20;
    private static final int MDIC_READ_CONTROL = 0x0820_0000;
    private static final int MDIC_WRITE_CONTROL = 0x0420_0000;
    private static final int PHY_CONTROL_LOOPBACK = 0x4000;
    /** MDIC.REGADD, 0 where the value is that of the PHY's control register, and that register's bit. */
    private static final int MDIC_REGISTER_AND_LOOPBACK = 0x1F_0000 | PHY_CONTROL_LOOPBACK;
    private static final int PHY_CONTROL = PHY_CONTROL_LOOPBACK | 0x1140;
    private static final int IO_DATA = 1;
    private static final String SCRIPT = """
        port() { printf %%08x $(($2)) | sed 's/\\(..\\)\\(..\\)\\(..\\)\\(..\\)/\\4\\3\\2\\1/' | xxd -r -p |
            dd of=%1$s/resource2 bs=4 seek=$1 conv=notrunc 2>/dev/null; }
        put() { port 0 $1; port %2$d $2; }
        get() { port 0 $1; echo $((0x$(dd if=%1$s/resource2 bs=4 skip=%2$d count=1 2>/dev/null |
            od -A n -t x4 | tr -d ' '))); }
        """.formatted(PfGuest.DEVICE, IO_DATA);

    private final GuestNic pf;
    private final GuestNic one;
    private final GuestNic two;

    private LoopbackPlug(GuestNic pf) {
        this.pf = pf;
        plug();
        this.one = end("one", ONE);
        this.two = end("two", TWO);
        // So that nothing goes over the wire that a test has not asked for: no neighbour has to be looked for.
        one.check("ip neighbour replace " + TWO + " lladdr " + two.mac() + " nud permanent dev " + one.name());
        two.check("ip neighbour replace " + ONE + " lladdr " + one.mac() + " nud permanent dev " + two.name());
    }

    /** Plugs it into a PF's socket, sets the PF up and makes the two ends. */
    public static LoopbackPlug in(GuestNic pf) {
        return new LoopbackPlug(pf);
    }

    /** Plugs it in again, after whatever made igb reset the PHY; returns with the link up. */
    public void plug() {
        pf.up();
        // The watchdog of igb uses MDIC as well, so that a write may be lost.
        pf.guest().check(SCRIPT + "setpci -s 1:0.0 COMMAND=1:1; n=0; until put " + MDIC + " " + MDIC_READ_CONTROL
            + "; [ $(($(get " + MDIC + ") & " + MDIC_REGISTER_AND_LOOPBACK + ")) = " + PHY_CONTROL_LOOPBACK
            + " ]; do n=$((n + 1)); [ $n -lt 100 ] || exit 1; put " + MDIC + " "
            + (MDIC_WRITE_CONTROL | PHY_CONTROL) + "; done");
    }

    /** Takes the ends away, and gives the PHY its cable back. */
    public void unplug() {
        pf.check("ip netns delete one");
        pf.check("ip netns delete two");
        pf.check("ip link set " + pf.name() + " down");
        pf.up();
    }

    /** The value of a PF's register. */
    public static long register(Guest guest, int offset) {
        return Long.parseLong(guest.check(SCRIPT + "setpci -s 1:0.0 COMMAND=1:1; get " + offset));
    }

    /** The interface with address {@link #ONE}. */
    public GuestNic one() {
        return one;
    }

    /** The interface with address {@link #TWO}. */
    public GuestNic two() {
        return two;
    }

    private GuestNic end(String name, String address) {
        pf.check("ip link add link " + pf.name() + " name " + name + " type macvlan mode vepa");
        return pf.upper(name).inNamespace(name).up(address + "/24");
    }
}
