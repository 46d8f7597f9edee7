package io.vfnic.server.uplink;

import java.io.IOException;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.Parker;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Poll;
import io.vfnic.server.uplink.unix.FrameExchange;
import io.vfnic.server.uplink.unix.Peer;
import io.vfnic.server.uplink.unix.PeerSource;

/**
 * An uplink to one other process at a time. The agent sends and receives; {@link PeerKeeper} finds the peers. A peer's
 * socket is closed by the keeper, after the agent has {@linkplain Peer#letGo() let go} of it and sleeps there no more.
 */
final class PeerUplink implements HostUplink {
    private static final int BELL = 0;
    private static final int PEER = 1;

    private final String name;
    private final FrameExchange exchange;
    private final PeerKeeper keeper;
    private final EventFd bell;
    private final Poll poll = new Poll(2);
    private final Parker parker = new PeerParker();
    /** The one that the exchange is with; the agent's. */
    private Peer attached;

    /** @param source closed with the uplink, or where this fails. */
    PeerUplink(String name, FrameExchange exchange, PeerSource source) throws IOException {
        this.name = name;
        this.exchange = exchange;
        try {
            bell = EventFd.create();
            poll.watch(BELL, bell.fd(), Poll.IN);
            keeper = new PeerKeeper(name, source, bell::signal);
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean takesOffloads() {
        return false;
    }

    @Override
    public void start(LinkListener listener) {
        keeper.start(listener);
    }

    @Override
    public String whyDown() {
        return keeper.whyDown();
    }

    @Override
    public Sent send(FrameView frame, FrameOffload offload) {
        if (current() == null) {
            return Sent.LINK_DOWN;
        }
        return exchange.put(frame) ? Sent.SENT : Sent.FULL;
    }

    @Override
    public void flush() {
        final Peer peer = current();
        if (peer != null) {
            exchange.flush();
            current();
            if (exchange.isBlocked() && peer.isWatched()) {
                // Who sleeps there does not know yet that room is waited for, too.
                bell.signal();
            }
        }
    }

    @Override
    public int receive(Receiver receiver, int budget) {
        if (current() == null) {
            return 0;
        }
        // What the socket did not take when it was flushed; nobody else asks again.
        final int flushed = exchange.isBlocked() && exchange.flush() ? 1 : 0;
        final int received = exchange.receive(receiver, budget);
        current();
        return flushed + received;
    }

    @Override
    public Parker parker() {
        return parker;
    }

    /** The peer that frames can be exchanged with; null where there is none, after the last one has been let go. */
    private Peer current() {
        final Peer peer = keeper.peer();
        if (peer == null || peer.isLetGo()) {
            return null;
        }
        if (peer.isLost()) {
            peer.letGo();
            keeper.wake();
            return null;
        }
        if (peer != attached) {
            exchange.attach(peer);
            attached = peer;
        }
        return peer;
    }

    @Override
    public void close() {
        keeper.close();
        exchange.close();
        poll.close();
        bell.close();
    }

    /**
     * The agent's sleep ends when the peer has sent something, takes more again, has come or has gone. Another thread
     * may run the agent's duty cycle meanwhile.
     */
    private final class PeerParker implements Parker {
        @Override
        public void park(long nanos) {
            final Peer peer = keeper.peer();
            if (peer == null || !peer.watch()) {
                poll.ignore(PEER);
                sleep(nanos);
            } else {
                poll.watch(PEER, peer.fd(), exchange.isBlocked() ? Poll.IN | Poll.OUT : Poll.IN);
                sleep(nanos);
                peer.unwatch();
                if (peer.isLost()) {
                    keeper.wake();
                }
            }
        }

        private void sleep(long nanos) {
            poll.await(nanos);
            if (poll.happened(BELL)) {
                bell.drain();
            }
        }

        @Override
        public void unpark(Thread thread) {
            bell.signal();
        }
    }
}
