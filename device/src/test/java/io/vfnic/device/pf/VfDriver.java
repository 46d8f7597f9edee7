package io.vfnic.device.pf;

import io.vfnic.device.igb.GeneralBlock;
import io.vfnic.device.igb.InterruptBlock;
import io.vfnic.device.igb.MailboxBlock;
import io.vfnic.device.igb.MailboxMessage;
import io.vfnic.device.igb.TestCard;

/** A VF's driver, in the steps that igbvf, DPDK and FreeBSD share: it reaches the card by the VF's registers only. */
final class VfDriver {
    private static final int READ_CLEARED = MailboxBlock.V2P_PFSTS | MailboxBlock.V2P_PFACK | MailboxBlock.V2P_RSTD;

    private final TestCard card;
    private final int vf;
    /** Drivers keep what a read of V2PMAILBOX cleared. */
    private int seen;

    VfDriver(TestCard card, int vf) {
        this.card = card;
        this.vf = vf;
    }

    void softwareReset() {
        card.write(vf, InterruptBlock.VTEIMC, -1);
        card.write(vf, InterruptBlock.VTEIAC, 0);
        card.write(vf, GeneralBlock.VTCTRL, GeneralBlock.VTCTRL_RST);
        seen = 0;
    }

    /** Whether V2PMAILBOX has shown a bit since this was last asked. */
    boolean take(int bit) {
        int value = card.read(vf, MailboxBlock.V2PMAILBOX);
        seen |= value & READ_CLEARED;
        boolean set = ((value | seen) & bit) != 0;
        seen &= ~bit;
        return set;
    }

    boolean lock() {
        card.write(vf, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_VFU);
        return take(MailboxBlock.V2P_VFU);
    }

    void fill(int... message) {
        for (int i = 0; i < message.length; i++) {
            card.write(vf, MailboxBlock.VMBMEM, i, message[i]);
        }
    }

    int dword(int i) {
        return card.read(vf, MailboxBlock.VMBMEM, i);
    }

    void ring() {
        card.write(vf, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_REQ);
    }

    void acknowledge() {
        card.write(vf, MailboxBlock.V2PMAILBOX, MailboxBlock.V2P_ACK);
    }

    /** Sends a message and does not look for an answer. */
    void send(int... message) {
        if (!lock()) {
            throw new AssertionError("the mailbox is not free");
        }
        take(MailboxBlock.V2P_PFSTS);
        take(MailboxBlock.V2P_PFACK);
        fill(message);
        ring();
        if (!take(MailboxBlock.V2P_PFACK)) {
            throw new AssertionError("the PF has not read the message");
        }
    }

    /** Reads {@code count} dwords of what the PF has written. */
    int[] receive(int count) {
        if (!take(MailboxBlock.V2P_PFSTS)) {
            throw new AssertionError("the PF has not written a message");
        }
        return peek(count);
    }

    /** Reads whatever is in the mailbox, as the link check does. */
    int[] peek(int count) {
        if (!lock()) {
            throw new AssertionError("the mailbox is not free");
        }
        int[] message = new int[count];
        for (int i = 0; i < count; i++) {
            message[i] = dword(i);
        }
        acknowledge();
        return message;
    }

    /** Sends a message and returns the first dword of the answer. */
    int request(int... message) {
        send(message);
        return receive(1)[0];
    }

    /** VTCTRL.RST and the VF_RESET message, as every driver starts; returns the address given. */
    MacAddress reset() {
        softwareReset();
        send(MailboxMessage.VF_RESET);
        int[] answer = receive(3);
        if (answer[0] != (MailboxMessage.VF_RESET | MailboxMessage.ACK)) {
            throw new AssertionError("VF_RESET answered by 0x" + Integer.toHexString(answer[0]));
        }
        return MacAddress.ofRegisters(answer[1], answer[2]);
    }
}
