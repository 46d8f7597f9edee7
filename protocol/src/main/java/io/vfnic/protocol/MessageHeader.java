package io.vfnic.protocol;

import org.agrona.DirectBuffer;

/** The 16 bytes every message begins with (specification, section "Header"). */
public final class MessageHeader extends Flyweight {
    /** u16, chosen by the sender of the command and echoed in the reply. */
    public static final int ID_OFFSET = 0;
    /** u16, the command's number, also in the reply. */
    public static final int COMMAND_OFFSET = 2;
    /** u32, size of the whole message including this header. */
    public static final int SIZE_OFFSET = 4;
    /** u32, type in bits 3:0, {@link #NO_REPLY} and {@link #ERROR}. */
    public static final int FLAGS_OFFSET = 8;
    /** u32, the errno of an error reply; reserved in a command. */
    public static final int ERRNO_OFFSET = 12;
    /** Length of the header in bytes. */
    public static final int LENGTH = 16;

    /** The bits of the flags that hold the type. */
    public static final int TYPE_MASK = 0xF;
    /** Type of a command message. */
    public static final int TYPE_COMMAND = 0;
    /** Type of a reply message. */
    public static final int TYPE_REPLY = 1;
    /** Flag of a command to which no reply may be sent, not even an error. */
    public static final int NO_REPLY = 0x10;
    /** Flag of a reply to a command that failed; such a reply is a header alone. */
    public static final int ERROR = 0x20;

    /** Views the header at the offset. */
    public MessageHeader wrap(DirectBuffer source, int offset) {
        bind(source, offset, LENGTH);
        return this;
    }

    /** The message id, 0 to 65535. */
    public int id() {
        return u16(ID_OFFSET);
    }

    /** Sets the message id. */
    public MessageHeader id(int id) {
        u16(ID_OFFSET, id);
        return this;
    }

    /** The command's number as sent, which need not be one that exists. */
    public int commandNumber() {
        return u16(COMMAND_OFFSET);
    }

    /** The command, or null if there is none with that number. */
    public Command command() {
        return Command.of(commandNumber());
    }

    /** Sets the command's number. */
    public MessageHeader commandNumber(int number) {
        u16(COMMAND_OFFSET, number);
        return this;
    }

    /** Size of the whole message in bytes as the sender claims it. */
    public long size() {
        return u32(SIZE_OFFSET);
    }

    /** Sets the size of the whole message. */
    public MessageHeader size(long size) {
        u32(SIZE_OFFSET, size);
        return this;
    }

    /** All flag bits. */
    public int flags() {
        return bits32(FLAGS_OFFSET);
    }

    /** Sets all flag bits. */
    public MessageHeader flags(int flags) {
        bits32(FLAGS_OFFSET, flags);
        return this;
    }

    /** The errno of an error reply. */
    public int errno() {
        return bits32(ERRNO_OFFSET);
    }

    /** Sets the errno. */
    public MessageHeader errno(int errno) {
        bits32(ERRNO_OFFSET, errno);
        return this;
    }

    /** Whether the type says command. */
    public boolean isCommand() {
        return (flags() & TYPE_MASK) == TYPE_COMMAND;
    }

    /** Whether the type says reply. */
    public boolean isReply() {
        return (flags() & TYPE_MASK) == TYPE_REPLY;
    }

    /** Whether the sender of this command wants no reply. */
    public boolean isNoReply() {
        return (flags() & NO_REPLY) != 0;
    }

    /** Whether this reply reports a failure. */
    public boolean isError() {
        return (flags() & ERROR) != 0;
    }

    /**
     * Encodes the header of a command.
     *
     * @param payloadLength bytes that follow the header.
     */
    public MessageHeader encodeCommand(int id, Command command, int payloadLength) {
        return encode(id, command.number(), payloadLength, TYPE_COMMAND, 0);
    }

    /** Encodes the header of a command to which no reply is wanted. */
    public MessageHeader encodePostedCommand(int id, Command command, int payloadLength) {
        return encode(id, command.number(), payloadLength, TYPE_COMMAND | NO_REPLY, 0);
    }

    /**
     * Encodes the header of a successful reply.
     *
     * @param commandNumber the number in the command's header, which is echoed.
     */
    public MessageHeader encodeReply(int id, int commandNumber, int payloadLength) {
        return encode(id, commandNumber, payloadLength, TYPE_REPLY, 0);
    }

    /** Encodes an error reply, which has no payload. */
    public MessageHeader encodeError(int id, int commandNumber, Errno errno) {
        return encode(id, commandNumber, 0, TYPE_REPLY | ERROR, errno.number());
    }

    private MessageHeader encode(
        int id, int commandNumber, int payloadLength, int flags, int errno) {
        return id(id).commandNumber(commandNumber).size((long)LENGTH + payloadLength).flags(flags).errno(errno);
    }
}
