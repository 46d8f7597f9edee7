package io.vfnic.device.pci;

/** A capability of the extended configuration space (0x100 and on); the builder links it into the list. */
public interface ExtendedCapability {
    /** Extended capability ID. */
    int id();

    /** Capability version, 1 to 15. */
    int version();

    /** Bytes it takes, its header dword included. */
    int length();

    /** Lays out everything behind the header. Offsets are relative to the capability. */
    void layOut(ConfigFields fields);
}
