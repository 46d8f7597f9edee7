package io.vfnic.server.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.vfnic.protocol.control.FrameLength;
import io.vfnic.protocol.control.FrameLengthException;
import io.vfnic.protocol.control.UnknownFields;
import io.vfnic.protocol.control.v1.Done;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the control socket, on the control plane's event loop. */
final class ControlSession extends SimpleChannelInboundHandler<Request> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
    /** The id of responses to what cannot be told to be a request. */
    private static final long NO_REQUEST = 0;
    private static final int MAX_STREAMS = 64;

    private final Map<Request.RequestCase, RequestHandler> handlers;
    private final Map<Long, ResponseStream> streams = new HashMap<>();
    private ChannelHandlerContext context;
    private boolean closing;

    ControlSession(Map<Request.RequestCase, RequestHandler> handlers) {
        this.handlers = handlers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ignored, Request request) {
        if (closing) {
            return;
        }
        Error problem = check(request);
        Answer answer = new Answer(request.getId());
        if (problem != null) {
            answer.refuse(problem);
        } else if (request.hasCancel()) {
            cancel(request.getCancel().getStream());
            answer.answer(Response.newBuilder().setDone(Done.getDefaultInstance()));
        } else {
            handle(request, answer);
        }
        receiveWhileReady();
    }

    /** Who does not read responses does not get to send requests: they would be kept, any number of them. */
    private void receiveWhileReady() {
        context.channel().config().setAutoRead(isReady() && !closing);
    }

    private void handle(Request request, Answer answer) {
        try {
            handlers.get(request.getRequestCase()).handle(request, answer);
        } catch (RuntimeException bug) {
            LOG.error("control request {} failed", request.getRequestCase(), bug);
            answer.refuse(Errors.of(Error.Code.CODE_INTERNAL, "the card failed: " + bug,
                "the server's log tells more; please report it"));
        }
    }

    private Error check(Request request) {
        List<String> unknown = UnknownFields.in(request);
        if (request.getRequestCase() == Request.RequestCase.REQUEST_NOT_SET) {
            return Errors.of(Error.Code.CODE_UNKNOWN_REQUEST, unknown.isEmpty() ? "the request asks for nothing"
                : "this card does not know the request (" + String.join(", ", unknown) + ")",
                "update the server, or use a client of its version");
        }
        if (!unknown.isEmpty()) {
            return Errors.of(Error.Code.CODE_UNKNOWN_FIELD, "this card does not know " + String.join(", ", unknown),
                "update the server, or use a client of its version");
        }
        if (!request.hasCancel() && !handlers.containsKey(request.getRequestCase())) {
            return Errors.of(Error.Code.CODE_UNKNOWN_REQUEST, "this card does not serve the request " +
                request.getRequestCase().name().toLowerCase(Locale.ROOT), "");
        }
        if (streams.containsKey(request.getId())) {
            return Errors.of(Error.Code.CODE_INVALID_ARGUMENT,
                "the request's id " + request.getId() + " is that of a stream under way", "use another id");
        }
        return null;
    }

    private void cancel(long id) {
        ResponseStream stream = streams.get(id);
        if (stream != null) {
            stream.close(Response.newBuilder().setDone(Done.getDefaultInstance()));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ignored) {
        if (isReady() && !closing) {
            List.copyOf(streams.values()).forEach(ResponseStream::drain);
        }
        receiveWhileReady();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ignored) {
        List<ResponseStream> open = List.copyOf(streams.values());
        streams.clear();
        open.forEach(ResponseStream::abandon);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable failure) {
        Throwable cause = failure instanceof DecoderException && failure.getCause() != null
            ? failure.getCause() : failure;
        if (cause instanceof FrameLengthException || cause instanceof InvalidProtocolBufferException) {
            disconnect(Errors.of(Error.Code.CODE_INVALID_ARGUMENT, "not a request: " + cause.getMessage(), ""));
        } else {
            LOG.debug("a connection to the control socket broke", cause);
            context.close();
        }
    }

    /** Says why, and disconnects the client. */
    void disconnect(Error why) {
        closing = true;
        context.channel().config().setAutoRead(false);
        context.writeAndFlush(Response.newBuilder().setId(NO_REQUEST).setEnd(true).setError(why).build())
            .addListener(ChannelFutureListener.CLOSE);
    }

    void execute(Runnable task) {
        context.executor().execute(task);
    }

    /** Whether the client reads what it gets. */
    boolean isReady() {
        return context.channel().isActive() && context.channel().isWritable();
    }

    void send(Response.Builder response) {
        Response message = response.build();
        if (message.getSerializedSize() > FrameLength.MAX_MESSAGE) {
            LOG.error("a response of {} bytes is too long to be sent", message.getSerializedSize());
            message = Response.newBuilder().setId(message.getId()).setEnd(message.getEnd()).setLost(message.getLost())
                .setError(Errors.of(Error.Code.CODE_INTERNAL, "the card's answer is too long to be sent",
                    "please report it")).build();
        }
        context.write(message);
    }

    void flush() {
        context.flush();
    }

    void finished(ResponseStream stream, Response.Builder response) {
        streams.remove(stream.id());
        send(response);
    }

    private final class Answer implements Responder {
        private final long id;

        Answer(long id) {
            this.id = id;
        }

        @Override
        public void answer(Response.Builder response) {
            send(response.setId(id).setEnd(true));
            flush();
        }

        @Override
        public void refuse(Error error) {
            answer(Response.newBuilder().setError(error));
        }

        @Override
        public Optional<ResponseStream> stream(int capacity, Runnable onClose) {
            if (streams.size() == MAX_STREAMS) {
                refuse(Errors.of(Error.Code.CODE_REFUSED, "a connection has " + MAX_STREAMS + " streams at the most",
                    "open another connection"));
                return Optional.empty();
            }
            ResponseStream stream = new ResponseStream(ControlSession.this, id, capacity, onClose);
            streams.put(id, stream);
            return Optional.of(stream);
        }

        @Override
        public ScheduledExecutorService eventLoop() {
            return context.executor();
        }
    }
}
