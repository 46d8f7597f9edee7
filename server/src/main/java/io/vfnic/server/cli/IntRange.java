package io.vfnic.server.cli;

import io.vfnic.device.CardConfig;
import io.vfnic.server.ServerOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers of an option, from a lowest to a highest. */
abstract class IntRange implements ITypeConverter<Integer> {
    private final int lowest;
    private final int highest;

    private IntRange(int lowest, int highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    /** How many VFs a card has. */
    static final class Vfs extends IntRange {
        Vfs() {
            super(0, CardConfig.MAX_VFS);
        }
    }

    /** How many agents a card has. */
    static final class Agents extends IntRange {
        Agents() {
            super(1, CardConfig.MAX_AGENTS);
        }
    }

    /** How many threads poll: a function each at most, PF included. */
    static final class Threads extends IntRange {
        Threads() {
            super(0, CardConfig.MAX_VFS + 1);
        }
    }

    /** How long doorbells may gather, in microseconds. */
    static final class DoorbellPause extends IntRange {
        DoorbellPause() {
            super(0, ServerOptions.MAX_DOORBELL_PAUSE);
        }
    }

    @Override
    public Integer convert(String text) {
        try {
            int value = Integer.parseInt(text);
            if (value >= lowest && value <= highest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as a number that is too large is.
        }
        throw new TypeConversionException("must be a whole number from " + lowest + " to " + highest +
            ", not \"" + text + '"');
    }
}
