package io.vfnic.server.control;

import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.RefusedException;
import io.vfnic.protocol.control.v1.Error;
import io.vfnic.protocol.control.v1.Fdb;
import io.vfnic.protocol.control.v1.FunctionStats;
import io.vfnic.protocol.control.v1.Request.RequestCase;
import io.vfnic.protocol.control.v1.Response;
import io.vfnic.protocol.control.v1.Stats;
import io.vfnic.protocol.control.v1.StatsRequest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.agrona.concurrent.NanoClock;

/** The requests that look into the card. */
public final class CardRequests {
    private static final String PF = "pf";
    private static final int SHORTEST_INTERVAL_MS = 100;
    private static final int LONGEST_INTERVAL_MS = 3_600_000;
    /** Statistics that may wait for a slow reader: old ones are of little use. */
    private static final int WAITING_STATS = 8;

    private final CardAdmin card;
    private final CardMessages messages;
    private final NanoClock clock;

    /**
     * @param version of the server.
     * @param clock   that statistics are dated by.
     */
    public CardRequests(CardAdmin card, String version, NanoClock clock) {
        this.card = card;
        this.messages = new CardMessages(version);
        this.clock = clock;
    }

    /** What may throw, since the card may refuse. */
    @FunctionalInterface
    private interface Action {
        Response.Builder run() throws RefusedException;
    }

    /** The handlers, by the kind of request. */
    public Map<RequestCase, RequestHandler> handlers() {
        Map<RequestCase, RequestHandler> handlers = new EnumMap<>(RequestCase.class);
        handlers.put(RequestCase.SHOW, (request, responder) -> answer(responder, () -> {
            CardSnapshot snapshot = card.snapshot();
            return Response.newBuilder().setCard(messages.card(snapshot, only(request.getShow().getFunction(),
                snapshot.functions(), function -> function.name())));
        }));
        handlers.put(RequestCase.FDB, (request, responder) -> responder.answer(Response.newBuilder().setFdb(
            Fdb.newBuilder().addAllEntries(card.forwarding().stream().map(CardMessages::entry).toList()))));
        handlers.put(RequestCase.STATS, (request, responder) -> stats(request.getStats(), responder));
        return handlers;
    }

    private void stats(StatsRequest request, Responder responder) {
        int interval = request.getIntervalMs();
        if (interval == 0) {
            answer(responder, () -> stats(request.getFunction()));
            return;
        }
        if (interval < SHORTEST_INTERVAL_MS || interval > LONGEST_INTERVAL_MS) {
            responder.refuse(Errors.of(Error.Code.CODE_INVALID_ARGUMENT, "an interval is " + SHORTEST_INTERVAL_MS +
                " to " + LONGEST_INTERVAL_MS + " ms, not " + Integer.toUnsignedString(interval), ""));
            return;
        }
        Response.Builder first;
        try {
            first = stats(request.getFunction());
        } catch (RefusedException refused) {
            responder.refuse(Errors.of(refused));
            return;
        }
        AtomicReference<Future<?>> timer = new AtomicReference<>();
        responder.stream(WAITING_STATS, () -> timer.get().cancel(false)).ifPresent(stream -> {
            timer.set(responder.eventLoop().scheduleAtFixedRate(
                () -> answerNext(stream, request.getFunction()), interval, interval, TimeUnit.MILLISECONDS));
            stream.offer(first);
        });
    }

    private void answerNext(ResponseStream stream, String function) {
        try {
            stream.offer(stats(function));
        } catch (RefusedException refused) {
            stream.fail(Errors.of(refused));
        }
    }

    private Response.Builder stats(String function) throws RefusedException {
        Stats.Builder stats = Stats.newBuilder().setMonotonicNs(clock.nanoTime());
        if (function.equals(StatsMessages.UPLINK) && card.uplink().isEmpty()) {
            throw RefusedException.noUplink();
        }
        stats.addAllFunctions(only(function, StatsMessages.functions(card), FunctionStats::getName));
        if (function.isEmpty()) {
            stats.addAllAgents(StatsMessages.agents(card));
        }
        return Response.newBuilder().setStats(stats);
    }

    private static void answer(Responder responder, Action action) {
        try {
            responder.answer(action.run());
        } catch (RefusedException refused) {
            responder.refuse(Errors.of(refused));
        }
    }

    /** Those of the functions that are asked for: the one with that name, or all where there is none. */
    private static <T> List<T> only(String wanted, List<T> all, Function<T, String> name) throws RefusedException {
        if (wanted.isEmpty()) {
            return all;
        }
        List<T> found = all.stream().filter(one -> name.apply(one).equals(wanted)).toList();
        if (found.isEmpty() && wanted.equals(PF)) {
            throw RefusedException.headlessPf();
        }
        if (found.isEmpty()) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND, wanted, "there is no such function here",
                "there are " + String.join(", ", all.stream().map(name).toList()));
        }
        return found;
    }
}
