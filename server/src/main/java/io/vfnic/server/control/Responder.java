package io.vfnic.server.control;

import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Response;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Where the responses to one request go. On the control plane's event loop; the first of these calls is the only one.
 */
public interface Responder {
    /** Answers with a single response; id and end are set by this. */
    void answer(Response.Builder response);

    /** Answers with an error. */
    void refuse(Error error);

    /**
     * Answers with a stream, or refuses it where its client has too many.
     *
     * @param capacity how many responses may wait for a slow reader; further ones are dropped and counted.
     * @param onClose  called once, on the event loop, when nobody wants the stream any more: its client has cancelled
     *                 it or is gone, or {@link ResponseStream#end} was called.
     * @return empty where it was refused, of which the client is told.
     */
    Optional<ResponseStream> stream(int capacity, Runnable onClose);

    /** The control plane's event loop, for what is to be done later. */
    ScheduledExecutorService eventLoop();
}
