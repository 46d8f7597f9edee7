package io.vfnic.server.uplink;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.VectorWriter;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hands frames to Linux, each with its {@link VirtioNetHeader} in front and in one system call. Allocates nothing after
 * construction; one thread's.
 */
final class VirtioFrameWriter implements AutoCloseable {
    /** The frame lies in too many pieces. */
    static final int TOO_MANY_PIECES = Integer.MIN_VALUE;

    private final VectorWriter pieces = new VectorWriter(1 + FramePieces.MAX_PIECES);
    private final UnsafeBuffer header = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, 64));

    /**
     * Writes a frame.
     *
     * @param left what is left to do with it.
     * @return bytes written, or an errno, negated, or {@link #TOO_MANY_PIECES}.
     */
    int write(Fd fd, FrameView frame, FrameOffload left) {
        VirtioNetHeader.write(header, 0, left);
        pieces.add(header.addressOffset(), VirtioNetHeader.LENGTH);
        if (!FramePieces.add(frame, pieces)) {
            pieces.clear();
            return TOO_MANY_PIECES;
        }
        return pieces.write(fd);
    }

    @Override
    public void close() {
        pieces.close();
    }
}
