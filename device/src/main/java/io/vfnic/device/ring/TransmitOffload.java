package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.L4Type;
import io.vfnic.device.frame.Segmenter;
import io.vfnic.device.frame.TransmitChecksum;
import io.vfnic.device.frame.VlanTag;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * Makes the frames of a packet: brings its headers to a scratch, where the guest cannot change them any more, and
 * applies the offloads that its descriptors ask for. One agent's; holds one packet from {@link #begin} to its last
 * frame.
 */
final class TransmitOffload {
    /** The longest frame that is sent, without CRC: 82576's jumbo limit of 9,728 with it. */
    static final int MAX_FRAME_LENGTH = 9724;

    private static final int MIN_FRAME_LENGTH = 14;
    /** TCTL.PSP: short frames are padded to 64 bytes with the CRC. */
    private static final int PADDED_LENGTH = 60;
    private static final int HEADROOM = 16;
    /** MACLEN, IPLEN and L4LEN at their largest are 893 bytes. */
    private static final int MAX_HEADER_LENGTH = 1024;
    /**
     * Bytes always copied to the scratch: tags, and IPv4 and TCP with all options, for a receiver's headers to be
     * parsed.
     */
    private static final int USUAL_HEADER_LENGTH = 160;
    /** The end of a checksum field that a legacy descriptor places (CSO has eight bits). */
    private static final int LEGACY_CHECKSUM_END = 257;
    /** The last checksum field's end behind the layer 4 header's start: TCP's. */
    private static final int L4_CHECKSUM_END = 18;

    private final Segmenter segmenter = new Segmenter();
    private final UnsafeBuffer header = new UnsafeBuffer(ByteBuffer.allocateDirect(HEADROOM + MAX_HEADER_LENGTH));
    /** The packet as it is sent in one frame or taken in one piece. */
    private final Frame single = new Frame();
    private final FrameView whole = single.view();
    private final Frame segment = new Frame();
    private final LargeSend large = new LargeSend();

    private TransmitPacket packet;
    /** Of a large send over TCP; else null. */
    private TransmitContext largeContext;
    private boolean segmenting;
    private int framesLeft;
    private int vlanControl;
    private boolean taggedInBand;
    private int checksumOffset;
    private boolean stampWanted;

    /**
     * Takes up a packet.
     *
     * @param next          the packet, all of it; it must stay as it is until its last frame is made.
     * @param context       the context that its descriptors name.
     * @param vlanEtherType VET, what a VLAN tag starts with.
     * @param ignoreVle     whether the pool's policy (VMVIR) overrides the descriptors' VLE.
     * @return false for a packet that cannot be sent.
     */
    boolean begin(TransmitPacket next, TransmitContext context, int vlanEtherType, boolean ignoreVle) {
        packet = next;
        framesLeft = 0;
        final int commands = packet.commands();
        final int options = packet.options();
        final boolean advanced = (commands & TransmitDescriptor.DEXT) != 0;
        segmenting = advanced && (commands & TransmitDescriptor.TSE) != 0;
        final int length = packet.bytes().totalLength();
        if (length < MIN_FRAME_LENGTH || (!segmenting && length > MAX_FRAME_LENGTH)) {
            return false;
        }
        final int scratch = Math.min(length, headerLength(advanced, context));
        packet.bytes().copyTo(0, header, HEADROOM, scratch);
        whole.wrapWhole(header, HEADROOM, scratch, packet.bytes());
        if (VlanTag.isCutOff(whole, vlanEtherType)) {
            // Padding would make a tag of it that no filter has seen.
            return false;
        }

        // A legacy descriptor's offsets count in the frame as it came, its tag included.
        if (!advanced && !legacyChecksum(commands, options)) {
            return false;
        }
        int macLength = context.macLength();
        taggedInBand = false;
        if ((commands & TransmitDescriptor.VLE) != 0 && !ignoreVle) {
            vlanControl = advanced ? context.vlanControl() : options >>> 16;
        } else {
            vlanControl = VlanTag.strip(whole, vlanEtherType);
            taggedInBand = vlanControl != Frame.UNTAGGED;
            macLength -= taggedInBand ? VlanTag.LENGTH : 0;
        }
        stampWanted = advanced ? (commands & TransmitDescriptor.TSTAMP) != 0
            : (options & TransmitDescriptor.LEGACY_TSTAMP) != 0;
        checksumOffset = 0;
        if (segmenting ? !beginSegments(context, macLength) : advanced && !checksums(context, macLength, options)) {
            return false;
        }
        framesLeft = segmenting ? segmenter.segmentCount() : 1;
        return true;
    }

    /** Whether the packet is a large send that is cut into segments. */
    boolean isSegmenting() {
        return segmenting;
    }

    /** Whether the packet has more frames. */
    boolean hasNext() {
        return framesLeft > 0;
    }

    /** The packet's next frame; valid until the next call. */
    Frame next() {
        final Frame frame = segmenting ? segment : single;
        if (segmenting) {
            segmenter.next(frame.view());
        }
        pad(frame.view());
        framesLeft--;
        // Of a large send it is the first segment that is stamped.
        frame.stampWanted(stampWanted);
        stampWanted = false;
        return frame.describe(vlanControl, taggedInBand, checksumOffset);
    }

    /**
     * Offers the packet in one piece, if it is a large send of which nothing has been sent and that the sink can have
     * so.
     *
     * @return what was taken, after which there is no next frame; null where the packet goes on as before.
     */
    LargeSend offer(FrameSink sink) {
        if (!segmenting || largeContext == null || framesLeft < 2 || framesLeft != segmenter.segmentCount()) {
            return null;
        }
        single.describe(vlanControl, taggedInBand, 0);
        single.stampWanted(stampWanted);
        final TransmitContext context = largeContext;
        if (!large.begin(single, checksumOffset - context.ipLength(), context.ipLength(), context.l4Length(),
            context.mss(), framesLeft) || !sink.wantsLarge(single)) {
            return null;
        }
        large.complete();
        sink.acceptLarge(single, large);
        framesLeft = 0;
        return large;
    }

    private boolean beginSegments(TransmitContext context, int macLength) {
        checksumOffset = macLength + context.ipLength();
        largeContext = context.l4Type() == L4Type.TCP ? context : null;
        return segmenter.begin(
            whole, macLength, context.ipLength(), context.l4Length(), context.l4Type(), context.mss())
            && segmenter.headerLength() + Math.min(context.mss(), segmenter.payloadLength()) <= MAX_FRAME_LENGTH;
    }

    private boolean checksums(TransmitContext context, int macLength, int options) {
        if ((options & TransmitDescriptor.IXSM) != 0
            && !TransmitChecksum.insertIpv4(whole, macLength, context.ipLength())) {
            return false;
        }
        if ((options & TransmitDescriptor.TXSM) == 0) {
            return true;
        }
        checksumOffset = macLength + context.ipLength();
        return TransmitChecksum.insertL4(whole, macLength, context.ipLength(), context.l4Type());
    }

    private boolean legacyChecksum(int commands, int options) {
        return (commands & TransmitDescriptor.IC) == 0
            || TransmitChecksum.insertLegacy(whole, (options >>> 8) & 0xFF, (commands >>> 16) & 0xFF);
    }

    private int headerLength(boolean advanced, TransmitContext context) {
        if (!advanced) {
            return LEGACY_CHECKSUM_END;
        }
        final int headers = context.macLength() + context.ipLength();
        return Math.max(USUAL_HEADER_LENGTH, headers + (segmenting ? context.l4Length() : L4_CHECKSUM_END));
    }

    /**
     * Brings a short frame wholly to the scratch and fills it with zeros to the length that TCTL.PSP pads to, in which
     * the tag counts.
     */
    private void pad(FrameView view) {
        final int length = view.length();
        final int padded = vlanControl == Frame.UNTAGGED ? PADDED_LENGTH : PADDED_LENGTH - VlanTag.LENGTH;
        if (length < padded) {
            final int start = view.headerIndex();
            final int inHeader = view.headerLength();
            view.copyTo(inHeader, header, start + inHeader, length - inHeader);
            header.setMemory(start + length, padded - length, (byte)0);
            view.wrap(header, start, padded, packet.bytes(), 0, 0);
        }
    }
}
