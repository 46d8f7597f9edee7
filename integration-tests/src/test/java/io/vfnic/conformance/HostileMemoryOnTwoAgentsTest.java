package io.vfnic.conformance;

/**
 * {@link HostileMemoryTest} where functions belong to different engine agents: a fault of one is no fault of the other.
 */
class HostileMemoryOnTwoAgentsTest extends HostileMemoryTest {
    @Override
    int agents() {
        return 2;
    }
}
