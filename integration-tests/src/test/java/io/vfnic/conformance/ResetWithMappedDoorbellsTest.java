package io.vfnic.conformance;

import io.vfnic.server.Doorbell;

/** {@link ResetTest} for functions whose queue registers are mapped. */
class ResetWithMappedDoorbellsTest extends ResetTest {
    @Override
    Doorbell doorbell() {
        return Doorbell.MMAP;
    }
}
