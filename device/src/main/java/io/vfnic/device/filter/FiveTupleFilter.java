package io.vfnic.device.filter;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.PacketType;

import java.nio.ByteOrder;

/**
 * One 5-tuple filter: the logical AND of what it does not bypass (82576: FTQF, DAQF, SAQF, SPQF, IMIR and IMIREXT of
 * one number). Only IP packets match; addresses are compared with IPv4's, ports with those of whole datagrams and of
 * TCP, UDP and SCTP.
 */
final class FiveTupleFilter {
    private static final int FTQF_PROTOCOL = 0xFF;
    private static final int FTQF_QUEUE_ENABLE = 1 << 8;
    private static final int FTQF_POOL_SHIFT = 12;
    private static final int FTQF_POOL = 7;
    private static final int FTQF_POOL_BYPASS = 1 << 15;
    private static final int FTQF_QUEUE_SHIFT = 16;
    private static final int FTQF_QUEUE = 0xF;
    private static final int FTQF_TIME_SYNC = 1 << 27;
    private static final int FTQF_PROTOCOL_BYPASS = 1 << 28;
    private static final int FTQF_SOURCE_BYPASS = 1 << 29;
    private static final int FTQF_DESTINATION_BYPASS = 1 << 30;
    private static final int FTQF_SOURCE_PORT_BYPASS = 1 << 31;
    private static final int FTQF_ADDRESSES_BYPASS = FTQF_SOURCE_BYPASS | FTQF_DESTINATION_BYPASS;
    private static final int IMIR_PORT = 0xFFFF;
    private static final int IMIR_IMMEDIATE = 1 << 16;
    private static final int IMIR_PORT_BYPASS = 1 << 17;
    private static final int IMIR_PRIORITY_SHIFT = 29;
    private static final int IMIREXT_SIZE = 0xFFF;
    private static final int IMIREXT_SIZE_BYPASS = 1 << 12;
    private static final int IMIREXT_FLAGS_SHIFT = 13;
    private static final int IMIREXT_FLAGS = 0x3F;
    private static final int IMIREXT_FLAGS_BYPASS = 1 << 19;

    /** RFC 791 section 3.1. */
    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_DESTINATION = 16;
    /** RFC 9293 section 3.1: URG, ACK, PSH, RST, SYN, FIN from bit 5 down. */
    private static final int TCP_FLAGS = 13;
    private static final int TCP_FLAG_COUNT = 6;

    private final int ftqf;
    private final int destination;
    private final int source;
    private final int sourcePort;
    private final int imir;
    private final int size;
    private final boolean sizeBypass;
    private final boolean flagsBypass;
    private final int flags;

    FiveTupleFilter(QueueFilterRegisters registers, int number) {
        ftqf = registers.ftqf()[number];
        destination = registers.daqf()[number];
        source = registers.saqf()[number];
        sourcePort = registers.spqf()[number] & IMIR_PORT;
        imir = registers.imir()[number];
        final int extended = registers.imirext()[number];
        size = extended & IMIREXT_SIZE;
        sizeBypass = (extended & IMIREXT_SIZE_BYPASS) != 0;
        flagsBypass = (extended & IMIREXT_FLAGS_BYPASS) != 0;
        flags = tcpFlags(extended >>> IMIREXT_FLAGS_SHIFT & IMIREXT_FLAGS);
    }

    /** IMIREXT names URG in its lowest bit, TCP in its highest. */
    private static int tcpFlags(int named) {
        return Integer.reverse(named) >>> Integer.SIZE - TCP_FLAG_COUNT;
    }

    /** Whether a match has any effect. */
    boolean isEnabled() {
        return choosesQueue() || isTimeSync() || isImmediate();
    }

    boolean choosesQueue() {
        return (ftqf & FTQF_QUEUE_ENABLE) != 0;
    }

    int queue() {
        return ftqf >>> FTQF_QUEUE_SHIFT & FTQF_QUEUE;
    }

    boolean isTimeSync() {
        return (ftqf & FTQF_TIME_SYNC) != 0;
    }

    boolean isImmediate() {
        return (imir & IMIR_IMMEDIATE) != 0;
    }

    /** IMIR.PRIORITY: the higher goes first. */
    int priority() {
        return imir >>> IMIR_PRIORITY_SHIFT;
    }

    boolean matches(FrameView frame, FrameParser parser, int pool) {
        return (parser.is(PacketType.IPV4) || parser.is(PacketType.IPV6))
            && ((ftqf & FTQF_POOL_BYPASS) != 0 || (ftqf >>> FTQF_POOL_SHIFT & FTQF_POOL) == pool)
            && ((ftqf & FTQF_PROTOCOL_BYPASS) != 0 || parser.protocol() == (ftqf & FTQF_PROTOCOL))
            && addressesMatch(frame, parser) && portsMatch(frame, parser) && flagsMatch(frame, parser)
            && (sizeBypass || frame.length() < size);
    }

    private boolean addressesMatch(FrameView frame, FrameParser parser) {
        if ((ftqf & FTQF_ADDRESSES_BYPASS) == FTQF_ADDRESSES_BYPASS) {
            return true;
        }
        final int ip = frame.headerIndex() + parser.l3Offset();
        return parser.is(PacketType.IPV4)
            && ((ftqf & FTQF_SOURCE_BYPASS) != 0 || dword(frame, ip + IPV4_SOURCE) == source)
            && ((ftqf & FTQF_DESTINATION_BYPASS) != 0 || dword(frame, ip + IPV4_DESTINATION) == destination);
    }

    private boolean portsMatch(FrameView frame, FrameParser parser) {
        final boolean anySource = (ftqf & FTQF_SOURCE_PORT_BYPASS) != 0;
        final boolean anyDestination = (imir & IMIR_PORT_BYPASS) != 0;
        if (anySource && anyDestination) {
            return true;
        }
        final int ports = frame.headerIndex() + parser.l4Offset();
        return (parser.is(PacketType.TCP) || parser.is(PacketType.UDP) || parser.is(PacketType.SCTP))
            && (anySource || port(frame, ports) == sourcePort)
            && (anyDestination || port(frame, ports + Short.BYTES) == (imir & IMIR_PORT));
    }

    private boolean flagsMatch(FrameView frame, FrameParser parser) {
        return flagsBypass || parser.is(PacketType.TCP)
            && (frame.header().getByte(frame.headerIndex() + parser.l4Offset() + TCP_FLAGS) & flags) == flags;
    }

    private static int dword(FrameView frame, int index) {
        return frame.header().getInt(index, ByteOrder.LITTLE_ENDIAN);
    }

    private static int port(FrameView frame, int index) {
        return frame.header().getShort(index, ByteOrder.LITTLE_ENDIAN) & IMIR_PORT;
    }
}
