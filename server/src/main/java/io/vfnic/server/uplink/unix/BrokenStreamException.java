package io.vfnic.server.uplink.unix;

import java.io.IOException;

/** A peer sent a length that no frame has. */
final class BrokenStreamException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenStreamException(long length) {
        super("it announced a frame of " + length + " bytes, where 1 to " + StreamFraming.MAX_FRAME_LENGTH +
            " are possible: it speaks something else than QEMU's -netdev stream");
    }
}
