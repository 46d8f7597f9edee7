package io.vfnic.bench;

import java.util.Arrays;

/** Measures several sides in turn, round by round, so that what else the machine does meanwhile hits them alike. */
public final class Turns {
    /** One of what is compared. */
    public interface Side {
        /** Measures one round; returns its figure. */
        double measure() throws Exception;
    }

    private Turns() {
    }

    /**
     * Has every side measure as many rounds as the scale says, in turn. Every other round goes the other way round.
     *
     * @return the median of each side's rounds, in the order of the sides.
     */
    public static double[] medians(Scale scale, Side... sides) throws Exception {
        double[][] figures = new double[sides.length][scale.rounds()];
        for (int round = 0; round < scale.rounds(); round++) {
            for (int i = 0; i < sides.length; i++) {
                int side = round % 2 == 0 ? i : sides.length - 1 - i;
                figures[side][round] = sides[side].measure();
            }
        }
        return Arrays.stream(figures).mapToDouble(Turns::median).toArray();
    }

    /** The middle one of these, or the mean of the two in the middle. */
    static double median(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
