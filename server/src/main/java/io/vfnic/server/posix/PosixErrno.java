package io.vfnic.server.posix;

/** The errno values that callers of this package tell apart, as Linux numbers them. */
public final class PosixErrno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int EPIPE = 32;
    public static final int EBADFD = 77;
    public static final int EPROTOTYPE = 91;
    public static final int EADDRINUSE = 98;
    public static final int ENETDOWN = 100;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ECONNREFUSED = 111;

    private PosixErrno() {
    }

    /** In words, for users. */
    public static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted (EPERM)";
            case ENOENT -> "no such file or directory (ENOENT)";
            case EINTR -> "interrupted (EINTR)";
            case EBADF -> "bad file descriptor (EBADF)";
            case EAGAIN -> "would block (EAGAIN)";
            case ENOMEM -> "out of memory (ENOMEM)";
            case EBUSY -> "busy (EBUSY)";
            case EACCES -> "permission denied (EACCES)";
            case ENODEV -> "no such device (ENODEV)";
            case EINVAL -> "invalid argument (EINVAL)";
            case EMFILE -> "too many open files (EMFILE)";
            case EPIPE -> "broken pipe (EPIPE)";
            case EPROTOTYPE -> "wrong kind of socket (EPROTOTYPE)";
            case EADDRINUSE -> "address in use (EADDRINUSE)";
            case ECONNRESET -> "connection reset (ECONNRESET)";
            case 107 -> "not connected (ENOTCONN)";
            case ECONNREFUSED -> "connection refused (ECONNREFUSED)";
            default -> "errno " + errno;
        };
    }
}
