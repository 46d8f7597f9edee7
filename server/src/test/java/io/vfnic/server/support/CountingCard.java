package io.vfnic.server.support;

import io.vfnic.device.Card;
import io.vfnic.device.CardConfig;
import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.admin.QueueTraffic;
import io.vfnic.device.admin.UplinkSnapshot;
import io.vfnic.device.engine.AgentLoad;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import io.vfnic.device.watch.WatchEvent;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A card all of whose counters are 0 but one: who exports all that a card counts shows that one's value, whichever it
 * is. The counters are found as the card declares them, so that a new one is among them.
 */
public final class CountingCard {
    /** The value of the counter that is not 0: no other number in what is exported. */
    public static final long VALUE = 123_456_789;

    private static final String FUNCTION = "vf0";

    private CountingCard() { }

    /** A card with one VF for {@link #with} to build upon, which is running; the caller closes it. */
    public static Card start() {
        Card card = new Card(new CardConfig(1, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, false,
            PfInterrupts.MSIX, SriovDisguise.QEMU, 1), SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE,
            CardListener.NONE, error -> { }, null);
        card.start();
        return card;
    }

    /**
     * All counters: constants of enums for a function and, with "uplink" before them, for the uplink, and components.
     */
    public static Stream<String> counters() {
        List<String> all = new ArrayList<>();
        Arrays.stream(Counter.values()).forEach(counter -> all.add(FUNCTION + " " + counter));
        UplinkCounters.TRAFFIC.forEach(counter -> all.add("uplink " + counter));
        Arrays.stream(Drop.values()).forEach(reason -> all.add("uplink " + reason));
        // How often these were told depends on who watches; their packets are counted.
        Arrays.stream(WatchEvent.values()).filter(
            event -> event != WatchEvent.SPOOFED && event != WatchEvent.STALLED)
            .forEach(event -> all.add("event " + event));
        counters(FunctionActivity.class).forEach(name -> all.add("activity " + name));
        counters(QueueTraffic.class).forEach(name -> all.addAll(List.of("rx " + name, "tx " + name)));
        counters(AgentLoad.class).forEach(name -> all.add("agent " + name));
        return all.stream();
    }

    private static Stream<String> counters(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).filter(component -> component.getType() == long.class)
            .map(RecordComponent::getName);
    }

    /**
     * That one of {@link #counters()} is {@link #VALUE}; all else of the card, which has an uplink, is as another one
     * has it.
     */
    public static CardAdmin with(String counter, CardAdmin card) {
        return (CardAdmin)Proxy.newProxyInstance(CardAdmin.class.getClassLoader(), new Class<?>[] {CardAdmin.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "snapshot" -> withUplink(card.snapshot());
                case "counters" ->
                    List.of(new FunctionCounters(FUNCTION, values(counter, FUNCTION, List.of(Counter.values()))));
                case "uplink" -> Optional.of(new UplinkCounters.Snapshot(
                    values(counter, "uplink", UplinkCounters.TRAFFIC),
                    values(counter, "uplink", List.of(Drop.values()))));
                case "activity" -> List.of(record(counter, "activity", FunctionActivity.class, FUNCTION,
                    values(counter, "event", List.of(WatchEvent.values())), List.of(
                        record(counter, "rx", QueueTraffic.class, false, 0),
                        record(counter, "tx", QueueTraffic.class, true, 0))));
                case "agentLoads" -> List.of(record(counter, "agent", AgentLoad.class, "agent-0"));
                default -> method.invoke(card, arguments);
            });
    }

    private static CardSnapshot withUplink(CardSnapshot card) {
        return new CardSnapshot(card.guestPf(), card.vfs(), card.enabledVfs(), card.linkUp(), card.linkAllowed(),
            Optional.of(new UplinkSnapshot("tap:tap0", "")), card.functions(), card.agents());
    }

    private static <E extends Enum<E>> Map<E, Long> values(String counter, String prefix, Iterable<E> keys) {
        Map<E, Long> values = new EnumMap<>(keys.iterator().next().getDeclaringClass());
        keys.forEach(key -> values.put(key, value(counter, prefix + " " + key)));
        return values;
    }

    /** A record whose numbers are counters and whose other components are these, in their order. */
    private static <R extends Record> R record(String counter, String prefix, Class<R> type, Object... others)
        throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        int next = 0;
        for (int i = 0; i < components.length; i++) {
            arguments[i] = components[i].getType() == long.class
                ? value(counter, prefix + " " + components[i].getName())
                : others[next++];
        }
        Constructor<R> constructor = type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        return constructor.newInstance(arguments);
    }

    private static long value(String counter, String key) {
        return counter.equals(key) ? VALUE : 0;
    }
}
