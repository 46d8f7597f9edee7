package io.vfnic.device.spi;

import java.util.concurrent.locks.LockSupport;

/** How an agent's thread sleeps. It may wake up at any time without a reason. */
public interface Parker {
    /** Sleeps until somebody else wakes the thread. */
    Parker THREAD = new Parker() {
        @Override
        public void park(long nanos) {
            LockSupport.parkNanos(nanos);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }
    };

    /**
     * Puts the calling thread to sleep until it is woken, before or after this call, for so many nanoseconds at most.
     */
    void park(long nanos);

    /** Wakes the thread that sleeps here, or will the next time; called by any thread. */
    void unpark(Thread thread);
}
