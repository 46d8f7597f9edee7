package io.vfnic.testkit.lab;

/** QEMU refused a monitor command; the message is QEMU's own description. */
public final class QmpException extends RuntimeException {
    QmpException(String description) {
        super(description);
    }
}
