package io.vfnic.device.frame;

import static io.vfnic.device.frame.Headers.ETHERNET_LENGTH;
import static io.vfnic.device.frame.Headers.MAC_ADDRESSES_LENGTH;
import static io.vfnic.device.frame.Headers.VLAN_TAG_LENGTH;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Inserts and strips an 802.1Q tag in the header scratch buffer (IEEE 802.1Q clause 9).
 *
 * <p>Only the two MAC addresses move, by four bytes towards or away from the buffer's start; everything after the tag
 * stays in its place, so that only the offset of the frame's first byte changes.
 */
public final class VlanTag {
    /** Bytes of room needed before the frame for one tag. */
    public static final int LENGTH = VLAN_TAG_LENGTH;

    private VlanTag() {
    }

    /**
     * Inserts a tag after the MAC addresses. Offsets into the frame grow by {@link #LENGTH}; the read position is set
     * to 0.
     *
     * @param etherType tag protocol identifier, register VET, usually 0x8100
     * @param control tag control information: priority 15:13, DEI 12, VLAN identifier 11:0
     * @return false, with nothing changed, if the header holds less than an Ethernet header or there is no room
     */
    public static boolean insert(FrameView frame, int etherType, int control) {
        int start = frame.headerIndex();
        if (frame.headerLength() < ETHERNET_LENGTH || start < VLAN_TAG_LENGTH) {
            return false;
        }
        UnsafeBuffer header = frame.header();
        long low = header.getLong(start);
        int high = header.getInt(start + 8);
        header.putLong(start - VLAN_TAG_LENGTH, low);
        header.putInt(start - VLAN_TAG_LENGTH + 8, high);
        header.putShort(start + MAC_ADDRESSES_LENGTH - 4, (short) etherType, ByteOrder.BIG_ENDIAN);
        header.putShort(start + MAC_ADDRESSES_LENGTH - 2, (short) control, ByteOrder.BIG_ENDIAN);
        frame.moveStart(-VLAN_TAG_LENGTH);
        return true;
    }

    /**
     * True if the frame's outermost tag has this tag protocol identifier and is wholly inside the header scratch with
     * the EtherType that follows it.
     */
    public static boolean isTagged(FrameView frame, int etherType) {
        return frame.headerLength() >= ETHERNET_LENGTH + VLAN_TAG_LENGTH && hasTagType(frame, etherType);
    }

    /** True if the frame ends inside its outermost tag or right behind it, where no EtherType is left to follow it. */
    public static boolean isCutOff(FrameView frame, int etherType) {
        return frame.length() < ETHERNET_LENGTH + VLAN_TAG_LENGTH && frame.headerLength() >= ETHERNET_LENGTH
                && hasTagType(frame, etherType);
    }

    /** Tag control information of the outermost tag, 0..0xFFFF; the frame must be {@link #isTagged tagged}. */
    public static int control(FrameView frame) {
        return frame.header().getShort(frame.headerIndex() + MAC_ADDRESSES_LENGTH + 2, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    /**
     * Strips the outermost tag. Offsets into the frame shrink by {@link #LENGTH}; the read position is set to 0.
     * {@link #insert} with the same values undoes it.
     *
     * @param etherType tag protocol identifier that counts as a tag, register VET
     * @return the tag control information, 0..0xFFFF, or -1, with nothing changed, if the frame is not tagged so
     */
    public static int strip(FrameView frame, int etherType) {
        if (!isTagged(frame, etherType)) {
            return -1;
        }
        int start = frame.headerIndex();
        UnsafeBuffer header = frame.header();
        final int control = control(frame);
        long low = header.getLong(start);
        int high = header.getInt(start + 8);
        header.putLong(start + VLAN_TAG_LENGTH, low);
        header.putInt(start + VLAN_TAG_LENGTH + 8, high);
        frame.moveStart(VLAN_TAG_LENGTH);
        return control;
    }

    private static boolean hasTagType(FrameView frame, int etherType) {
        return (frame.header().getShort(frame.headerIndex() + MAC_ADDRESSES_LENGTH, ByteOrder.BIG_ENDIAN) & 0xFFFF)
                == (etherType & 0xFFFF);
    }
}
