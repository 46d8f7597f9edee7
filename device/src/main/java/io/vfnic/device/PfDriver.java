package io.vfnic.device;

import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.pf.MacAddress;
import java.util.Optional;

/** What an operator gets done depends on who drives the PF. The control lock is held. */
interface PfDriver {
    /** The address that a VF's driver gets at its next reset, where the card decides on it. */
    Optional<MacAddress> assignedMac(int vf);

    /** What holds for a VF now; null is what the card cannot know. */
    VfSettings inForce(int vf);

    /**
     * Lays all that the operator has set for a VF above what the driver has.
     *
     * @throws RefusedException where that cannot be; nothing has changed then.
     */
    void apply(int vf, VfSettings settings) throws RefusedException;

    /**
     * Enables the VFs from 0 on up to a count.
     *
     * @param count no more VFs than the card was made with.
     * @throws RefusedException where it is not the operator who decides that.
     */
    void enableVfs(int count) throws RefusedException;

    /** Resets a VF, which is enabled, and has its driver told. */
    void resetVf(int vf);
}
