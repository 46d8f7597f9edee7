/**
 * The headless PF: a driver of the PF inside the card, for the case that no guest drives it. It programs the registers
 * and answers the VFs' mailboxes as Linux' igb does, and enforces the policy of each VF. Called by the card and the
 * control plane; reaches the 82576 by its registers only, and nothing else.
 */
package io.vfnic.device.pf;
