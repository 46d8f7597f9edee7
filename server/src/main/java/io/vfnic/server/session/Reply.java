package io.vfnic.server.session;

import org.agrona.MutableDirectBuffer;

import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.transport.OutboundFrame;
import io.vfnic.server.transport.OutboundFramePool;

/** The answer to the command being handled. Reused from command to command. */
final class Reply {
    /** Where a payload begins in {@link #payload(int)}'s buffer. */
    static final int PAYLOAD_OFFSET = MessageHeader.LENGTH;

    private final OutboundFramePool frames;
    private final MessageHeader header = new MessageHeader();
    private OutboundFrame frame;

    Reply(OutboundFramePool frames) {
        this.frames = frames;
    }

    /** Asks for a payload of this length; without it a successful reply is a header alone. Bytes are not cleared. */
    MutableDirectBuffer payload(int length) {
        discard();
        frame = frames.allocate(PAYLOAD_OFFSET + length);
        return frame.buffer();
    }

    /** Cuts the payload. */
    void truncate(int payloadLength) {
        frame.truncate(PAYLOAD_OFFSET + payloadLength);
    }

    /** Sends a descriptor along; its owner keeps it open while the session lives. */
    void addFd(Fd fd) {
        frame.addFd(fd);
    }

    /**
     * The finished message, which is the caller's to write or release.
     *
     * @param errno 0, or what the command failed with; then the payload is dropped.
     */
    OutboundFrame finish(int id, int command, int errno) {
        if (errno != 0) {
            discard();
        }
        OutboundFrame finished = frame == null ? frames.allocate(PAYLOAD_OFFSET) : frame;
        frame = null;
        header.wrap(finished.buffer(), 0);
        if (errno == 0) {
            header.encodeReply(id, command, finished.length() - PAYLOAD_OFFSET);
        } else {
            header.encodeError(id, command, Errno.EINVAL).errno(errno);
        }
        return finished;
    }

    /** Drops a payload, for a command that wants no reply. */
    void discard() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
    }
}
