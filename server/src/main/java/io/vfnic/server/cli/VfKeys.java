package io.vfnic.server.cli;

import java.util.List;
import java.util.function.UnaryOperator;

import io.vfnic.device.pf.MacAddress;
import io.vfnic.server.config.ConfigKey;
import io.vfnic.server.config.ConfigKey.Kind;

/** The keys of a VF's section in a config file: its policy, in the words of {@code ip link set ... vf}. */
final class VfKeys {
    static final String MAC = "mac";
    static final String VLAN = "vlan";
    static final String QOS = "qos";
    static final String SPOOFCHK = "spoofchk";
    static final String TRUST = "trust";
    static final String STATE = "state";
    static final String MAX_TX_RATE = "max-tx-rate";

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
