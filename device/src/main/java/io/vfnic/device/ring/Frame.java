package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;

/**
 * A frame on its way through the card, with what the sender's descriptors said of it. The bytes are without the
 * outermost VLAN tag, which is held beside them, so that each receiver can get it stripped or in place. Reused; one
 * agent's.
 */
public final class Frame {
    /** {@link #vlanControl()} of a frame without a tag. */
    public static final int UNTAGGED = -1;

    private final FrameView view = new FrameView();
    private int vlanControl;
    private boolean taggedInBand;
    private int checksumOffset;
    private boolean stampWanted;

    /** The bytes, without the outermost tag and the CRC. */
    public FrameView view() {
        return view;
    }

    /**
     * Says what the view does not; call it after the view has been wrapped.
     *
     * @param checksummed {@link #checksumOffset()}.
     */
    public Frame describe(int control, boolean inBand, int checksummed) {
        vlanControl = control;
        taggedInBand = inBand;
        checksumOffset = checksummed;
        return this;
    }

    /** Tag control information of the outermost tag, 0 to 0xFFFF, or {@link #UNTAGGED}. */
    public int vlanControl() {
        return vlanControl;
    }

    /** Replaces the outermost tag. */
    public void vlanControl(int control) {
        vlanControl = control;
    }

    /** VLAN ID of the outermost tag, or {@link #UNTAGGED}. */
    public int vlan() {
        return vlanControl == UNTAGGED ? UNTAGGED : vlanControl & 0xFFF;
    }

    /** Whether the sender put the tag into the frame itself, rather than ask for its insertion. */
    public boolean isTaggedInBand() {
        return taggedInBand;
    }

    /**
     * Offset of the layer 4 header whose checksum the card computed, so that a local receiver need not check it; 0
     * where it computed none. It may be an inner one, of which a receiver that parses the outer headers knows nothing.
     */
    public int checksumOffset() {
        return checksumOffset;
    }

    /** Whether the sender asks for a timestamp of the frame. */
    public boolean isStampWanted() {
        return stampWanted;
    }

    /** Says whether the sender asks for a timestamp. */
    void stampWanted(boolean wanted) {
        stampWanted = wanted;
    }

    /** Bytes on the wire without the CRC, the tag included. */
    public int wireLength() {
        return view.length() + (vlanControl == UNTAGGED ? 0 : 4);
    }
}
