package io.vfnic.conformance;

import io.vfnic.server.Doorbell;

/** {@link TrafficTest} by drivers that have their queue registers mapped and ring nobody. */
class TrafficWithMappedDoorbellsTest extends TrafficTest {
    @Override
    Doorbell doorbell() {
        return Doorbell.MMAP;
    }
}
