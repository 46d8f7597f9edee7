package io.vfnic.conformance;

/** {@link PfSriovTest} where a queue's two owners belong to different engine agents. */
class PfSriovOnTwoAgentsTest extends PfSriovTest {
    @Override
    int agents() {
        return 2;
    }
}
