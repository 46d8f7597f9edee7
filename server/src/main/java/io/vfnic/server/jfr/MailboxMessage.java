package io.vfnic.server.jfr;

import io.vfnic.device.decode.MessageDecoder.DecodedMessage;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A message in the mailbox of a VF and its PF. */
@Name("vfnic.MailboxMessage")
@Label("Mailbox Message")
@Description("A message in the mailbox of a VF and its PF")
final class MailboxMessage extends CardEvent {
    @Label("Sender")
    @Description("vf or pf")
    private final String sender;

    @Label("Acknowledgement")
    @Description("Whether it only says that the message of the other side was read")
    private final boolean acknowledgement;

    @Label("Message")
    @Description("Name of the message, as drivers name it")
    private final String message;

    @Label("Flags")
    @Description("Of ACK, NACK and CTS those that are set")
    private final String flags;

    @Label("Detail")
    @Description("What the message asks for or tells")
    private final String detail;

    MailboxMessage(String sender, boolean acknowledgement, DecodedMessage decoded) {
        this.sender = sender;
        this.acknowledgement = acknowledgement;
        this.message = decoded.name();
        this.flags = String.join(" ", decoded.flags());
        this.detail = decoded.detail();
    }
}
