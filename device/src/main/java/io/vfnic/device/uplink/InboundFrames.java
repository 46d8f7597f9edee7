package io.vfnic.device.uplink;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.frame.L4Type;
import io.vfnic.device.frame.PacketType;
import io.vfnic.device.frame.TransmitChecksum;
import io.vfnic.device.frame.VlanTag;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * Makes of what comes in from the wire what a real wire carries: whole frames with their checksums, none shorter than
 * 60 bytes or longer than the card takes. What the far side says of a frame is believed only where the frame bears it
 * out.
 */
final class InboundFrames {
    /** The longest frame, without CRC: 82576's jumbo limit of 9,728 with it. */
    static final int MAX_FRAME_LENGTH = 9724;

    private static final int MIN_FRAME_LENGTH = 14;
    /** The least that a wire carries, without CRC. */
    private static final int PADDED_LENGTH = 60;
    private static final int SCTP_CHECKSUM = 8;
    private static final int HEADROOM = 16;
    /** Tags, IP with options or extension headers, and TCP with options. */
    private static final int HEADER_LENGTH = 256;

    private final UplinkCounters counters;
    private final UnsafeBuffer header = new UnsafeBuffer(ByteBuffer.allocateDirect(HEADROOM + HEADER_LENGTH));
    private final GatherList bytes = new GatherList(1);
    private final Frame frame = new Frame();
    private final FrameParser parser = new FrameParser();
    private final InboundSegments segments = new InboundSegments();
    private boolean segmenting;
    private boolean ready;
    private int checksummed;
    private int vlanControl;

    InboundFrames(UplinkCounters counters) {
        this.counters = counters;
    }

    /**
     * Takes up what has come in; {@link #next()} makes frames of it.
     *
     * @param vlanEtherType VET, what a VLAN tag starts with.
     */
    void begin(long address, int length, FrameOffload offload, int vlanEtherType) {
        ready = false;
        segmenting = false;
        if (length < MIN_FRAME_LENGTH) {
            counters.dropped(Drop.IN_MALFORMED, 1);
            return;
        }
        segmenting = offload.segments() != Segments.NONE;
        if (!segmenting && length > MAX_FRAME_LENGTH + VlanTag.LENGTH) {
            counters.dropped(Drop.IN_OVERSIZE, 1);
            return;
        }
        final int inHeader = Math.min(length, HEADER_LENGTH);
        bytes.clear();
        bytes.add(address, length);
        bytes.copyTo(0, header, HEADROOM, inHeader);
        final FrameView view = frame.view();
        view.wrapWhole(header, HEADROOM, inHeader, bytes);
        if (VlanTag.isCutOff(view, vlanEtherType)) {
            counters.dropped(Drop.IN_MALFORMED, 1);
            segmenting = false;
            return;
        }
        vlanControl = VlanTag.strip(view, vlanEtherType);
        final int stripped = vlanControl == Frame.UNTAGGED ? 0 : VlanTag.LENGTH;
        if (!segmenting && view.length() > MAX_FRAME_LENGTH) {
            counters.dropped(Drop.IN_OVERSIZE, 1);
        } else if (segmenting ? segments.begin(view, offload) : complete(view, offload, stripped)) {
            ready = true;
        } else {
            counters.dropped(Drop.IN_MALFORMED, 1);
        }
    }

    /** The next frame, valid until the next call; null where there are no more. */
    Frame next() {
        if (!ready) {
            return null;
        }
        if (segmenting) {
            while (segments.next(frame.view())) {
                if (frame.view().length() <= MAX_FRAME_LENGTH) {
                    frame.describe(vlanControl, false, segments.checksumOffset());
                    pad();
                    return frame;
                }
                counters.dropped(Drop.IN_OVERSIZE, 1);
            }
            ready = false;
            return null;
        }
        ready = false;
        frame.describe(vlanControl, false, checksummed);
        pad();
        return frame;
    }

    private boolean complete(FrameView view, FrameOffload offload, int stripped) {
        checksummed = 0;
        if (offload.checksumStart() == FrameOffload.COMPLETE) {
            return true;
        }
        final int start = offload.checksumStart() - stripped;
        final int field = offload.checksumField() - stripped;
        checksummed = start;
        if (field == start + SCTP_CHECKSUM) {
            parser.parse(view);
            if (parser.is(PacketType.SCTP) && parser.l4Offset() == start) {
                // Linux asks for SCTP's CRC32C with the words that it has for sums.
                return TransmitChecksum.insertL4(view, start, 0, L4Type.SCTP);
            }
        }
        return TransmitChecksum.insertPartial(view, start, field);
    }

    private void pad() {
        final FrameView view = frame.view();
        final int length = view.length();
        final int padded = vlanControl == Frame.UNTAGGED ? PADDED_LENGTH : PADDED_LENGTH - VlanTag.LENGTH;
        if (length < padded) {
            final int start = view.headerIndex();
            final int inHeader = view.headerLength();
            view.copyTo(inHeader, header, start + inHeader, length - inHeader);
            header.setMemory(start + length, padded - length, (byte)0);
            view.wrap(header, start, padded, bytes, 0, 0);
        }
    }
}
