package io.vfnic.server.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.vfnic.device.admin.VfSetting;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.LinkPolicy;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.server.config.ConfigKey;
import io.vfnic.server.config.ConfigKey.Kind;
import io.vfnic.server.config.ConfigSection;
import io.vfnic.server.config.ConfigValue;

/** The keys of a VF's section in a config file: its policy, in the words of {@code ip link set ... vf}. */
final class VfKeys {
    static final String MAC = VfSetting.MAC.word();
    static final String VLAN = VfSetting.VLAN.word();
    static final String QOS = VfSetting.QOS.word();
    static final String SPOOFCHK = VfSetting.SPOOF_CHECK.word();
    static final String TRUST = VfSetting.TRUST.word();
    static final String STATE = VfSetting.LINK.word();
    static final String MAX_TX_RATE = VfSetting.MAX_TX_RATE.word();

    static final List<ConfigKey> ALL = List.of(
        new ConfigKey(MAC, Kind.TEXT, VfKeys::checkMac),
        new ConfigKey(VLAN, Kind.NUMBER, range(4094)),
        new ConfigKey(QOS, Kind.NUMBER, range(7)),
        new ConfigKey(SPOOFCHK, Kind.FLAG, anything -> null),
        new ConfigKey(TRUST, Kind.FLAG, anything -> null),
        new ConfigKey(STATE, Kind.TEXT, VfKeys::checkState),
        new ConfigKey(MAX_TX_RATE, Kind.NUMBER, range(1000)));

    private VfKeys() {
    }

    /** What the sections of a file set, by the VF's number. The values have been checked. */
    static Map<Integer, VfSettings> settings(Map<Integer, ConfigSection> sections) {
        Map<Integer, VfSettings> settings = new TreeMap<>();
        sections.forEach((vf, section) -> settings.put(vf, new VfSettings(
            value(section, MAC, MacAddress::parse), value(section, VLAN, Integer::valueOf),
            value(section, QOS, Integer::valueOf), value(section, SPOOFCHK, Boolean::valueOf),
            value(section, TRUST, Boolean::valueOf),
            value(section, STATE, text -> LinkPolicy.valueOf(text.toUpperCase(Locale.ROOT))),
            value(section, MAX_TX_RATE, Integer::valueOf), null)));
        return settings;
    }

    private static <T> T value(ConfigSection section, String key, Function<String, T> read) {
        ConfigValue value = section.values().get(key);
        return value == null ? null : read.apply(value.text());
    }

    private static String checkMac(String text) {
        try {
            MacAddress mac = MacAddress.parse(text);
            return mac.isUnicast() ? null : "must be a unicast address, which " + mac + " is not";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private static String checkState(String text) {
        return List.of("auto", "enable", "disable").contains(text) ? null
            : "must be \"auto\", \"enable\" or \"disable\", not \"" + text + '"';
    }

    private static UnaryOperator<String> range(int highest) {
        return text -> {
            long value = Long.parseLong(text);
            return value >= 0 && value <= highest ? null
                : "must be a whole number from 0 to " + highest + ", not " + text;
        };
    }
}
