package io.vfnic.testkit.guest;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.VfioUserClient;

/** Register accesses to BAR 0 as a guest under QEMU makes them: reads are waited for, writes are posted. */
final class Bar {
    private final VfioUserClient client;

    Bar(VfioUserClient client) {
        this.client = client;
    }

    int read(int offset) {
        return client.read32(RegionIndex.BAR0, offset);
    }

    void write(int offset, int value) {
        client.postWrite32(RegionIndex.BAR0, offset, value);
    }
}
