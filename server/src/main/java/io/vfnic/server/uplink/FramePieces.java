package io.vfnic.server.uplink;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.server.posix.VectorWriter;

/** Hands a frame's pieces of memory to the kernel, which copies them. */
final class FramePieces {
    /** Pieces of a frame at the most: those of a guest's packet, and its header. */
    static final int MAX_PIECES = 513;

    private FramePieces() {
    }

    /**
     * Adds a frame's bytes.
     *
     * @return false where there are too many pieces.
     */
    static boolean add(FrameView frame, VectorWriter writer) {
        if (!writer.add(frame.header().addressOffset() + frame.headerIndex(), frame.headerLength())) {
            return false;
        }
        GatherList payload = frame.payload();
        int skip = frame.payloadOffset();
        int left = frame.length() - frame.headerLength();
        for (int piece = 0; left > 0; piece++) {
            int length = payload.length(piece);
            if (skip < length) {
                int part = Math.min(length - skip, left);
                if (!writer.add(payload.address(piece) + skip, part)) {
                    return false;
                }
                left -= part;
                skip = 0;
            } else {
                skip -= length;
            }
        }
        return true;
    }
}
