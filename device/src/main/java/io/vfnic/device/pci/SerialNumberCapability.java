package io.vfnic.device.pci;

/**
 * Device serial number (PCIe 2.0, 7.12), made of a MAC address as network cards do it: the address with FFFEh between
 * its halves.
 *
 * @param mac 48 bits, first byte on the wire highest.
 */
public record SerialNumberCapability(long mac) implements ExtendedCapability {
    private static final int LOW = 0x04;
    private static final int HIGH = 0x08;

    @Override
    public int id() {
        return 0x0003;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public int length() {
        return 0x0C;
    }

    @Override
    public void layOut(ConfigFields fields) {
        fields.dword(LOW, 0xFE << 24 | (int)(mac & 0xFFFFFF), 0);
        fields.dword(HIGH, (int)(mac >>> 24) << 8 | 0xFF, 0);
    }
}
