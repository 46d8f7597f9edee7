package io.vfnic.conformance;

import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;

/** {@link TrafficTest} by drivers that have their queue registers mapped and ring nobody. */
class TrafficWithMappedDoorbellsTest extends TrafficTest {
    @Override
    ServerOptions options() {
        return ServerOptions.DEFAULT.with(Doorbell.MMAP);
    }
}
