package io.vfnic.protocol;

/** Sizes that the specification or its reference implementation fixes. All in bytes unless said. */
public final class ProtocolLimits {
    /** Default and largest {@code max_data_xfer_size} of this implementation: 1 MiB. */
    public static final int MAX_DATA_TRANSFER = 1 << 20;

    /**
     * Largest message this implementation takes: the header, 16 bytes of fixed fields and the data. No message of the
     * protocol needs more.
     */
    public static final int MAX_MESSAGE = MessageHeader.LENGTH + 16 + MAX_DATA_TRANSFER;

    /** Largest {@code max_msg_fds} a peer may declare. */
    public static final int MAX_MESSAGE_FDS = 1024;

    /** Largest DMA range, 8 TiB; a larger one is answered with ENOSPC. */
    public static final long MAX_DMA_SIZE = 8L << 40;

    /**
     * Largest reply to VERSION: QEMU reads it into a buffer of the size of its own request and gives the device up if
     * it does not fit.
     */
    public static final int MAX_VERSION_REPLY = 214;

    private ProtocolLimits() {
    }
}
