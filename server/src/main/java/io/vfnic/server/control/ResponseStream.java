package io.vfnic.server.control;

import io.vfnic.protocol.control.v1.Done;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Response;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Responses to one request, as many as come. What the client does not read in time is dropped and counted
 * ({@code Response.lost}); nobody waits for it.
 */
public final class ResponseStream {
    private final ControlSession session;
    private final long id;
    private final ManyToOneConcurrentArrayQueue<Response.Builder> waiting;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable onClose;
    private Response.Builder last;
    private boolean closed;
    /** The last response has been sent: what is offered from now on is nobody's. On the event loop. */
    private boolean ended;

    ResponseStream(ControlSession session, long id, int capacity, Runnable onClose) {
        this.session = session;
        this.id = id;
        this.waiting = new ManyToOneConcurrentArrayQueue<>(capacity);
        this.onClose = onClose;
    }

    /**
     * Sends a response when the client is ready for it. Any thread; never waits.
     *
     * @param response is the stream's from now on; id and lost are set by it.
     * @return false where it was dropped, since too many wait already.
     */
    public boolean offer(Response.Builder response) {
        boolean taken = waiting.offer(response);
        if (!taken) {
            lost.incrementAndGet();
        }
        if (scheduled.compareAndSet(false, true)) {
            session.execute(this::drain);
        }
        return taken;
    }

    /** Whether a response offered now would be dropped, unless others offer too. Any thread. */
    public boolean isFull() {
        return waiting.size() >= waiting.capacity();
    }

    /** Has the stream end with this response instead of Done; while it is being closed, on the event loop. */
    public void endWith(Response.Builder response) {
        if (last != null && last.hasDone()) {
            last = response;
        }
    }

    /** Ends the stream behind what waits in it. Any thread. */
    public void end() {
        session.execute(() -> close(Response.newBuilder().setDone(Done.getDefaultInstance())));
    }

    /** Ends the stream with an error behind what waits in it. Any thread. */
    public void fail(Error error) {
        session.execute(() -> close(Response.newBuilder().setError(error)));
    }

    long id() {
        return id;
    }

    /** On the event loop. */
    void drain() {
        scheduled.set(false);
        if (ended) {
            waiting.clear();
            return;
        }
        while (session.isReady()) {
            Response.Builder next = waiting.poll();
            if (next == null) {
                if (last != null) {
                    session.finished(this, last.setId(id).setEnd(true).setLost(lost.getAndSet(0)));
                    last = null;
                    ended = true;
                }
                break;
            }
            session.send(next.setId(id).setLost(lost.getAndSet(0)));
        }
        session.flush();
    }

    /** On the event loop. */
    void close(Response.Builder lastResponse) {
        if (!closed) {
            closed = true;
            last = lastResponse;
            try {
                onClose.run();
            } finally {
                drain();
            }
        }
    }

    /** The client is gone; on the event loop. */
    void abandon() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
        ended = true;
        waiting.clear();
    }
}
