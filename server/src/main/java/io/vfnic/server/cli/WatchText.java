package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.DescriptorAccess;
import io.vfnic.protocol.control.v1.DescriptorState;
import io.vfnic.protocol.control.v1.Dump;
import io.vfnic.protocol.control.v1.DumpedDescriptor;
import io.vfnic.protocol.control.v1.DumpedRegister;
import io.vfnic.protocol.control.v1.DumpedRing;
import io.vfnic.protocol.control.v1.Event;
import io.vfnic.protocol.control.v1.MailboxMessage;
import io.vfnic.protocol.control.v1.QueueKind;
import io.vfnic.protocol.control.v1.RegisterAccess;
import io.vfnic.protocol.control.v1.TraceEntry;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;

/** What is watched of a card, for people: a line each. */
final class WatchText {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    /** From here on a field's value is more readable in hexadecimal. */
    private static final long LARGE = 0x1_0000;
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

    private final ZoneId zone;

    /** @param zone in which times are told. */
    WatchText(ZoneId zone) {
        this.zone = zone;
    }

    String line(Event event) {
        return "%s %-6s %s".formatted(time(DAY_AND_TIME, event.getTimeNs()), event.getFunction(), event.getText());
    }

    String line(TraceEntry entry) {
        String what;
        if (entry.hasRegister()) {
            what = register(entry.getRegister());
        } else if (entry.hasMailbox()) {
            what = mailbox(entry.getFunction(), entry.getMailbox());
        } else if (entry.hasRingDescriptor()) {
            what = descriptor(entry.getRingDescriptor());
        } else {
            what = "interrupt  " +
                (entry.getInterrupt().hasVector() ? "vector " + entry.getInterrupt().getVector() : "");
        }
        return "%s %-4s %s".formatted(time(TIME, entry.getTimeNs()), entry.getFunction(), what).stripTrailing();
    }

    String text(Dump dump) {
        StringBuilder text = new StringBuilder();
        String block = "";
        for (DumpedRegister register : dump.getRegistersList()) {
            if (!register.getBlock().equals(block)) {
                block = register.getBlock();
                text.append(text.isEmpty() ? "" : "\n").append(dump.getFunction()).append(" registers: ").append(block)
                    .append('\n');
            }
            text.append("  0x%05x %-16s 0x%08x  %s".formatted(register.getOffset(), register.getName(),
                register.getValue(), fields(register.getFieldsMap())).stripTrailing()).append('\n');
        }
        for (DumpedRing ring : dump.getRingsList()) {
            text.append('\n').append(ring(dump.getFunction(), ring));
        }
        return text.toString();
    }

    private static String ring(String function, DumpedRing ring) {
        StringBuilder text = new StringBuilder("%s %s ring %d: %s\n".formatted(function, word(ring.getKind()),
            ring.getIndex(), !ring.getEnabled() ? "disabled" : "%d descriptors at 0x%x, head %d, tail %d%s".formatted(
                ring.getLength(), ring.getBase(), ring.getHead(), ring.getTail(),
                ring.getReachable() ? "" : ", out of guest memory")));
        for (DumpedDescriptor descriptor : ring.getDescriptorsList()) {
            text.append("  %5d%-10s %-8s %-9s %s".formatted(descriptor.getIndex(),
                (descriptor.getIndex() == ring.getHead() ? " head" : "") +
                    (descriptor.getIndex() == ring.getTail() ? " tail" : ""),
                word(descriptor.getState()), descriptor.getFormat(), fields(descriptor.getFieldsMap()))
                .stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String register(RegisterAccess access) {
        String name = access.getName().isEmpty() ? "no register at 0x%05x".formatted(access.getOffset())
            : access.getName();
        return "%-10s %-14s 0x%08x  %s".formatted(
            access.getWrite() ? "write" : "read", name, access.getValue(), fields(access.getFieldsMap()));
    }

    private static String mailbox(String vf, MailboxMessage message) {
        String from = message.getFromPf() ? "pf" : vf;
        String to = message.getFromPf() ? vf : "pf";
        if (message.getRead()) {
            return "mailbox    " + from + " has read it";
        }
        String flags = message.getFlagsList().stream().map(flag -> " " + flag).collect(Collectors.joining());
        return "mailbox    " + from + " to " + to + ": " + message.getName() + flags +
            (message.getDetail().isEmpty() ? "" : ", " + message.getDetail());
    }

    private static String descriptor(DescriptorAccess access) {
        return "%-10s %s queue %d [%d] %s  %s".formatted("descriptor", word(access.getKind()), access.getQueue(),
            access.getIndex(), access.getFormat() + (access.getWrittenBack() ? " written back" : " fetched"),
            fields(access.getFieldsMap()));
    }

    private static String word(QueueKind kind) {
        return kind == QueueKind.QUEUE_KIND_TX ? "tx" : "rx";
    }

    private static String word(DescriptorState state) {
        return switch (state) {
            case DESCRIPTOR_STATE_CARD -> "card";
            case DESCRIPTOR_STATE_DONE -> "done";
            default -> "driver";
        };
    }

    private static String fields(Map<String, Long> fields) {
        return fields.entrySet().stream().filter(field -> field.getValue() != 0).map(field -> field.getKey() + "=" +
            (Long.compareUnsigned(field.getValue(), LARGE) >= 0 ? "0x" + Long.toHexString(field.getValue())
                : field.getValue())).collect(Collectors.joining(" "));
    }

    private String time(DateTimeFormatter format, long nanoseconds) {
        return format.format(Instant.ofEpochSecond(nanoseconds / NANOS_PER_SECOND, nanoseconds % NANOS_PER_SECOND)
            .atZone(zone));
    }
}
