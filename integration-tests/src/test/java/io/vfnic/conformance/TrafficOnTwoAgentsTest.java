package io.vfnic.conformance;

/** {@link TrafficTest} where functions belong to different engine agents: frames between them go through rings. */
class TrafficOnTwoAgentsTest extends TrafficTest {
    @Override
    int agents() {
        return 2;
    }
}
