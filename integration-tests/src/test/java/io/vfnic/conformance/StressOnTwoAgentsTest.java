package io.vfnic.conformance;

/** {@link StressTest} where functions belong to different engine agents: everything at once on both. */
class StressOnTwoAgentsTest extends StressTest {
    @Override
    int agents() {
        return 2;
    }
}
