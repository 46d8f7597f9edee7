package io.vfnic.device.time;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.PacketType;

import java.nio.ByteOrder;

/** What of an IEEE 1588 message decides whether it is stamped, and what is kept of it (82576, TSYNCRXCTL, RXSATR). */
final class PtpMessage {
    /** TSYNCRXCTL.TYPE, bits 3:1. */
    private static final int TYPE_L2_V2 = 0;
    private static final int TYPE_L4_V1 = 1;
    private static final int TYPE_L2_L4_V2 = 2;
    private static final int TYPE_ALL = 4;
    private static final int TYPE_EVENT_V2 = 5;

    /** IEEE 1588-2008, 13.3.1: the common header. */
    private static final int HEADER_LENGTH = 34;
    private static final int VERSION = 1;
    /** IEEE 1588-2002: the six bytes of sourceUuid; of version 2's sourcePortIdentity they are bytes 2 to 7. */
    private static final int SOURCE = 22;
    private static final int SEQUENCE = 30;
    private static final int CONTROL = 32;
    /** Of version 2's message types those without this bit are events. */
    private static final int GENERAL_MESSAGE = 8;

    private PtpMessage() {
    }

    static boolean isSelected(FrameView frame, FrameParser parser, int control, int filter, boolean marked) {
        final int type = control >>> 1 & 7;
        if (type == TYPE_ALL) {
            return true;
        }
        if (!marked) {
            return false;
        }
        final int start = start(frame, parser);
        if (start < 0) {
            return false;
        }
        final boolean layer4 = parser.is(PacketType.UDP);
        final int version = octet(frame, start + VERSION) & 0xF;
        final int message = octet(frame, start) & 0xF;
        return switch (type) {
            case TYPE_L2_V2 -> !layer4 && version == 2 && message == (filter >>> 8 & 0xF);
            case TYPE_L4_V1 -> layer4 && version == 1 && octet(frame, start + CONTROL) == (filter & 0xFF);
            case TYPE_L2_L4_V2 -> version == 2 && message == (filter >>> 8 & 0xF);
            case TYPE_EVENT_V2 -> version == 2 && (message & GENERAL_MESSAGE) == 0;
            default -> false;
        };
    }

    /** RXSATRH and RXSATRL: the message's sequence, and its source as it stands in the frame; 0 for another frame. */
    static long attributes(FrameView frame, FrameParser parser) {
        final int start = start(frame, parser);
        if (start < 0) {
            return 0;
        }
        final int index = frame.headerIndex() + start;
        final long low = frame.header().getInt(index + SOURCE, ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL;
        final long high = frame.header().getShort(index + SOURCE + 4, ByteOrder.LITTLE_ENDIAN) & 0xFFFFL;
        final long sequence = frame.header().getShort(index + SEQUENCE, ByteOrder.LITTLE_ENDIAN) & 0xFFFFL;
        return sequence << 48 | high << 32 | low;
    }

    /** Offset of the message: behind UDP's header or Ethernet's; -1 where it is not wholly in the header scratch. */
    private static int start(FrameView frame, FrameParser parser) {
        final int start = parser.is(PacketType.UDP) ? parser.payloadOffset() : parser.l3Offset();
        return start + HEADER_LENGTH <= frame.headerLength() ? start : -1;
    }

    private static int octet(FrameView frame, int offset) {
        return frame.header().getByte(frame.headerIndex() + offset) & 0xFF;
    }
}
