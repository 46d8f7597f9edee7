package io.vfnic.device;

/**
 * Where a function's BAR0 is, and in which process's machine. Written by the function's session and read by the PF's;
 * what is written while a guest waits for it is seen by whatever that guest does next.
 */
final class BarPlacement {
    private static final int ABSENT = -1;
    private static final int FLAGS = 0xF;

    /** What the register reads after all ones were written, which is how its size is found out (PCI 3.0, 6.2.5.1). */
    private final int sizing;
    private volatile int process = ABSENT;
    private volatile int address;

    /** @param length of BAR0 in bytes, a power of two. */
    BarPlacement(int length) {
        sizing = -length;
    }

    /** A client has the function. */
    void taken(int clientProcess) {
        process = clientProcess;
    }

    /** The client has left. */
    void left() {
        address = 0;
        process = ABSENT;
    }

    /** BAR0 reads {@code bar} now. */
    void moved(int bar) {
        if (bar != sizing) {
            address = bar & ~FLAGS;
        }
    }

    /** The address, 0 where it has none. */
    int address() {
        return address;
    }

    /** Whether a client has the function. */
    boolean isTaken() {
        return process != ABSENT;
    }

    /** Whether the same process has both functions; all processes that cannot be told apart count as one. */
    boolean isBeside(BarPlacement other) {
        return isTaken() && process == other.process;
    }
}
