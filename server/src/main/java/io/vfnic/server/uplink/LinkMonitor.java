package io.vfnic.server.uplink;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.vfnic.device.spi.UplinkPort.LinkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks some times a second whether an uplink's link is up, and tells who listens of changes. Looking works for every
 * kind of interface, whatever namespace it is moved to, where notifications would not.
 */
final class LinkMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkMonitor.class);
    private static final long INTERVAL_NANOS = 100_000_000;

    private final String name;
    private final BooleanSupplier look;
    private final LinkListener listener;
    private final Thread thread;
    private volatile boolean closed;
    private boolean up;

    private LinkMonitor(String name, BooleanSupplier look, LinkListener listener) {
        this.name = name;
        this.look = look;
        this.listener = listener;
        thread = new Thread(this::run, "vfnic-uplink");
        thread.setDaemon(true);
    }

    /**
     * Looks once, tells of the state, and goes on.
     *
     * @param name of the uplink, for the log.
     * @param look whether the link is up; called by one thread at a time, and may try to bring the uplink back.
     */
    static LinkMonitor start(String name, BooleanSupplier look, LinkListener listener) {
        LinkMonitor monitor = new LinkMonitor(name, look, listener);
        monitor.up = look.getAsBoolean();
        monitor.tell();
        monitor.thread.start();
        return monitor;
    }

    private void tell() {
        LOG.info("uplink {}: link is {}", name, up ? "up" : "down");
        listener.linkChanged(up);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(INTERVAL_NANOS);
            try {
                if (!closed && look.getAsBoolean() != up) {
                    up = !up;
                    tell();
                }
            } catch (RuntimeException e) {
                LOG.error("uplink {}: its link is not known", name, e);
            }
        }
    }

    /** When this returns, nobody is told any more. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        ThreadEnd.await(thread);
    }
}
