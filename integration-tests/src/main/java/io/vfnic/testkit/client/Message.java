package io.vfnic.testkit.client;

import java.util.List;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.Fd;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message that was received.
 *
 * @param id            message id.
 * @param commandNumber number of the command.
 * @param flags         flags of the header.
 * @param errno         errno of the header.
 * @param payload       what follows the header.
 * @param fds           file descriptors that came with it; whoever takes the message closes them.
 */
public record Message(int id, int commandNumber, int flags, int errno, byte[] payload, List<Fd> fds) {
    /** Whether the type is reply. */
    public boolean isReply() {
        return (flags & MessageHeader.TYPE_MASK) == MessageHeader.TYPE_REPLY;
    }

    /** Whether the Error flag is set. */
    public boolean isError() {
        return (flags & MessageHeader.ERROR) != 0;
    }

    /** The payload to wrap flyweights over. */
    public UnsafeBuffer buffer() {
        return new UnsafeBuffer(payload);
    }

    /** Size of the whole message in bytes. */
    public int size() {
        return MessageHeader.LENGTH + payload.length;
    }

    @Override
    public String toString() {
        Command command = Command.of(commandNumber);
        return (isReply() ? "reply " : "command ") + id + " " + (command == null ? commandNumber : command.name()) +
            (isError() ? " failed with " + Errno.describe(errno) : "") + ", " + payload.length + " bytes, " +
            fds.size() + " fds";
    }
}
