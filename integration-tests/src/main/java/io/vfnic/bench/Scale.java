package io.vfnic.bench;

/**
 * How much is measured.
 *
 * @param rounds      of each side of a row, 1 or more; their median counts.
 * @param roundMillis length of a round of what is measured by the time.
 * @param isSmoke     whether this only shows that the benchmarks work: counts are as small as they can be.
 */
public record Scale(int rounds, int roundMillis, boolean isSmoke) {
    /** What the table in the README is made with. */
    public static final Scale DEFAULT = new Scale(7, 1000, false);
    /** As little as possible. */
    public static final Scale SMOKE = new Scale(1, 50, true);

    /** @throws IllegalArgumentException where a value is out of its range. */
    public Scale {
        if (rounds < 1 || roundMillis < 1) {
            throw new IllegalArgumentException("there must be one round at least, and a time for it");
        }
    }

    /** The first number, or where this is a smoke run the second. */
    public int count(int usual, int smoke) {
        return isSmoke ? smoke : usual;
    }

    /** Length of a round. */
    public long roundNanos() {
        return roundMillis * 1_000_000L;
    }
}
