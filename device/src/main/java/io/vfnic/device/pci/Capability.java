package io.vfnic.device.pci;

/** A capability of the first 256 bytes; the builder links it into the list. */
public interface Capability {
    /** Capability ID. */
    int id();

    /** Bytes it takes, its two header bytes included. */
    int length();

    /** Lays out everything behind the header. Offsets are relative to the capability. */
    void layOut(ConfigFields fields);
}
