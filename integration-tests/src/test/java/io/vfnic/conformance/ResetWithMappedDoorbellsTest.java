package io.vfnic.conformance;

import io.vfnic.server.Doorbell;
import io.vfnic.server.ServerOptions;

/** {@link ResetTest} for functions whose queue registers are mapped. */
class ResetWithMappedDoorbellsTest extends ResetTest {
    @Override
    ServerOptions options() {
        return ServerOptions.DEFAULT.with(Doorbell.MMAP);
    }
}
