package io.vfnic.server.transport;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/** Has an event loop look for events and tasks all the time: it never sleeps, and so answers without being woken. */
public final class BusyPolling implements SelectStrategy {
    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) {
        return BUSY_WAIT;
    }
}
