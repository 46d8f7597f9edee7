package io.vfnic.bench;

import java.util.List;

/** Makes one or more rows of the table, which belong together because they are measured with the same set-up. */
public interface Benchmark {
    /** What {@code bench --rows} calls it: lower case, without blanks. */
    String name();

    /**
     * Sets up what it needs, measures, and takes everything down again.
     *
     * @param scale how much is to be measured; with {@link Scale#isSmoke()} only that it works is of interest.
     * @return the rows; one that this machine cannot measure comes as {@link Row#notMeasured}, and never as a guess.
     * @throws Exception where it fails, which ends the program with an error once the other benchmarks have run.
     */
    List<Row> run(Scale scale) throws Exception;
}
