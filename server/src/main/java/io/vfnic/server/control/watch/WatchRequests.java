package io.vfnic.server.control.watch;

import io.vfnic.device.admin.RefusedException;
import io.vfnic.device.decode.FunctionDump;
import io.vfnic.device.decode.FunctionDumper;
import io.vfnic.device.decode.RegisterDecoder;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchReader;
import io.vfnic.protocol.control.v1.CaptureRequest;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.EventsRequest;
import io.vfnic.protocol.control.v1.Request.RequestCase;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.TraceKind;
import io.vfnic.protocol.control.v1.TraceRequest;
import io.vfnic.server.control.Errors;
import io.vfnic.server.control.RequestHandler;
import io.vfnic.server.control.Responder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;

/** The requests that watch a card. */
public final class WatchRequests implements AutoCloseable {
    private static final int EVENTS_CAPACITY = 1 << 16;
    private static final int TRACE_CAPACITY = 1 << 22;
    /** About 5,000 long frames: more than arrive between two looks. */
    private static final int CAPTURE_CAPACITY = 1 << 23;
    private static final int FUNCTIONS_ONLY = ~(1 << Watch.UPLINK);
    private static final long KEEP_ALIVE_SECONDS = 1;

    private final Watch watch;
    private final FunctionDumper dumper;
    private final int vfs;
    private final boolean guestPf;
    private final NanoClock clock;
    private final ScheduledThreadPoolExecutor thread;

    /**
     * @param vfs     that the card has.
     * @param guestPf whether a guest drives the PF, which has no frames otherwise.
     * @param clock   the card's.
     */
    public WatchRequests(Watch watch, FunctionDumper dumper, int vfs, boolean guestPf, NanoClock clock) {
        this.watch = watch;
        this.dumper = dumper;
        this.vfs = vfs;
        this.guestPf = guestPf;
        this.clock = clock;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = new Thread(task, "vfnic-watch");
            started.setDaemon(true);
            return started;
        });
        // While nobody watches there is no thread.
        thread.setKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** The request makes no sense; the error says why. */
    private static final class RefusalException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Error error;

        private RefusalException(Error error) {
            super(error.getMessage());
            this.error = error;
        }
    }

    /** Opens a reader as a request has it. */
    @FunctionalInterface
    private interface Filter {
        WatchFilter get() throws RefusalException;
    }

    /** The handlers, by the kind of request. */
    public Map<RequestCase, RequestHandler> handlers() {
        Map<RequestCase, RequestHandler> handlers = new EnumMap<>(RequestCase.class);
        handlers.put(RequestCase.EVENTS, (request, responder) -> stream(
            responder, () -> filter(request.getEvents()), EVENTS_CAPACITY, EventBatch::new));
        handlers.put(RequestCase.TRACE, (request, responder) -> stream(
            responder, () -> filter(request.getTrace()), TRACE_CAPACITY, TraceBatch::new));
        handlers.put(RequestCase.CAPTURE, (request, responder) -> stream(
            responder, () -> filter(request.getCapture()), CAPTURE_CAPACITY, CaptureBatch::new));
        handlers.put(RequestCase.DUMP, (request, responder) -> dump(request.getDump().getFunction(), responder));
        return handlers;
    }

    /** Takes nothing more to clients. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void stream(Responder responder, Filter wanted, int capacity, Function<WallClock, RecordBatch> batch) {
        WatchReader reader;
        try {
            reader = watch.open(wanted.get(), capacity);
        } catch (RefusalException refusal) {
            responder.refuse(refusal.error);
            return;
        } catch (IllegalStateException full) {
            responder.refuse(Errors.of(Error.Code.CODE_REFUSED, full.getMessage(), "end some of them first"));
            return;
        }
        WatchStream.start(responder, reader, batch.apply(new WallClock(clock)), thread);
    }

    private void dump(String function, Responder responder) {
        Optional<CompletableFuture<FunctionDump>> dump =
            isFunction(function) ? dumper.dump(function) : Optional.empty();
        if (dump.isEmpty()) {
            responder.refuse(unknown(function, functions()));
            return;
        }
        dump.get().whenComplete((done, failure) -> responder.eventLoop().execute(() -> {
            if (failure != null) {
                responder.refuse(Errors.of(Error.Code.CODE_INTERNAL, "the card failed: " + failure, ""));
            } else {
                responder.answer(Response.newBuilder().setDump(DumpMessages.of(done)));
            }
        }));
    }

    private WatchFilter filter(EventsRequest request) throws RefusalException {
        return WatchFilter.of(WatchKind.EVENT)
            .withFunctions(points(request.getFunctionsList(), WatchFilter.ALL_FUNCTIONS));
    }

    private WatchFilter filter(TraceRequest request) throws RefusalException {
        int kinds = 0;
        for (TraceKind kind : request.getKindsList()) {
            kinds |= kindOf(kind).bit();
        }
        int blocks = 0;
        for (String name : request.getBlocksList()) {
            int bit = RegisterDecoder.blockBit(name);
            if (bit == 0) {
                throw new RefusalException(Errors.of(Error.Code.CODE_INVALID_ARGUMENT,
                    "there is no register block " + name, "there are " +
                    String.join(", ", RegisterDecoder.blockNames()) +
                    " and " + RegisterDecoder.UNDECLARED));
            }
            blocks |= bit;
        }
        WatchFilter usual = WatchFilter.of(WatchKind.REGISTER, WatchKind.MAILBOX, WatchKind.INTERRUPT);
        return new WatchFilter(kinds == 0 ? usual.kinds() : kinds,
            points(request.getFunctionsList(), WatchFilter.ALL_FUNCTIONS),
            blocks == 0 ? WatchFilter.ALL_BLOCKS : blocks, 0);
    }

    private static WatchKind kindOf(TraceKind kind) throws RefusalException {
        return switch (kind) {
            case TRACE_KIND_REGISTER -> WatchKind.REGISTER;
            case TRACE_KIND_MAILBOX -> WatchKind.MAILBOX;
            case TRACE_KIND_DESCRIPTOR -> WatchKind.DESCRIPTOR;
            case TRACE_KIND_INTERRUPT -> WatchKind.INTERRUPT;
            default -> throw new RefusalException(Errors.of(Error.Code.CODE_INVALID_ARGUMENT,
                "this card knows no such kind of trace", "there are register, mailbox, descriptor and interrupt"));
        };
    }

    private WatchFilter filter(CaptureRequest request) throws RefusalException {
        int snaplen = request.getSnaplen();
        if (snaplen < 0 || snaplen > WatchFilter.WHOLE_FRAME) {
            throw new RefusalException(Errors.of(Error.Code.CODE_INVALID_ARGUMENT,
                Integer.toUnsignedString(snaplen) + " bytes are more than a frame has",
                "take 1 to " + WatchFilter.WHOLE_FRAME + ", or 0 for all"));
        }
        if (!guestPf && request.getFunctionsList().contains(Watch.nameOf(Watch.PF))) {
            throw new RefusalException(Errors.of(RefusedException.headlessPf()));
        }
        return WatchFilter.of(WatchKind.FRAME).withFunctions(points(request.getFunctionsList(), FUNCTIONS_ONLY))
            .withSnapshot(snaplen == 0 ? WatchFilter.WHOLE_FRAME : snaplen);
    }

    private int points(List<String> names, int all) throws RefusalException {
        int points = names.isEmpty() ? all : 0;
        for (String name : names) {
            if (!isFunction(name) && !name.equals(Watch.nameOf(Watch.UPLINK))) {
                throw new RefusalException(unknown(name, Stream.concat(functions().stream(),
                    Stream.of(Watch.nameOf(Watch.UPLINK))).toList()));
            }
            points |= 1 << Watch.indexOf(name);
        }
        return points;
    }

    private boolean isFunction(String name) {
        return functions().contains(name);
    }

    /** Those that can be watched: the views of VFs that the PF's guest has hold nothing to see. */
    private List<String> functions() {
        return IntStream.concat(IntStream.of(Watch.PF), IntStream.range(0, vfs)).mapToObj(Watch::nameOf).toList();
    }

    private static Error unknown(String function, List<String> known) {
        return Errors.of(Error.Code.CODE_NOT_FOUND, "there is no such function to watch",
            "there are " + String.join(", ", known)).toBuilder().setFunction(function).build();
    }
}
