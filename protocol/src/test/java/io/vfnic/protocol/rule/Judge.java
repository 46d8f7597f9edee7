package io.vfnic.protocol.rule;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.Hex;
import io.vfnic.protocol.MessageHeader;
import org.agrona.concurrent.UnsafeBuffer;

/** Puts messages before the rules of a server with the default limits. */
final class Judge {
    private static final int MIB = 1 << 20;

    private final MessageRules rules;

    Judge() {
        this(true);
    }

    Judge(boolean writeMultiple) {
        rules = new MessageRules(MIB, MIB, writeMultiple);
    }

    Errno judge(Command command, String payload) {
        return judge(command, payload, 0);
    }

    Errno judge(Command command, String payload, int fdCount) {
        return judge(command.number(), MessageHeader.TYPE_COMMAND, payload, fdCount);
    }

    Errno judge(int commandNumber, int flags, String payload, int fdCount) {
        UnsafeBuffer bytes = Hex.buffer(payload);
        UnsafeBuffer message = new UnsafeBuffer(new byte[MessageHeader.LENGTH + bytes.capacity()]);
        MessageHeader header = new MessageHeader().wrap(message, 0)
            .id(1).commandNumber(commandNumber).size(message.capacity()).flags(flags);
        message.putBytes(MessageHeader.LENGTH, bytes, 0, bytes.capacity());
        return rules.check(header, message, MessageHeader.LENGTH, bytes.capacity(), fdCount);
    }

    /** Little-endian fields as text: 8 digits for a u32. */
    static String u32(long value) {
        return "%08x".formatted(Integer.reverseBytes((int)value));
    }

    /** Little-endian fields as text: 16 digits for a u64. */
    static String u64(long value) {
        return "%016x".formatted(Long.reverseBytes(value));
    }
}
