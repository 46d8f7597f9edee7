package io.vfnic.device.pf;

/** What the PF's driver remembers of a VF. */
final class VfState {
    /** The address a VF gets that has none by policy. */
    final MacAddress generated;
    VfPolicy policy;
    /** The VF may configure itself. */
    boolean clearToSend;
    /** The VF has been through VF_RESET and was not reset since. */
    boolean running;
    /** A message of ours lies in the mailbox that the VF has not acknowledged. */
    boolean unread;
    /** The VF was told by a bare NACK that it must reset itself. */
    boolean told;
    /** A ping that waits for the mailbox. */
    boolean pingDue;
    /**
     * The address that was the VF's before its assigned one was changed: its driver may ask for it once more, out of
     * habit. Null where there is none, or once the driver has asked for any.
     */
    MacAddress replaced;
    int[] multicastHashes = {};
    boolean allMulticast;
    boolean multicastPromiscuous;

    VfState(MacAddress generated, VfPolicy policy) {
        this.generated = generated;
        this.policy = policy;
    }

    /** The VF's address after a reset. */
    MacAddress assignedMac() {
        return policy.mac() == null ? generated : policy.mac();
    }

    /** VF_RESET is being granted. */
    void start() {
        running = true;
        clearToSend = true;
    }

    /** Forgets what the VF had configured. */
    void reset() {
        running = false;
        clearToSend = false;
        unread = false;
        told = false;
        pingDue = false;
        multicastHashes = new int[0];
        allMulticast = false;
        multicastPromiscuous = false;
    }
}
