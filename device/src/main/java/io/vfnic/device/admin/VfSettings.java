package io.vfnic.device.admin;

import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.pf.VfPolicy;
import java.util.Locale;
import java.util.Set;

/**
 * Some of what can be set for a VF; null is what is not set. Ranges are {@link VfPolicy}'s.
 *
 * @param mac        the VF's address.
 * @param vlan       port VLAN, 1 to 4094; 0 for none.
 * @param qos        priority of the port VLAN's tag, 0 to 7.
 * @param spoofCheck whether frames with an address or VLAN that is not the VF's are dropped.
 * @param trust      whether the VF may become promiscuous and choose its address.
 * @param link       what the VF is shown of the link.
 * @param maxTxRate  Mbit/s; 0 for no limit.
 * @param minTxRate  Mbit/s; the card can guarantee none, so that it is 0 at the most.
 */
public record VfSettings(MacAddress mac, Integer vlan, Integer qos, Boolean spoofCheck, Boolean trust, LinkPolicy link,
    Integer maxTxRate, Integer minTxRate) {
    /** Nothing is set. */
    public static final VfSettings NONE = new VfSettings(null, null, null, null, null, null, null, null);

    /** These with others above them. */
    public VfSettings with(VfSettings others) {
        return new VfSettings(first(others.mac, mac), first(others.vlan, vlan), first(others.qos, qos),
            first(others.spoofCheck, spoofCheck), first(others.trust, trust), first(others.link, link),
            first(others.maxTxRate, maxTxRate), first(others.minTxRate, minTxRate));
    }

    /** These without some. */
    public VfSettings without(Set<VfSetting> some) {
        return new VfSettings(some.contains(VfSetting.MAC) ? null : mac, some.contains(VfSetting.VLAN) ? null : vlan,
            some.contains(VfSetting.QOS) ? null : qos, some.contains(VfSetting.SPOOF_CHECK) ? null : spoofCheck,
            some.contains(VfSetting.TRUST) ? null : trust, some.contains(VfSetting.LINK) ? null : link,
            some.contains(VfSetting.MAX_TX_RATE) ? null : maxTxRate,
            some.contains(VfSetting.MIN_TX_RATE) ? null : minTxRate);
    }

    /**
     * A policy with these above it.
     *
     * @throws IllegalArgumentException where a value is out of its range.
     */
    public VfPolicy over(VfPolicy policy) {
        return new VfPolicy(first(mac, policy.mac()), first(vlan, policy.vlan()), first(qos, policy.qos()),
            first(spoofCheck, policy.spoofCheck()), first(trust, policy.trusted()),
            first(maxTxRate, policy.maxTxRate()),
            first(link, policy.link()));
    }

    /** These in words as commands have them: {@code vlan 10 qos 3}. */
    public String words() {
        StringBuilder words = new StringBuilder();
        for (VfSetting setting : VfSetting.values()) {
            Object value = value(setting);
            if (value != null) {
                words.append(words.isEmpty() ? "" : " ").append(setting.word()).append(' ').append(value);
            }
        }
        return words.toString();
    }

    private Object value(VfSetting setting) {
        return switch (setting) {
            case MAC -> mac;
            case VLAN -> vlan;
            case QOS -> qos;
            case SPOOF_CHECK -> onOff(spoofCheck);
            case TRUST -> onOff(trust);
            case LINK -> link == null ? null : link.name().toLowerCase(Locale.ROOT);
            case MAX_TX_RATE -> maxTxRate;
            case MIN_TX_RATE -> minTxRate;
        };
    }

    private static String onOff(Boolean value) {
        return value == null ? null : value ? "on" : "off";
    }

    private static <T> T first(T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
