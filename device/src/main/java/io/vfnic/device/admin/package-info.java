/**
 * What an operator may see of a card and do to it ({@link io.vfnic.device.admin.CardAdmin}): immutable snapshots, and
 * operations that are refused with a reason and a way out. The control plane, metrics and dumps call it, from any
 * thread but an engine agent's. It knows names and values, and nothing of registers or sockets.
 *
 * <p>Precedence: what the operator sets stands above what the PF's driver sets; what the operator leaves unset is the
 * driver's, and what he gives back is the driver's again, in effect at once. What a driver in a guest keeps in its own
 * memory, VFs' addresses and trust, he cannot set.
 */
package io.vfnic.device.admin;
