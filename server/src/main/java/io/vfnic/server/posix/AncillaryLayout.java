package io.vfnic.server.posix;

/** struct msghdr, struct iovec and struct cmsghdr of 64-bit Linux, for descriptors passed by SCM_RIGHTS. */
final class AncillaryLayout {
    static final int MSGHDR_LENGTH = 56;
    static final int MSGHDR_IOV_OFFSET = 16;
    static final int MSGHDR_IOVLEN_OFFSET = 24;
    static final int MSGHDR_CONTROL_OFFSET = 32;
    static final int MSGHDR_CONTROLLEN_OFFSET = 40;
    static final int MSGHDR_FLAGS_OFFSET = 48;

    static final int IOVEC_LENGTH = 16;
    static final int IOVEC_BASE_OFFSET = 0;
    static final int IOVEC_LEN_OFFSET = 8;

    static final int CMSG_LEN_OFFSET = 0;
    static final int CMSG_LEVEL_OFFSET = 8;
    static final int CMSG_TYPE_OFFSET = 12;
    static final int CMSG_DATA_OFFSET = 16;

    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    /** Linux's SCM_MAX_FD: no message carries more descriptors. */
    static final int MAX_FDS = 253;

    private AncillaryLayout() {
    }

    /** Bytes of control data that so many descriptors need, padded to the alignment of the next header. */
    static int controlSpace(int fds) {
        return CMSG_DATA_OFFSET + alignToLong(fds * Integer.BYTES);
    }

    static int alignToLong(int length) {
        return (length + Long.BYTES - 1) & -Long.BYTES;
    }
}
