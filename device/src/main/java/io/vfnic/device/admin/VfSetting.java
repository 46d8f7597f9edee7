package io.vfnic.device.admin;

/** Names of {@link VfSettings}' fields. */
public enum VfSetting {
    MAC, VLAN, QOS, SPOOF_CHECK, TRUST, LINK, MAX_TX_RATE, MIN_TX_RATE
}
