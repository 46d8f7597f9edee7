package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.SetVfRequest;
import io.vfnic.protocol.control.v1.VfLinkState;
import io.vfnic.protocol.control.v1.VfSetting;
import io.vfnic.protocol.control.v1.VfSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The words behind {@code vfnic set vf N}: settings and values in turn, as {@code ip link set ... vf N} takes them. */
final class VfArguments {
    private static final String GIVE_BACK = "auto";

    private VfArguments() {
    }

    /** Names of the settings, for completion. */
    static final class Words extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        Words() {
            super(words());
        }
    }

    /**
     * Reads the words.
     *
     * @throws IllegalArgumentException with a message for users, where they make no sense. Ranges are the card's to
     *         check.
     */
    static SetVfRequest.Builder parse(List<String> words) {
        SetVfRequest.Builder request = SetVfRequest.newBuilder();
        Set<VfSetting> seen = EnumSet.noneOf(VfSetting.class);
        for (int i = 0; i < words.size(); i += 2) {
            VfSetting setting = setting(words.get(i));
            if (!seen.add(setting)) {
                throw new IllegalArgumentException(words.get(i) + ": can be set only once");
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(words.get(i) + ": its value is missing");
            }
            String value = words.get(i + 1);
            if (value.equals(GIVE_BACK)) {
                // Of the state, too: whoever drives the PF shows the VF the port's link.
                request.addGiveBack(setting);
            } else {
                set(request.getSetBuilder(), setting, words.get(i), value);
            }
        }
        return request;
    }

    private static void set(VfSettings.Builder settings, VfSetting setting, String name, String value) {
        switch (setting) {
            case VF_SETTING_MAC -> settings.setMac(value);
            case VF_SETTING_VLAN -> settings.setVlan(number(name, value));
            case VF_SETTING_QOS -> settings.setQos(number(name, value));
            case VF_SETTING_SPOOFCHK -> settings.setSpoofchk(onOff(name, value));
            case VF_SETTING_TRUST -> settings.setTrust(onOff(name, value));
            case VF_SETTING_STATE -> settings.setState(state(value));
            case VF_SETTING_MAX_TX_RATE -> settings.setMaxTxRate(number(name, value));
            case VF_SETTING_MIN_TX_RATE -> settings.setMinTxRate(number(name, value));
            case VF_SETTING_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no setting: " + name);
        }
    }

    private static VfSetting setting(String word) {
        return Arrays.stream(VfSetting.values())
            // ip(8) has max_tx_rate, and we max-tx-rate, as our options are.
            .filter(setting -> isSetting(setting) && word(setting).equals(word.replace('_', '-'))).findFirst()
            .orElseThrow(() -> new IllegalArgumentException(
                "unknown setting '" + word + "'; there are " + String.join(", ", words())));
    }

    private static List<String> words() {
        return Arrays.stream(VfSetting.values()).filter(VfArguments::isSetting).map(VfArguments::word)
            .collect(Collectors.toList());
    }

    private static boolean isSetting(VfSetting setting) {
        return setting != VfSetting.UNRECOGNIZED && setting != VfSetting.VF_SETTING_UNSPECIFIED;
    }

    private static String word(VfSetting setting) {
        return MessageJson.word(setting.getValueDescriptor()).replace('_', '-');
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                name + ": must be a whole number or auto, not \"" + value + '"', e);
        }
    }

    private static boolean onOff(String name, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException(
                name + ": must be on, off or auto, not \"" + value + '"');
        };
    }

    private static VfLinkState state(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "enable" -> VfLinkState.VF_LINK_STATE_ENABLE;
            case "disable" -> VfLinkState.VF_LINK_STATE_DISABLE;
            default -> throw new IllegalArgumentException(
                "state: must be auto, enable or disable, not \"" + value + '"');
        };
    }
}
