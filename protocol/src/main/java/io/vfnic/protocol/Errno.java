package io.vfnic.protocol;

/**
 * The errno values that vfio-user ends answer with, as Linux numbers them. The specification puts "an optional UNIX
 * errno value" into the header of an error reply (section "Header").
 */
public enum Errno {
    /** No error. */
    OK(0),
    /** Operation not permitted: the memory is not mapped for this direction. */
    EPERM(1),
    /** No such mapping. */
    ENOENT(2),
    /** Input or output error. */
    EIO(5),
    /** More data than the receiver takes. */
    E2BIG(7),
    /** No memory left. */
    ENOMEM(12),
    /** Not permitted for this file or mapping. */
    EACCES(13),
    /** Bad address. */
    EFAULT(14),
    /** The function already has a client. */
    EBUSY(16),
    /** The range is already mapped. */
    EEXIST(17),
    /** No such device; QEMU's answer to DMA while bus mastering is off or the address is not RAM. */
    ENODEV(19),
    /** Malformed or unacceptable message. */
    EINVAL(22),
    /** No space, or the range is larger than supported. */
    ENOSPC(28),
    /** The command is not implemented. */
    ENOSYS(38),
    /** Not supported. */
    ENOTSUP(95),
    /** The peer is gone. */
    ENOTCONN(107);

    private static final Errno[] BY_NUMBER = new Errno[ENOTCONN.number + 1];

    static {
        for (Errno errno : values()) {
            BY_NUMBER[errno.number] = errno;
        }
    }

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The errno with this number, or null if it is not one of those listed here. Does not allocate. */
    public static Errno of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /** Name and number for logs and exceptions; a number not listed here is given alone. */
    public static String describe(int number) {
        Errno errno = of(number);
        return errno == null ? "errno " + number : errno.name() + " (" + number + ")";
    }
}
