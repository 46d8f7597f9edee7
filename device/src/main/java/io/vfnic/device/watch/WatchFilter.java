package io.vfnic.device.watch;

/**
 * What a reader wants.
 *
 * @param kinds     bits of {@link WatchKind#bit()}.
 * @param functions bit n for watch point n, see {@link Watch}.
 * @param blocks    of register accesses: bit n for register block n, as whoever records them numbers them.
 * @param snapshot  bytes of a frame that are recorded at the most, 0 to {@link #WHOLE_FRAME}.
 */
public record WatchFilter(int kinds, int functions, int blocks, int snapshot) {
    /** Every function and the uplink. */
    public static final int ALL_FUNCTIONS = -1;
    /** Every register block. */
    public static final int ALL_BLOCKS = -1;
    /** More bytes than any frame has, a large send included. */
    public static final int WHOLE_FRAME = 262_144;

    /** @throws IllegalArgumentException where the snapshot is out of its range. */
    public WatchFilter {
        if (snapshot < 0 || snapshot > WHOLE_FRAME) {
            throw new IllegalArgumentException("a snapshot of " + snapshot + " bytes (0 to " + WHOLE_FRAME + ")");
        }
    }

    /** Everything of these kinds. */
    public static WatchFilter of(WatchKind... kinds) {
        int bits = 0;
        for (WatchKind kind : kinds) {
            bits |= kind.bit();
        }
        return new WatchFilter(bits, ALL_FUNCTIONS, ALL_BLOCKS, WHOLE_FRAME);
    }

    /** This for other kinds. */
    public WatchFilter withKinds(int bits) {
        return new WatchFilter(bits, functions, blocks, snapshot);
    }

    /** This for these functions only. */
    public WatchFilter withFunctions(int bits) {
        return new WatchFilter(kinds, bits, blocks, snapshot);
    }

    /** This for these register blocks only. */
    public WatchFilter withBlocks(int bits) {
        return new WatchFilter(kinds, functions, bits, snapshot);
    }

    /** This with other snapshots. */
    public WatchFilter withSnapshot(int bytes) {
        return new WatchFilter(kinds, functions, blocks, bytes);
    }

    boolean wants(WatchKind kind) {
        return (kinds & kind.bit()) != 0;
    }

    boolean wantsBlock(int block) {
        return (blocks & 1 << block) != 0;
    }
}
