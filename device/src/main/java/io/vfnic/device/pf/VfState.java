package io.vfnic.device.pf;

/** What the PF's driver remembers of a VF. */
final class VfState
{
    /** The address a VF gets that has none by policy. */
    final MacAddress generated;
    VfPolicy policy;
    /** The VF has been through VF_RESET and may configure itself. */
    boolean clearToSend;
    /** A message of ours lies in the mailbox that the VF has not acknowledged. */
    boolean unread;
    /** The VF was told by a bare NACK that it must reset itself. */
    boolean told;
    /** A ping that waits for the mailbox. */
    boolean pingDue;
    int[] multicastHashes = {};
    boolean allMulticast;
    boolean multicastPromiscuous;

    VfState(final MacAddress generated, final VfPolicy policy)
    {
        this.generated = generated;
        this.policy = policy;
    }

    /** The VF's address after a reset. */
    MacAddress assignedMac()
    {
        return policy.mac() == null ? generated : policy.mac();
    }

    /** Forgets what the VF had configured. */
    void reset()
    {
        clearToSend = false;
        unread = false;
        told = false;
        pingDue = false;
        multicastHashes = new int[0];
        allMulticast = false;
        multicastPromiscuous = false;
    }
}
