package io.vfnic.testkit.guest;

import java.io.IOException;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.MappedRegion;
import io.vfnic.testkit.client.VfioUserClient;

/**
 * Register accesses to BAR 0 as a guest under QEMU makes them: to memory where the server lets it be mapped; else reads
 * are waited for, and writes are posted, unless the server lets anything be mapped.
 */
final class Bar implements AutoCloseable {
    private final VfioUserClient client;
    private final MappedRegion mapped;

    private Bar(VfioUserClient client, MappedRegion mapped) {
        this.client = client;
        this.mapped = mapped;
    }

    static Bar open(VfioUserClient client) throws IOException {
        return new Bar(client, client.mapRegion(RegionIndex.BAR0));
    }

    int read(int offset) {
        return mapped != null && mapped.contains(offset) ? mapped.read32(offset) :
            client.read32(RegionIndex.BAR0, offset);
    }

    void write(int offset, int value) {
        if (mapped == null) {
            client.postWrite32(RegionIndex.BAR0, offset, value);
        } else if (mapped.contains(offset)) {
            mapped.write32(offset, value);
        } else {
            client.write32(RegionIndex.BAR0, offset, value);
        }
    }

    @Override
    public void close() {
        if (mapped != null) {
            mapped.close();
        }
    }
}
