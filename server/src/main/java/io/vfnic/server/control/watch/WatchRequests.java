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
    private static final String UPLINK = Watch.nameOf(Watch.UPLINK);
    private static final String PF = Watch.nameOf(Watch.PF);
    private static final long KEEP_ALIVE_SECONDS = 1;

    private final Watch watch;
    private final FunctionDumper dumper;
    private final int vfs;
    private final boolean guestPf;
    private final boolean uplink;
    private final NanoClock clock;
    private final ScheduledThreadPoolExecutor thread;

    /**
     * @param vfs     that the card has.
     * @param guestPf whether a guest drives the PF, which has no frames otherwise.
     * @param uplink  whether the card has one.
     * @param clock   the card's.
     */
    public WatchRequests(
        Watch watch, FunctionDumper dumper, int vfs, boolean guestPf, boolean uplink, NanoClock clock) {
        this.watch = watch;
        this.dumper = dumper;
        this.vfs = vfs;
        this.guestPf = guestPf;
        this.uplink = uplink;
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
            functions().contains(function) ? dumper.dump(function) : Optional.empty();
        if (dump.isEmpty()) {
            responder.refuse(function.equals(UPLINK) ? onlyFrames() : unknown(function, functions()));
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
            .withFunctions(points(request.getFunctionsList(), functions(), WatchFilter.ALL_FUNCTIONS));
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
        int points = points(request.getFunctionsList(), functions(), WatchFilter.ALL_FUNCTIONS);
        if (points == 1 << Watch.PF) {
            requireSomethingOfThePf(kinds);
        }
        return new WatchFilter(kinds == 0 ? usual.kinds() : kinds, points,
            blocks == 0 ? WatchFilter.ALL_BLOCKS : blocks, 0);
    }

    /** A trace of the PF alone in which nothing could ever appear is a mistake. */
    private void requireSomethingOfThePf(int kinds) throws RefusalException {
        if (kinds == WatchKind.MAILBOX.bit()) {
            throw new RefusalException(Errors.of(Error.Code.CODE_REFUSED,
                "mailbox messages are told of the VFs whose mailboxes they are in, in both directions",
                "name VFs, or no function for all").toBuilder().setFunction(PF).build());
        }
        int ofGuest = WatchKind.MAILBOX.bit() | WatchKind.INTERRUPT.bit() | WatchKind.DESCRIPTOR.bit();
        if (!guestPf && kinds != 0 && (kinds & ~ofGuest) == 0) {
            throw new RefusalException(Errors.of(RefusedException.headlessPf()));
        }
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
        List<String> names = request.getFunctionsList();
        if (!guestPf && names.contains(PF)) {
            throw new RefusalException(Errors.of(RefusedException.headlessPf()));
        }
        return WatchFilter.of(WatchKind.FRAME).withFunctions(points(names, withFrames(), FUNCTIONS_ONLY))
            .withSnapshot(snaplen == 0 ? WatchFilter.WHOLE_FRAME : snaplen);
    }

    /** The points with these names, or {@code all} where there is none. */
    private int points(List<String> names, List<String> known, int all) throws RefusalException {
        int points = names.isEmpty() ? all : 0;
        for (String name : names) {
            if (!known.contains(name)) {
                throw new RefusalException(name.equals(UPLINK) ? onlyFrames() : unknown(name, known));
            }
            points |= 1 << Watch.indexOf(name);
        }
        return points;
    }

    /** Those that can be watched: the views of VFs that the PF's guest has hold nothing to see. */
    private List<String> functions() {
        return IntStream.concat(IntStream.of(Watch.PF), IntStream.range(0, vfs)).mapToObj(Watch::nameOf).toList();
    }

    private List<String> withFrames() {
        return Stream.of(guestPf ? Stream.of(PF) : Stream.<String>empty(),
            functions().stream().filter(name -> !name.equals(PF)),
            uplink ? Stream.of(UPLINK) : Stream.<String>empty()).flatMap(names -> names).toList();
    }

    private static Error unknown(String function, List<String> known) {
        return Errors.of(Error.Code.CODE_NOT_FOUND, "there is no such function to watch",
            "there are " + String.join(", ", known)).toBuilder().setFunction(function).build();
    }

    /** Of the uplink, where something else than its frames is asked for. */
    private Error onlyFrames() {
        return uplink ? Errors.of(Error.Code.CODE_NOT_FOUND, "it is no function: there are only frames and counters",
            "\"vfnic capture uplink\" and \"vfnic stats uplink\" have these; the events of the port's link are pf's")
            .toBuilder().setFunction(UPLINK).build() : Errors.of(RefusedException.noUplink());
    }
}
