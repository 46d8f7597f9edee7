package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.uplink.TestWire;
import io.vfnic.device.uplink.Uplink;
import io.vfnic.device.uplink.UplinkCounters;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchReader;
import io.vfnic.device.watch.WatchRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the engine records of traffic")
final class WatchedTrafficTest {
    private static final int CAPACITY = 1 << 20;
    private static final long STRANGER = 0x0200_0000_0099L;

    private final TestEngine engine = TestEngine.running(3, 2);
    private final Watch watch = new Watch(() -> engine.now);
    private final List<byte[]> frames = new ArrayList<>();

    @BeforeEach
    void watchPools() {
        engine.guests.forEach(guest -> guest.pool.watch(watch.point(guest.vf)));
    }

    @Test
    @DisplayName("A frame between VFs of different agents: once at its sender, who learns where it went, once at its " +
        "receiver")
    void unicast() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.FRAME), CAPACITY);
        byte[] frame = Frames.unicast(0, 1, 300);

        engine.guest(0).send(frame);
        engine.settle();

        assertThat(read(reader, this::frame)).containsExactly("vf0 out to " + (1 << 1), "vf1 in " + Verdict.RECEIVED);
        assertThat(frames).allMatch(captured -> Arrays.equals(captured, frame));
    }

    @Test
    @DisplayName("A broadcast: its sender has all receivers in the verdict")
    void broadcast() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.FRAME).withFunctions(1 << 2), CAPACITY);

        engine.guest(2).send(Frames.broadcast(2, 100));
        engine.settle();

        assertThat(read(reader, this::frame)).containsExactly("vf2 out to " + (1 | 1 << 1));
    }

    @Test
    @DisplayName("Dropped frames tell why: spoofed, for nobody, no descriptor, a receiver without bus mastering")
    void drops() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.FRAME), CAPACITY);
        engine.guest(1).receive[0].set(QueueRegisters.TAIL_OFFSET, engine.guest(1).receive[0].get(
            QueueRegisters.HEAD_OFFSET));
        engine.guest(2).pool.busMaster(false);
        engine.settle();

        engine.guest(0).send(Frames.addressed(Frames.broadcast(0, 100), TestSwitch.macOf(1), STRANGER));
        engine.guest(0).send(Frames.to(STRANGER, 0, 100));
        engine.guest(0).send(Frames.unicast(0, 1, 100));
        engine.guest(0).send(Frames.unicast(0, 2, 100));
        engine.settle();

        assertThat(read(reader, this::frame)).containsExactlyInAnyOrder(
            "vf0 out " + Verdict.SPOOFED_ADDRESS, "vf0 out " + Verdict.NO_DESTINATION, "vf0 out to " + (1 << 1),
            "vf1 in " + Verdict.NO_DESCRIPTOR, "vf0 out to " + (1 << 2), "vf2 in " + Verdict.NO_BUS_MASTER);
    }

    @Test
    @DisplayName("Frames that the uplink does not send tell why: its far side is full, is not there, does not want " +
        "them")
    void uplinkDrops() {
        TestWire wire = new TestWire();
        engine.agents.getFirst().own(new Uplink(wire, new UplinkCounters(), watch.point(Watch.UPLINK)));
        engine.fabric.uplinkOwner(engine.agents.getFirst());
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.FRAME).withFunctions(1 << Watch.UPLINK), CAPACITY);

        for (UplinkPort.Sent outcome : UplinkPort.Sent.values()) {
            wire.outcome = outcome;
            engine.guest(0).send(Frames.to(STRANGER, 0, 100));
            engine.settle();
        }

        assertThat(read(reader, this::frame)).containsExactly("uplink in " + Verdict.RECEIVED,
            "uplink in " + Verdict.UPLINK_FULL, "uplink in " + Verdict.UPLINK_DOWN,
            "uplink in " + Verdict.UPLINK_REFUSED);
    }

    @Test
    @DisplayName("Spoofed frames and full rings are events, once in a second with how many there were")
    void events() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.EVENT), CAPACITY);
        engine.guest(1).receive[0].set(QueueRegisters.TAIL_OFFSET, engine.guest(1).receive[0].get(
            QueueRegisters.HEAD_OFFSET));

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3; i++) {
                engine.guest(0).send(Frames.addressed(Frames.broadcast(0, 100), TestSwitch.macOf(1), STRANGER));
                engine.guest(0).send(Frames.unicast(0, 1, 100));
            }
            engine.settle();
            engine.now += 1_000_000_000L;
        }

        assertThat(read(reader, record -> "%s %s %d %x".formatted(
            Watch.nameOf(record.function()), record.event(), record.first(), record.second())))
            .containsExactlyInAnyOrder("vf0 SPOOFED 1 2000000009901", "vf1 STALLED 1 0",
                "vf0 SPOOFED 3 2000000009901", "vf1 STALLED 3 0");
    }

    @Test
    @DisplayName("Descriptors: a frame's as it is fetched and as it is reported done, a buffer as given and as " +
        "written back")
    void descriptors() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.DESCRIPTOR), CAPACITY);
        int sent = engine.guest(0).transmit[0].tail();
        int received = engine.guest(1).receive[0].get(QueueRegisters.HEAD_OFFSET);
        long buffer = engine.guest(1).ram.getLong(GuestModel.RX_RING + received * 16);

        engine.guest(0).send(Frames.unicast(0, 1, 300));
        engine.settle();

        List<String> records = read(reader, record -> "%s %s %s %d.%d %s".formatted(
            Watch.nameOf(record.function()), record.is(WatchRecord.TRANSMIT) ? "tx" : "rx",
            record.is(WatchRecord.WRITTEN_BACK) ? "done" : "fetched", record.queue(), record.descriptor(),
            record.is(WatchRecord.WRITTEN_BACK) ? (record.high() >>> 32 & 1) + "/" + (record.high() & 1)
                : Long.toHexString(record.is(WatchRecord.TRANSMIT) ? record.high() & 0xFFFF : record.low())));
        assertThat(records).containsExactlyInAnyOrder(
            "vf0 tx fetched 0." + sent + " " + Long.toHexString(300), "vf0 tx done 0." + sent + " 1/0",
            "vf1 rx fetched 0." + received + " " + Long.toHexString(buffer), "vf1 rx done 0." + received + " 0/1");
    }

    @Test
    @DisplayName("Interrupts: the function and its vector, when they are raised")
    void interrupts() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.INTERRUPT).withFunctions(1 << 1), CAPACITY);

        engine.guest(0).send(Frames.unicast(0, 1, 300));
        engine.settle();

        assertThat(read(reader, record -> Watch.nameOf(record.function()) + " " + record.vector()))
            .containsExactly("vf1 " + GuestModel.VECTOR_RX);
    }

    private String frame(WatchRecord record) {
        frames.add(record.bytes());
        int verdict = record.verdict();
        return Watch.nameOf(record.function()) + (record.is(WatchRecord.INCOMING) ? " in " : " out ")
            + (verdict > 0 ? "to " : "") + verdict;
    }

    private static <T> List<T> read(WatchReader reader, Function<WatchRecord, T> text) {
        List<T> records = new ArrayList<>();
        reader.drain(record -> records.add(text.apply(record)), 1000);
        return records;
    }
}
