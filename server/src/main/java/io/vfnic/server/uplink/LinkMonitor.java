package io.vfnic.server.uplink;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.vfnic.device.spi.UplinkPort.LinkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks some times a second whether the link of an uplink that is an interface is up, and tells who listens of changes.
 * Looking works for every kind of interface, whatever namespace it is moved to, where notifications would not.
 */
final class LinkMonitor implements AutoCloseable {
    /** Nothing is wrong: the link is up. */
    static final String UP = "";
    /** The interface was deleted, or moved to where this process does not see it. */
    static final String GONE = "the interface is gone; the link comes back with an interface of this name";

    private static final Logger LOG = LoggerFactory.getLogger(LinkMonitor.class);
    private static final long INTERVAL_NANOS = 100_000_000;

    private final String name;
    private final Supplier<String> look;
    private final Thread thread = Thread.ofPlatform().daemon().name("vfnic-uplink").unstarted(this::run);
    private LinkListener listener;
    private volatile String whyDown = "nobody has looked yet";
    private volatile boolean closed;

    /**
     * @param name of the uplink, for the log.
     * @param look why the link is down, or {@link #UP}; called by one thread at a time, and may try to bring the uplink
     *             back.
     */
    LinkMonitor(String name, Supplier<String> look) {
        this.name = name;
        this.look = look;
    }

    /** Why an interface that is there is switched off, with the way out. */
    static String switchedOff(String interfaceName) {
        return "the interface is not up; switch it on: ip link set " + interfaceName + " up";
    }

    /** Reports the link as it is, and from now on. */
    void start(LinkListener toTell) {
        listener = toTell;
        step();
        if (!whyDown.isEmpty()) {
            listener.linkChanged(false);
        }
        thread.start();
    }

    /** Why the link is down, or {@link #UP}; any thread may ask. */
    String whyDown() {
        return whyDown;
    }

    private void step() {
        String before = whyDown;
        String now = look.get();
        if (now.equals(before)) {
            return;
        }
        whyDown = now;
        if (now.isEmpty()) {
            LOG.info("uplink {}: link up", name);
        } else {
            LOG.warn("uplink {}: link down: {}", name, now);
        }
        if (now.isEmpty() != before.isEmpty()) {
            listener.linkChanged(now.isEmpty());
        }
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(INTERVAL_NANOS);
            try {
                if (!closed) {
                    step();
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
