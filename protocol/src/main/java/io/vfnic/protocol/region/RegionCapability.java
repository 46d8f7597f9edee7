package io.vfnic.protocol.region;

/** The header that every region capability begins with: u16 id, u16 version, u32 next. */
public final class RegionCapability {
    /** u16. */
    public static final int ID_OFFSET = 0;
    /** u16. */
    public static final int VERSION_OFFSET = 2;
    /** u32, where the next capability is, from the start of the region info; 0 for none. */
    public static final int NEXT_OFFSET = 4;
    /** Length of the header. */
    public static final int HEADER_LENGTH = 8;

    /** Id: which parts may be mapped, see {@link SparseMmap}. */
    public static final int SPARSE_MMAP = SparseMmap.ID;
    /** Id: a device-specific type: u32 type, u32 subtype. */
    public static final int TYPE = 2;
    /** Id: the MSI-X table may be mapped; a header alone. */
    public static final int MSIX_MAPPABLE = 3;
    /** u32 in {@link #TYPE}. */
    public static final int TYPE_TYPE_OFFSET = 8;
    /** u32 in {@link #TYPE}. */
    public static final int TYPE_SUBTYPE_OFFSET = 12;
    /** Length of {@link #TYPE}. */
    public static final int TYPE_LENGTH = 16;

    private RegionCapability() {
    }
}
