package io.vfnic.protocol.rule;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.ProtocolLimits;

/**
 * Whether the stream can be followed past a header. Where it cannot, the frame is broken: the connection is closed,
 * after an EINVAL reply if the header was a command that wants one. Everything else that is wrong with a message costs
 * only an error reply.
 */
public final class FrameRules {
    private FrameRules() {
    }

    /**
     * Whether the size in the header is one no message has: less than the header itself, or more than the largest
     * message. Such a size is not a length to skip; what follows it cannot be told from garbage.
     */
    public static boolean isBroken(MessageHeader header) {
        long size = header.size();
        return size < MessageHeader.LENGTH || size > ProtocolLimits.MAX_MESSAGE;
    }

    /**
     * Whether an error reply to this header may be sent: it is not itself a reply, and did not forbid replies. A type
     * that is neither command nor reply is answered as a malformed command, as libvfio-user does.
     */
    public static boolean wantsReply(MessageHeader header) {
        return !header.isReply() && !header.isNoReply();
    }
}
