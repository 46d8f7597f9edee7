package io.vfnic.server.control;

import io.vfnic.protocol.control.v1.Request;

/** Does what one kind of request asks. */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Called on the control plane's event loop, which serves all clients: must not wait for anything but the card's
     * control lock. Answers now or later, through {@code responder}; an exception is answered as an internal error.
     *
     * @param request of the kind that the handler was registered for, with known fields only.
     */
    void handle(Request request, Responder responder);
}
