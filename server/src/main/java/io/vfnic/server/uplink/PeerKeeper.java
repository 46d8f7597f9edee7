package io.vfnic.server.uplink;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.device.spi.UplinkPort.LinkListener;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.uplink.unix.Peer;
import io.vfnic.server.uplink.unix.PeerSource;

/**
 * Finds an uplink's peer, and the next one when it is gone, on a thread of its own; the link is up while there is one.
 * Looks for it at ever longer intervals, so that neither a peer that is not there nor one that comes and goes costs
 * much.
 */
final class PeerKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerKeeper.class);
    private static final long SHORTEST_PAUSE_NANOS = 50_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000L;
    /** A peer that stayed for so long is looked for at once when it is gone. */
    private static final long STEADY_NANOS = 1_000_000_000L;
    private static final long LONGEST_WAIT_NANOS = 3_600_000_000_000L;
    private static final String NOBODY = "nobody has connected";
    private static final int WAKE = 0;
    private static final int BELL = 1;

    private final String name;
    private final PeerSource source;
    private final Runnable found;
    private final EventFd wake;
    private final Poll poll = new Poll(2);
    private final Thread thread = Thread.ofPlatform().daemon().name("vfnic-uplink").unstarted(this::run);
    private LinkListener listener;
    private volatile Peer peer;
    private volatile boolean closing;
    /** Empty while the link is up. */
    private volatile String whyDown = NOBODY;
    private boolean patient;
    private long foundAt;
    private long pause = SHORTEST_PAUSE_NANOS;
    private String explained;

    /** @param found called when there is a new {@link #peer()}. */
    PeerKeeper(String name, PeerSource source, Runnable found) throws IOException {
        this.name = name;
        this.source = source;
        this.found = found;
        this.wake = EventFd.create();
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

    /** Why there is no peer; empty while there is one. Any thread may ask. */
    String whyDown() {
        return whyDown;
    }

    /** The peer, which may be lost already; null where there is none. */
    Peer peer() {
        return peer;
    }

    /** Has the keeper look at a peer that is lost, whose socket may be free now. */
    void wake() {
        wake.signal();
    }

    private void run() {
        while (!closing) {
            long wait = carefulStep();
            poll.watch(WAKE, wake.fd(), Poll.IN);
            if (source.bell() == null || patient) {
                poll.ignore(BELL);
            } else {
                poll.watch(BELL, source.bell(), Poll.IN);
            }
            poll.await(Math.min(wait, LONGEST_WAIT_NANOS));
            wake.drain();
        }
    }

    private long carefulStep() {
        try {
            return step();
        } catch (RuntimeException e) {
            LOG.error("uplink {}: its peer is not known", name, e);
            patient = true;
            return LONGEST_PAUSE_NANOS;
        }
    }

    /** Does what is to be done now; returns how long nothing is, unless something happens. */
    private long step() {
        patient = false;
        if (peer == null) {
            seek();
        } else if (!peer.isLost()) {
            attend();
        }
        if (peer == null) {
            return nextPause();
        }
        if (!peer.isLost()) {
            return patient ? LONGEST_PAUSE_NANOS : source.attendNanos();
        }
        down();
        if (!peer.isFree()) {
            // Whoever sleeps at its socket or does not know of the loss. Who waits at the door has to wait for that.
            patient = true;
            found.run();
            return LONGEST_PAUSE_NANOS;
        }
        source.release(peer);
        peer = null;
        // Neither does one that waits at the door come in sooner.
        patient = true;
        return nextPause();
    }

    private long nextPause() {
        long now = pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        return now;
    }

    private void seek() {
        try {
            Peer next = source.seek();
            if (next == null) {
                whyDown = NOBODY;
            } else {
                LOG.info("uplink {}: link up, connected to {}", name, next);
                foundAt = System.nanoTime();
                explained = null;
                peer = next;
                whyDown = "";
                found.run();
                listener.linkChanged(true);
            }
        } catch (IOException e) {
            // Whoever waits at the door would ring on: it could not be opened.
            patient = true;
            whyDown = e.getMessage();
            explain("link down until somebody is there", e);
        }
    }

    private void attend() {
        try {
            source.attend(peer);
        } catch (IOException e) {
            patient = true;
            explain("cannot turn others away", e);
        }
    }

    /** Tells a reason once in a row. */
    private void explain(String what, IOException reason) {
        if (!reason.getMessage().equals(explained)) {
            explained = reason.getMessage();
            LOG.warn("uplink {}: {}: {}", name, what, explained);
        }
    }

    private void down() {
        if (whyDown.isEmpty()) {
            whyDown = "lost " + peer + ": " + peer.whyLost();
            LOG.warn("uplink {}: link down, lost {}: {}", name, peer, peer.whyLost());
            if (System.nanoTime() - foundAt >= STEADY_NANOS) {
                pause = SHORTEST_PAUSE_NANOS;
            }
            listener.linkChanged(false);
        }
    }

    /** Ends the thread and lets go of the peer, which nobody may use any more. */
    @Override
    public void close() {
        closing = true;
        wake.signal();
        // Whatever interrupts this: what the thread uses must not be closed before it has ended.
        ThreadEnd.await(thread);
        if (peer != null) {
            source.release(peer);
        }
        source.close();
        poll.close();
        wake.close();
    }
}
