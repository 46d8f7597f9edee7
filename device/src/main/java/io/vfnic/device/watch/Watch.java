package io.vfnic.device.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.NanoClock;

/**
 * The watch points of one card: one of each function and one of the uplink. Readers come and go at any time, from any
 * thread; as long as there are none, each point costs its function a branch.
 */
public final class Watch {
    /** The watch point of the PF, and of the card as a whole; VF n's is point n. */
    public static final int PF = 8;
    /** The watch point of the uplink. */
    public static final int UPLINK = 9;
    /** How many points there are; that of pool 7, which is never a VF's, is not used. */
    public static final int POINTS = 10;
    /** Readers at one time. */
    public static final int MAX_READERS = 16;
    /** Bytes that wait for all readers together at the most: they are memory of the process, which has little. */
    static final int MAX_CAPACITY = 1 << 26;

    private final List<WatchPoint> points;
    private final List<WatchReader> readers = new ArrayList<>();
    private volatile int wanted;

    /** @param clock what records are stamped with. */
    public Watch(NanoClock clock) {
        points = IntStream.range(0, POINTS).mapToObj(index -> new WatchPoint(index, clock)).toList();
    }

    /** The watch point of a function or of the uplink, 0 to {@link #POINTS}. */
    public WatchPoint point(int index) {
        return points.get(index);
    }

    /** The name of a point as users know it. */
    public static String nameOf(int point) {
        return switch (point) {
            case PF -> "pf";
            case UPLINK -> "uplink";
            default -> "vf" + point;
        };
    }

    /** The point with a name, or -1 where there is none. */
    public static int indexOf(String name) {
        for (int point = 0; point < POINTS; point++) {
            if (nameOf(point).equals(name)) {
                return point;
            }
        }
        return -1;
    }

    /**
     * Records for a new reader from now on.
     *
     * @param capacity bytes that wait for it at the most, a power of two of 1,024 at least.
     * @throws IllegalStateException where there are {@link #MAX_READERS} already, or the others' capacities leave too
     *                               little.
     */
    public synchronized WatchReader open(WatchFilter filter, int capacity) {
        if (readers.size() == MAX_READERS
            || capacity > MAX_CAPACITY - readers.stream().mapToInt(WatchReader::capacity).sum()) {
            throw new IllegalStateException(readers.size() + " readers watch the card already");
        }
        final WatchReader reader = new WatchReader(filter, capacity, this::remove);
        readers.add(reader);
        tellPoints();
        return reader;
    }

    private synchronized void remove(WatchReader reader) {
        readers.remove(reader);
        tellPoints();
    }

    /** Whether any point has a reader for records of this kind. */
    public boolean wants(WatchKind kind) {
        return (wanted & kind.bit()) != 0;
    }

    private void tellPoints() {
        points.forEach(point -> point.readers(readers));
        int kinds = 0;
        for (WatchReader reader : readers) {
            kinds |= reader.filter().kinds();
        }
        wanted = kinds;
    }
}
