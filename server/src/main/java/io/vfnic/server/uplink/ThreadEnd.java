package io.vfnic.server.uplink;

/** Waits for a thread to end, whatever interrupts that. */
final class ThreadEnd {
    private ThreadEnd() {
    }

    /** Returns when the thread has ended, or at once where it was never started. */
    static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
