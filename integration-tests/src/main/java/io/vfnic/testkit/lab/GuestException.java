package io.vfnic.testkit.lab;

/** A guest did not do what was asked of it; the message ends with what its console and QEMU said last. */
public final class GuestException extends RuntimeException {
    GuestException(String message, Throwable cause) {
        super(message, cause);
    }
}
