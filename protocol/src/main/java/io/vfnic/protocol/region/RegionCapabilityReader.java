package io.vfnic.protocol.region;

import io.vfnic.protocol.Flyweight;
import org.agrona.DirectBuffer;

/**
 * Walks the capabilities of a region info. Offsets must rise, so that a malformed chain cannot loop, and capabilities
 * must lie inside the payload; the walk ends where either does not hold and {@link #isMalformed()} then says so.
 */
public final class RegionCapabilityReader extends Flyweight {
    private int at;
    private boolean malformed;

    /** Starts before the first capability of a region info payload of this length. */
    public RegionCapabilityReader wrap(DirectBuffer source, int offset, int length) {
        bind(source, offset, length);
        at = 0;
        malformed = false;
        return this;
    }

    /** Goes to the next capability; false if there is none. */
    public boolean next() {
        if (at == 0 && (bits32(RegionInfo.FLAGS_OFFSET) & RegionInfo.CAPS) == 0) {
            return false;
        }
        long next =
            u32(at == 0 ? RegionInfo.CAPABILITY_OFFSET_OFFSET : at + RegionCapability.NEXT_OFFSET);
        if (next == 0 || malformed) {
            return false;
        }
        if (next < Math.max(RegionInfo.MIN_LENGTH, at + RegionCapability.HEADER_LENGTH) ||
            next > length() - RegionCapability.HEADER_LENGTH) {
            malformed = true;
            return false;
        }
        at = (int)next;
        return true;
    }

    /** Whether the walk ended because of a bad offset. */
    public boolean isMalformed() {
        return malformed;
    }

    /** Id of the present capability. */
    public int id() {
        return u16(at + RegionCapability.ID_OFFSET);
    }

    /** Version of the present capability. */
    public int version() {
        return u16(at + RegionCapability.VERSION_OFFSET);
    }

    /**
     * Views the present capability, which must be {@link RegionCapability#SPARSE_MMAP}.
     *
     * @return false if its areas do not lie inside the payload; the view is then not to be used.
     */
    public boolean sparseMmap(SparseMmap view) {
        if (at + SparseMmap.MIN_LENGTH > length()) {
            return false;
        }
        long areas = u32(at + SparseMmap.AREA_COUNT_OFFSET);
        if (areas > (length() - at - SparseMmap.MIN_LENGTH) / SparseMmap.AREA_LENGTH) {
            return false;
        }
        view.wrap(buffer, at, SparseMmap.lengthWith((int)areas));
        return true;
    }

    /** The type of the present capability, which must be {@link RegionCapability#TYPE}. */
    public long type() {
        return u32(at + RegionCapability.TYPE_TYPE_OFFSET);
    }

    /** The subtype of the present capability, which must be {@link RegionCapability#TYPE}. */
    public long subtype() {
        return u32(at + RegionCapability.TYPE_SUBTYPE_OFFSET);
    }
}
