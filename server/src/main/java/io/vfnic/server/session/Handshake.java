package io.vfnic.server.session;

import org.agrona.MutableDirectBuffer;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.rule.MessageRules;
import io.vfnic.protocol.version.Version;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.protocol.version.VersionFormatException;
import io.vfnic.server.transport.Frame;

/** The first message of a connection, VERSION, and the answer to it. */
final class Handshake {
    private static final long NO_TRANSFER_YET = 0;

    private final MessageRules rules = new MessageRules(NO_TRANSFER_YET, NO_TRANSFER_YET, false);
    private final Version version = new Version();
    private String refusal = "";

    /** The client's capabilities; null where the message is not acceptable, for the reason {@link #refusal()}. */
    VersionCapabilities accept(Frame frame) {
        if (frame.header().command() != Command.VERSION) {
            refusal = "its first message is not VERSION but command " + frame.header().commandNumber();
            return null;
        }
        Errno errno = rules.check(frame.header(), frame.buffer(), Reply.PAYLOAD_OFFSET, frame.payloadLength(),
            frame.fds().count());
        version.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, frame.payloadLength());
        if (errno != Errno.OK) {
            refusal = "malformed VERSION message";
            return null;
        }
        try {
            return version.hasJson() ? VersionCapabilities.parse(version.json()) : VersionCapabilities.DEFAULT;
        } catch (VersionFormatException e) {
            refusal = e.getMessage();
            return null;
        }
    }

    String refusal() {
        return refusal;
    }

    /** The minor version is 0 whatever the client proposed: QEMU refuses a higher one, and there is no other yet. */
    void answer(VersionCapabilities own, Reply reply) {
        String json = own.toJson();
        int length = Version.lengthWith(json);
        MutableDirectBuffer payload = reply.payload(length);
        version.wrap(payload, Reply.PAYLOAD_OFFSET, length).major(Version.MAJOR).minor(Version.MINOR).json(json);
    }
}
