package io.vfnic.protocol.region;

/** The indexes of a PCI device's regions, as Linux's VFIO numbers them. */
public final class RegionIndex {
    /** The first of six BARs. */
    public static final int BAR0 = 0;
    /** The last BAR. */
    public static final int BAR5 = 5;
    /** Expansion ROM. */
    public static final int ROM = 6;
    /** Configuration space. */
    public static final int CONFIG = 7;
    /** VGA ranges. */
    public static final int VGA = 8;
    /** How many there are. */
    public static final int COUNT = 9;

    private RegionIndex() {
    }
}
