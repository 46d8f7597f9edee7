package io.vfnic.device.admin;

import io.vfnic.device.pf.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A function at one moment.
 *
 * @param name        as users know it, {@code vf0} for example.
 * @param vf          number of the VF, for a VF and its host view.
 * @param linkUp      whether the function's driver is shown a link.
 * @param client      the process that has the function, 0 where it is in another PID namespace; empty where nobody has.
 * @param mac         the address that leads to the function, or that a VF's driver is given at its next reset.
 * @param otherMacs   others that lead to it.
 * @param vlans       VLANs that it is a member of, ascending, without 0.
 * @param policy      what holds for a VF now, whoever set it, as far as the card knows; all null for other functions.
 * @param byOperator  what of that the operator has set.
 * @param queues      receive queues, then transmit queues, each by index.
 */
public record FunctionSnapshot(String name, FunctionKind kind, OptionalInt vf, FunctionState state, boolean linkUp,
    OptionalInt client, Optional<MacAddress> mac, List<MacAddress> otherMacs, List<Integer> vlans, VfSettings policy,
    VfSettings byOperator, List<QueueSnapshot> queues) {
    /** Copies the lists. */
    public FunctionSnapshot {
        otherMacs = List.copyOf(otherMacs);
        vlans = List.copyOf(vlans);
        queues = List.copyOf(queues);
    }
}
