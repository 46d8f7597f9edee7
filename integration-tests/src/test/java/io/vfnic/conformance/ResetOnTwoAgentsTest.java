package io.vfnic.conformance;

/** {@link ResetTest} where functions belong to different engine agents: each comes to rest at its own pace. */
class ResetOnTwoAgentsTest extends ResetTest {
    @Override
    int agents() {
        return 2;
    }
}
