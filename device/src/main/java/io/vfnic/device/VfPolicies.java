package io.vfnic.device;

import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.MacAddress;
import java.util.Optional;

/** The VFs' policies, by whoever drives the PF. Any thread but an engine agent's. */
interface VfPolicies {
    /** The address that a VF's driver gets at its next reset, where the card decides on it. */
    Optional<MacAddress> assignedMac(int vf);

    /** What holds for a VF now; null is what the card cannot know. */
    VfSettings inForce(int vf);

    /** What of that the operator has set. */
    VfSettings byOperator(int vf);
}
