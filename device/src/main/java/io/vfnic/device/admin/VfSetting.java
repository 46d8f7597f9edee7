package io.vfnic.device.admin;

/** Names of {@link VfSettings}' fields. */
public enum VfSetting {
    MAC("mac"), VLAN("vlan"), QOS("qos"), SPOOF_CHECK("spoofchk"), TRUST("trust"), LINK("state"),
    MAX_TX_RATE("max-tx-rate"), MIN_TX_RATE("min-tx-rate");

    private final String word;

    VfSetting(String word) {
        this.word = word;
    }

    /** Its name in commands and config files, as {@code ip link set ... vf} has it where it has one. */
    public String word() {
        return word;
    }
}
