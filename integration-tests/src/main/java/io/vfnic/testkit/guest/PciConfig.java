package io.vfnic.testkit.guest;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.VfioUserClient;

/** A function's configuration space, as a guest's PCI core reads and writes it. */
public final class PciConfig {
    public static final int COMMAND = 0x04;
    public static final int STATUS = 0x06;
    public static final int CAPABILITY_POINTER = 0x34;
    public static final int COMMAND_MEMORY = 1 << 1;
    public static final int COMMAND_BUS_MASTER = 1 << 2;
    public static final int CAPABILITY_MSIX = 0x11;
    public static final int CAPABILITY_PCI_EXPRESS = 0x10;
    /** In the PCI Express capability. */
    public static final int DEVICE_CAPABILITIES = 0x04;
    /** In the PCI Express capability. */
    public static final int DEVICE_CONTROL = 0x08;
    public static final int DEVICE_CONTROL_FUNCTION_LEVEL_RESET = 1 << 15;
    /** In the MSI-X capability. */
    public static final int MSIX_CONTROL = 0x02;
    public static final int MSIX_ENABLE = 1 << 15;

    private static final int STATUS_CAPABILITIES = 1 << 4;
    private static final int MAX_CAPABILITIES = 48;

    private final VfioUserClient client;

    /** Of the function that the client is attached to. */
    public PciConfig(VfioUserClient client) {
        this.client = client;
    }

    /** Reads 1 byte. */
    public int read8(int offset) {
        return client.read(RegionIndex.CONFIG, offset, 1)[0] & 0xFF;
    }

    /** Reads 2 bytes. */
    public int read16(int offset) {
        byte[] bytes = client.read(RegionIndex.CONFIG, offset, 2);
        return bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8;
    }

    /** Reads 4 bytes. */
    public int read32(int offset) {
        return client.read32(RegionIndex.CONFIG, offset);
    }

    /** Writes 2 bytes. */
    public void write16(int offset, int value) {
        client.write(RegionIndex.CONFIG, offset, new byte[]{(byte)value, (byte)(value >> 8)});
    }

    /** Writes 4 bytes. */
    public void write32(int offset, int value) {
        client.write32(RegionIndex.CONFIG, offset, value);
    }

    /** Where the capability is; fails if there is none. */
    public int capability(int id) {
        if ((read16(STATUS) & STATUS_CAPABILITIES) == 0) {
            throw new IllegalStateException("the function has no capabilities");
        }
        int at = read8(CAPABILITY_POINTER);
        for (int i = 0; i < MAX_CAPABILITIES && at != 0; i++) {
            if (read8(at) == id) {
                return at;
            }
            at = read8(at + 1);
        }
        throw new IllegalStateException("the function has no capability " + Integer.toHexString(id));
    }
}
