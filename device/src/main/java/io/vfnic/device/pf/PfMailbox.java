package io.vfnic.device.pf;

import io.vfnic.device.igb.MailboxBlock;

/** The PF driver's end of the mailboxes. The control lock is held. */
final class PfMailbox {
    private final PfRegisters registers;

    PfMailbox(PfRegisters registers) {
        this.registers = registers;
    }

    /** Whether the VF was reset since this was last asked. */
    boolean takeReset(int vf) {
        int bit = 1 << vf;
        boolean set = (registers.read(MailboxBlock.VFLRE, 0) & bit) != 0;
        if (set) {
            registers.write(MailboxBlock.VFLRE, bit);
        }
        return set;
    }

    /** Whether the VF has written a message since this was last asked. */
    boolean takeRequest(int vf) {
        return takeCause(1 << vf);
    }

    /** Whether the VF has read a message since this was last asked. */
    boolean takeAck(int vf) {
        return takeCause(1 << vf + MailboxBlock.MBVFICR_ACK_SHIFT);
    }

    /**
     * Reads the VF's message and says so to the VF (PFACK).
     *
     * @return the 16 dwords, or null where the VF still holds the mailbox.
     */
    int[] read(int vf) {
        if (!lock(vf)) {
            return null;
        }
        int[] message = new int[MailboxBlock.DWORDS];
        for (int i = 0; i < message.length; i++) {
            message[i] = registers.read(MailboxBlock.PF_VMBMEM, MailboxBlock.DWORDS * vf + i);
        }
        registers.write(MailboxBlock.P2VMAILBOX, vf, MailboxBlock.P2V_ACK);
        return message;
    }

    /**
     * Writes a message to the VF and says so (PFSTS).
     *
     * @return false where the VF holds the mailbox.
     */
    boolean write(int vf, int... message) {
        if (!lock(vf)) {
            return false;
        }
        for (int i = 0; i < message.length; i++) {
            registers.write(MailboxBlock.PF_VMBMEM, MailboxBlock.DWORDS * vf + i, message[i]);
        }
        registers.write(MailboxBlock.P2VMAILBOX, vf, MailboxBlock.P2V_STS);
        return true;
    }

    private boolean lock(int vf) {
        registers.write(MailboxBlock.P2VMAILBOX, vf, MailboxBlock.P2V_PFU);
        return (registers.read(MailboxBlock.P2VMAILBOX, vf) & MailboxBlock.P2V_PFU) != 0;
    }

    private boolean takeCause(int bit) {
        boolean set = (registers.read(MailboxBlock.MBVFICR, 0) & bit) != 0;
        if (set) {
            registers.write(MailboxBlock.MBVFICR, bit);
        }
        return set;
    }
}
