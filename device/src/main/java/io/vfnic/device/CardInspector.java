package io.vfnic.device;

import io.vfnic.device.admin.AgentSnapshot;
import io.vfnic.device.admin.CardAdmin;
import io.vfnic.device.admin.CardSnapshot;
import io.vfnic.device.admin.FdbEntry;
import io.vfnic.device.admin.FunctionActivity;
import io.vfnic.device.admin.FunctionCounters;
import io.vfnic.device.admin.FunctionKind;
import io.vfnic.device.admin.FunctionSnapshot;
import io.vfnic.device.admin.FunctionState;
import io.vfnic.device.admin.QueueSnapshot;
import io.vfnic.device.admin.QueueTraffic;
import io.vfnic.device.admin.UplinkSnapshot;
import io.vfnic.device.admin.VfSettings;
import io.vfnic.device.engine.AgentLoad;
import io.vfnic.device.engine.Engine;
import io.vfnic.device.engine.PoolEngine;
import io.vfnic.device.igb.Igb82576;
import io.vfnic.device.pf.MacAddress;
import io.vfnic.device.ring.PoolCounters;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueCounters;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.vswitch.SwitchEntries;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchEvent;
import io.vfnic.device.watch.WatchPoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Reads a card for its operator. Threading as {@link CardAdmin} says. */
final class CardInspector {
    private static final String PF = "pf";
    private static final int QUEUES = 16;

    private final CardConfig config;
    private final Igb82576 registers;
    private final Engine engine;
    private final List<PoolEngine> pools;
    private final List<ClientHolder> functions;
    private final PfDriver driver;
    private final PortLink link;
    private final List<PoolCounters> counters;
    private final PoolCounters pfCounters;
    /** Null where the card has no uplink. */
    private final Uplink uplink;

    /**
     * @param pools      the functions' parts of the engine.
     * @param functions  in the order of the card's function ports.
     * @param counters   of the VFs, from VF 0 on.
     * @param pfCounters of the PF.
     * @param uplink     the port's wire side; null where there is none.
     */
    CardInspector(CardConfig config, Igb82576 registers, Engine engine, List<PoolEngine> pools,
        List<ClientHolder> functions, PfDriver driver, PortLink link, List<PoolCounters> counters,
        PoolCounters pfCounters, Uplink uplink) {
        this.config = config;
        this.registers = registers;
        this.engine = engine;
        this.pools = List.copyOf(pools);
        this.functions = List.copyOf(functions);
        this.driver = driver;
        this.link = link;
        this.counters = List.copyOf(counters);
        this.pfCounters = pfCounters;
        this.uplink = uplink;
    }

    /** @param byOperator what the operator has set for a VF. */
    CardSnapshot snapshot(IntFunction<VfSettings> byOperator) {
        registers.control().enter();
        try {
            SwitchEntries entries = new SwitchEntries(registers.switchRegisters());
            return new CardSnapshot(config.guestPf(), config.vfs(), registers.enabledVfs(), registers.isLinkUp(),
                link.isAllowed(),
                Optional.ofNullable(uplink).map(wire -> new UplinkSnapshot(wire.name(), wire.whyDown())),
                functions.stream().map(function -> snapshot(function, entries, byOperator)).toList(), agents());
        } finally {
            registers.control().leave();
        }
    }

    List<FunctionCounters> counters() {
        List<FunctionCounters> all = new ArrayList<>();
        if (config.guestPf()) {
            all.add(read(PF, pfCounters));
        }
        for (int vf = 0; vf < config.vfs(); vf++) {
            all.add(read(nameOf(vf), counters.get(vf)));
        }
        return all;
    }

    Optional<UplinkCounters.Snapshot> uplink() {
        return Optional.ofNullable(uplink).map(Uplink::snapshot);
    }

    List<FunctionActivity> activity() {
        return pools.stream().map(this::activity).toList();
    }

    private FunctionActivity activity(PoolEngine pool) {
        boolean isVf = pool.index() < Igb82576.POOLS;
        WatchPoint point = registers.watch().point(isVf ? pool.index() : Watch.PF);
        Map<WatchEvent, Long> events = new EnumMap<>(WatchEvent.class);
        for (WatchEvent event : WatchEvent.values()) {
            events.put(event, point.count(event));
        }
        List<QueueTraffic> queues = new ArrayList<>();
        for (int k = 0; k < pool.queuePairs(); k++) {
            queues.add(traffic(false, k, pool.receiveTraffic(k)));
        }
        for (int k = 0; k < pool.queuePairs(); k++) {
            queues.add(traffic(true, k, pool.transmitTraffic(k)));
        }
        return new FunctionActivity(
            isVf ? nameOf(pool.index()) : PF, events, point.messages(false), point.messages(true), queues);
    }

    private static QueueTraffic traffic(boolean transmit, int queue, QueueCounters counters) {
        return new QueueTraffic(transmit, queue, counters.frames(), counters.octets());
    }

    List<AgentLoad> agentLoads() {
        return engine.loads();
    }

    List<FdbEntry> forwarding() {
        registers.control().enter();
        try {
            SwitchEntries entries = new SwitchEntries(registers.switchRegisters());
            List<FdbEntry> all = new ArrayList<>();
            for (int pool = 0; pool < Igb82576.POOLS; pool++) {
                int bit = 1 << pool;
                String function = functionOf(pool);
                if (function != null) {
                    for (SwitchEntries.Address entry : entries.addresses()) {
                        if ((entry.pools() & bit) != 0) {
                            all.add(new FdbEntry(
                                function, pool, Optional.of(new MacAddress(entry.address())), 0));
                        }
                    }
                    for (int vlan : vlans(entries, bit)) {
                        all.add(new FdbEntry(function, pool, Optional.empty(), vlan));
                    }
                }
            }
            return all;
        } finally {
            registers.control().leave();
        }
    }

    static String nameOf(int vf) {
        return "vf" + vf;
    }

    /** Whose a pool is; null for nobody's. Without VFs the PF is one receiver, which pool 0 stands for. */
    private String functionOf(int pool) {
        int vfs = registers.enabledVfs();
        if (pool < vfs) {
            return pool < config.vfs() ? nameOf(pool) : null;
        }
        // Linux' igb uses the pool behind its VFs'.
        return config.guestPf() && pool == vfs ? PF : null;
    }

    private FunctionSnapshot snapshot(
        ClientHolder function, SwitchEntries entries, IntFunction<VfSettings> byOperator) {
        String name = function.name();
        OptionalInt client = function.clientProcess() == ClientHolder.NO_CLIENT
            ? OptionalInt.empty() : OptionalInt.of(function.clientProcess());
        return switch (function) {
            case VirtualFunction vf -> snapshotOf(vf.index(), client, entries, byOperator);
            case VfHostView view -> new FunctionSnapshot(name, FunctionKind.VF_HOST, OptionalInt.of(view.index()),
                state(client, List.of()), false, client, Optional.empty(), List.of(), List.of(), VfSettings.NONE,
                VfSettings.NONE, List.of());
            default -> snapshotOfPf(name, client, entries);
        };
    }

    private FunctionSnapshot snapshotOfPf(String name, OptionalInt client, SwitchEntries entries) {
        int vfPools = (1 << registers.enabledVfs()) - 1;
        List<MacAddress> macs = addresses(entries, ~vfPools);
        List<QueueSnapshot> queues = queues(queue -> !registers.isOfVf(queue), queue -> queue,
            registers::pfReceiveQueue, registers::pfTransmitQueue);
        return new FunctionSnapshot(name, FunctionKind.PF, OptionalInt.empty(), state(client, queues),
            registers.isLinkUp(), client, macs.stream().findFirst(), macs.stream().skip(1).toList(),
            vlans(entries, ~vfPools & 0xFF), VfSettings.NONE, VfSettings.NONE, queues);
    }

    private FunctionSnapshot snapshotOf(
        int vf, OptionalInt client, SwitchEntries entries, IntFunction<VfSettings> byOperator) {
        boolean enabled = vf < registers.enabledVfs();
        // A VF's own address stands behind the others: drivers put it into the last entries of the table.
        List<MacAddress> macs = enabled ? addresses(entries, 1 << vf).reversed() : List.of();
        List<QueueSnapshot> queues = queues(queue -> enabled && queue % Igb82576.POOLS == vf,
            queue -> queue / Igb82576.POOLS, registers::receiveQueue, registers::transmitQueue);
        return new FunctionSnapshot(nameOf(vf), FunctionKind.VF, OptionalInt.of(vf),
            enabled ? state(client, queues) : FunctionState.DISABLED, registers.isVfLinkUp(vf), client,
            macs.stream().findFirst().or(() -> driver.assignedMac(vf)), macs.stream().skip(1).toList(),
            enabled ? vlans(entries, 1 << vf) : List.of(), driver.inForce(vf), byOperator.apply(vf), queues);
    }

    private static FunctionState state(OptionalInt client, List<QueueSnapshot> queues) {
        if (client.isEmpty()) {
            return FunctionState.UNUSED;
        }
        return queues.stream().anyMatch(QueueSnapshot::enabled) ? FunctionState.RUNNING : FunctionState.CONNECTED;
    }

    private static List<QueueSnapshot> queues(IntPredicate own, IntUnaryOperator number,
        IntFunction<QueueRegisters> receive,
        IntFunction<QueueRegisters> transmit) {
        List<QueueSnapshot> queues = new ArrayList<>();
        IntStream.range(0, QUEUES).filter(own)
            .forEach(queue -> queues.add(read(false, number.applyAsInt(queue), queue, receive.apply(queue))));
        IntStream.range(0, QUEUES).filter(own)
            .forEach(queue -> queues.add(read(true, number.applyAsInt(queue), queue, transmit.apply(queue))));
        return queues;
    }

    private static QueueSnapshot read(boolean transmit, int index, int deviceQueue, QueueRegisters queue) {
        return new QueueSnapshot(transmit, index, deviceQueue, queue.isEnableRequested(), queue.ringAddress(),
            queue.ringEntries(), queue.get(QueueRegisters.HEAD_OFFSET) & 0xFFFF, queue.tail());
    }

    private static FunctionCounters read(String function, PoolCounters counters) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            values.put(counter, counters.get(counter));
        }
        return new FunctionCounters(function, values);
    }

    private static List<MacAddress> addresses(SwitchEntries entries, int pools) {
        return entries.addresses().stream().filter(entry -> (entry.pools() & pools) != 0)
            .map(entry -> new MacAddress(entry.address())).toList();
    }

    private static List<Integer> vlans(SwitchEntries entries, int pools) {
        return entries.vlans().stream().filter(entry -> entry.vlan() != 0 && (entry.pools() & pools) != 0)
            .map(SwitchEntries.Vlan::vlan).distinct().sorted().toList();
    }

    private List<AgentSnapshot> agents() {
        return engine.agentNames().stream().map(agent -> new AgentSnapshot(agent, pools.stream()
            .filter(pool -> pool.agentName().equals(agent))
            .map(pool -> pool.index() < Igb82576.POOLS ? nameOf(pool.index()) : PF).toList())).toList();
    }
}
