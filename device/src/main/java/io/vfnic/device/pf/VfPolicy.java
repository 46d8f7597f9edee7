package io.vfnic.device.pf;

import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * What the operator allows a VF. Immutable.
 *
 * @param mac       the VF's address, which an untrusted VF then cannot change; null for a generated one, which it can.
 * @param vlan      port VLAN, 1 to 4094: the VF sends and receives in it without knowing; 0 for none.
 * @param qos       priority of the port VLAN's tag, 0 to 7.
 * @param spoofCheck whether frames with an address or VLAN that is not the VF's are dropped.
 * @param trusted   whether the VF may become promiscuous, change a fixed address and take one that another VF has.
 * @param maxTxRate the VF sends no faster than this, 1 to 1000 Mbit/s of frames with CRC; 0 for no limit.
 * @param link      what the VF is shown of the link.
 */
public record VfPolicy(MacAddress mac, int vlan, int qos, boolean spoofCheck, boolean trusted, int maxTxRate,
    LinkPolicy link) {
    /**
     * As Linux' igb starts: generated address, no port VLAN, spoof check on, not trusted, no rate limit, the card's
     * link.
     */
    public static final VfPolicy DEFAULT = new VfPolicy(null, 0, 0, true, false, 0, LinkPolicy.AUTO);

    private static final int HIGHEST_VLAN = 4094;
    private static final int HIGHEST_QOS = 7;
    private static final int HIGHEST_RATE = 1000;

    /** Checks the ranges. */
    public VfPolicy {
        Objects.requireNonNull(link);
        if (mac != null && !mac.isUnicast()) {
            throw new IllegalArgumentException(mac + " is not a unicast address");
        }
        check("a VLAN is", vlan, HIGHEST_VLAN, "");
        check("a priority is", qos, HIGHEST_QOS, "");
        check("a rate is", maxTxRate, HIGHEST_RATE, " Mbit/s");
    }

    private static void check(String what, int value, int highest, String unit) {
        if (value < 0 || value > highest) {
            throw new IllegalArgumentException(what + " 0 to " + highest + unit + ", not " + value);
        }
    }

    /** This with another address, null for a generated one. */
    public VfPolicy withMac(MacAddress address) {
        return new VfPolicy(address, vlan, qos, spoofCheck, trusted, maxTxRate, link);
    }

    /** This with another port VLAN. */
    public VfPolicy withVlan(int id, int priority) {
        return new VfPolicy(mac, id, priority, spoofCheck, trusted, maxTxRate, link);
    }

    /** This with spoof check on or off. */
    public VfPolicy withSpoofCheck(boolean on) {
        return new VfPolicy(mac, vlan, qos, on, trusted, maxTxRate, link);
    }

    /** This with trust given or not. */
    public VfPolicy withTrusted(boolean given) {
        return new VfPolicy(mac, vlan, qos, spoofCheck, given, maxTxRate, link);
    }

    /** This with another limit of what the VF sends, Mbit/s, or 0 for none. */
    public VfPolicy withMaxTxRate(int rate) {
        return new VfPolicy(mac, vlan, qos, spoofCheck, trusted, rate, link);
    }

    /** This with another link policy. */
    public VfPolicy withLink(LinkPolicy shown) {
        return new VfPolicy(mac, vlan, qos, spoofCheck, trusted, maxTxRate, shown);
    }

    /** What is other than it was, in the words of {@code ip link}, such as {@code "vlan 0 to 7, trust off to on"}. */
    String changesFrom(VfPolicy before) {
        StringJoiner changes = new StringJoiner(", ");
        tell(changes, "mac", before.mac == null ? "auto" : before.mac, mac == null ? "auto" : mac);
        tell(changes, "vlan", before.vlan, vlan);
        tell(changes, "qos", before.qos, qos);
        tell(changes, "spoofchk", onOff(before.spoofCheck), onOff(spoofCheck));
        tell(changes, "trust", onOff(before.trusted), onOff(trusted));
        tell(changes, "max-tx-rate", before.maxTxRate, maxTxRate);
        tell(changes, "state", before.link.name().toLowerCase(Locale.ROOT), link.name().toLowerCase(Locale.ROOT));
        return changes.toString();
    }

    private static void tell(StringJoiner changes, String what, Object from, Object to) {
        if (!from.equals(to)) {
            changes.add(what + " " + from + " to " + to);
        }
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    /** Whether frames of the VF are tagged by the card; priority 1 to 7 alone tags with VLAN 0. */
    boolean hasPortVlan() {
        return vlan != 0 || qos != 0;
    }
}
