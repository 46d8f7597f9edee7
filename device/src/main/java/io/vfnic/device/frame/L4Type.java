package io.vfnic.device.frame;

/** Field L4T of an advanced transmit context descriptor (bits 12:11 of its dword 1); 3 is reserved. */
public final class L4Type {
    public static final int UDP = 0;
    public static final int TCP = 1;
    public static final int SCTP = 2;

    private L4Type() {
    }
}
