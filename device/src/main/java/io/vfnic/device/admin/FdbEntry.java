package io.vfnic.device.admin;

import io.vfnic.device.pf.MacAddress;
import java.util.Optional;

/**
 * An entry of the switch: frames to an address, or frames of a VLAN, lead to a function.
 *
 * @param function its name.
 * @param pool     the device's pool, 0 to 7.
 * @param mac      the address; empty for a VLAN.
 * @param vlan     the VLAN, 1 to 4095; 0 for an address.
 */
public record FdbEntry(String function, int pool, Optional<MacAddress> mac, int vlan) {
}
