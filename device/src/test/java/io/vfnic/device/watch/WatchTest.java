package io.vfnic.device.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.frame.Packets;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Watching a card: who reads gets what it asked for, and who does not read in time is told what it lost")
final class WatchTest {
    private static final int CAPACITY = 1 << 16;
    private static final byte[] FRAME = Packets.join(Packets.MACS, Packets.hex("88b5 00112233445566778899"));

    private long now = 5;
    private final Watch watch = new Watch(() -> now);

    @Test
    @DisplayName("Nothing is wanted as long as nobody reads, nor after the reader has closed")
    void nobody() {
        assertThat(watch.point(0).wants(WatchKind.EVENT)).isFalse();

        WatchReader reader = watch.open(WatchFilter.of(WatchKind.EVENT), CAPACITY);
        assertThat(watch.point(0).wants(WatchKind.EVENT)).isTrue();
        assertThat(watch.wants(WatchKind.EVENT)).isTrue();
        assertThat(watch.point(0).wants(WatchKind.FRAME)).isFalse();
        reader.close();

        assertThat(watch.point(0).wants(WatchKind.EVENT)).isFalse();
        assertThat(watch.wants(WatchKind.EVENT)).isFalse();
    }

    @Test
    @DisplayName("A filter by function, kind and register block: the reader gets that and nothing else")
    void filters() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.REGISTER, WatchKind.INTERRUPT)
            .withFunctions(1 << 1).withBlocks(1 << 4), CAPACITY);

        watch.point(0).register(4, 0x10, 1, 0);
        watch.point(1).register(3, 0x20, 2, 0);
        watch.point(1).register(4, 0x30, 3, WatchRecord.WRITE);
        watch.point(1).event(WatchEvent.LINK_UP);
        watch.point(1).interrupt(2);

        assertThat(watch.point(0).wants(WatchKind.REGISTER)).isFalse();
        assertThat(read(reader)).containsExactly("5 vf1 REGISTER 0x30 3 1", "5 vf1 INTERRUPT 2");
    }

    @Test
    @DisplayName("Two readers do not take from each other")
    void twoReaders() {
        WatchReader all = watch.open(WatchFilter.of(WatchKind.EVENT), CAPACITY);
        WatchReader some = watch.open(WatchFilter.of(WatchKind.EVENT).withFunctions(1 << Watch.PF), CAPACITY);

        watch.point(Watch.PF).event(WatchEvent.VFS_ENABLED, 2, 0, "");
        now = 6;
        watch.point(3).event(WatchEvent.CONNECTED, 77, 0, "qemu");

        assertThat(read(all)).containsExactly("5 pf EVENT VFS_ENABLED 2 0 ", "6 vf3 EVENT CONNECTED 77 0 qemu");
        assertThat(read(some)).containsExactly("5 pf EVENT VFS_ENABLED 2 0 ");
    }

    @Test
    @DisplayName("A full buffer: what comes then is lost and counted once, what was there before stays")
    void loss() {
        WatchReader reader = watch.open(WatchFilter.of(WatchKind.REGISTER), 1024);

        for (int i = 0; i < 100; i++) {
            watch.point(0).register(0, i, i, 0);
        }

        List<String> read = read(reader);
        assertThat(read.getFirst()).isEqualTo("5 vf0 REGISTER 0x0 0 0");
        assertThat(read).hasSizeBetween(10, 99);
        assertThat(reader.takeLost()).isEqualTo(100 - read.size());
        assertThat(reader.takeLost()).isZero();
        watch.point(0).register(0, 4, 4, 0);
        assertThat(read(reader)).containsExactly("5 vf0 REGISTER 0x4 4 0");
    }

    @Test
    @DisplayName("A frame: its bytes with the tag that was held beside them, cut at the snapshot, and its whole length")
    void frames() {
        WatchReader whole = watch.open(WatchFilter.of(WatchKind.FRAME), CAPACITY);
        WatchReader cut = watch.open(WatchFilter.of(WatchKind.FRAME).withSnapshot(17), CAPACITY);
        WatchReader hardly = watch.open(WatchFilter.of(WatchKind.FRAME).withSnapshot(13), CAPACITY);
        byte[] tagged =
            Packets.join(Packets.MACS, Packets.hex("8100 a007"), Arrays.copyOfRange(FRAME, 12, FRAME.length));

        watch.point(2).frame(true, Verdict.NO_DESCRIPTOR, view(), 0xA007);
        watch.point(2).frame(false, 1 << Watch.UPLINK | 1, view(), -1);

        List<byte[]> frames = new ArrayList<>();
        List<String> told = new ArrayList<>();
        whole.drain(record -> {
            frames.add(record.bytes());
            told.add(record.wholeLength() + " " + record.is(WatchRecord.INCOMING) + " " + record.verdict());
        }, 10);
        assertThat(frames.get(0)).isEqualTo(tagged);
        assertThat(frames.get(1)).isEqualTo(FRAME);
        assertThat(told).containsExactly("28 true -4", "24 false 513");
        cut.drain(record -> frames.add(record.bytes()), 1);
        assertThat(frames.get(2)).isEqualTo(Arrays.copyOf(tagged, 17));
        hardly.drain(record -> frames.add(record.bytes()), 1);
        assertThat(frames.get(3)).hasSize(13).startsWith(Packets.MACS);
    }

    @Test
    @DisplayName("No more readers than there is room for, and one that closes makes room")
    void limit() {
        List<WatchReader> readers = new ArrayList<>();
        for (int i = 0; i < Watch.MAX_READERS; i++) {
            readers.add(watch.open(WatchFilter.of(WatchKind.EVENT), 1024));
        }

        assertThatThrownBy(() -> watch.open(WatchFilter.of(WatchKind.EVENT), 1024))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("16");
        readers.getFirst().close();
        assertThat(watch.open(WatchFilter.of(WatchKind.EVENT), 1024)).isNotNull();
    }

    @Test
    @DisplayName("Readers share a bounded memory, and one that closes gives back its part")
    void memory() {
        WatchFilter events = WatchFilter.of(WatchKind.EVENT);
        WatchReader first = watch.open(events, Watch.MAX_CAPACITY / 2);
        watch.open(events, Watch.MAX_CAPACITY / 2);

        assertThatThrownBy(() -> watch.open(events, 1024))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("2 readers");
        first.close();
        assertThat(watch.open(events, 1024)).isNotNull();
    }

    @Test
    @DisplayName("Recording allocates nothing, with room and without")
    void allocation() {
        WatchReader reader = watch.open(
            WatchFilter.of(WatchKind.REGISTER, WatchKind.DESCRIPTOR, WatchKind.INTERRUPT, WatchKind.FRAME), CAPACITY);
        FrameView view = view();
        ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        long before = 0;
        for (int i = 0; i < 2 * rounds; i++) {
            if (i == rounds) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            watch.point(0).register(1, 0x100, i, WatchRecord.WRITE);
            watch.point(0).descriptor(WatchRecord.TRANSMIT, 0, i, i, i);
            watch.point(0).interrupt(1);
            watch.point(0).frame(true, Verdict.RECEIVED, view, 5);
            if (i % 2 == 0) {
                reader.drain(record -> { }, 4);
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(reader.takeLost()).isPositive();
        assertThat(allocated).as("bytes allocated by %d rounds", rounds).isLessThan(rounds);
    }

    @Test
    @DisplayName("What guests can bring about at will is told at once and then once in a second, with how often it " +
        "happened")
    void pace() {
        WatchPace pace = new WatchPace();

        assertThat(pace.happened(10)).isEqualTo(1);
        assertThat(pace.happened(20)).isZero();
        assertThat(pace.happened(1_000_000_009)).isZero();
        assertThat(pace.happened(1_000_000_010)).isEqualTo(3);
        assertThat(pace.happened(1_000_000_020)).isZero();
    }

    private static FrameView view() {
        UnsafeBuffer header = new UnsafeBuffer(new byte[64]);
        header.putBytes(16, FRAME);
        return new FrameView().wrap(header, 16, FRAME.length, new GatherList(1));
    }

    private static List<String> read(WatchReader reader) {
        List<String> records = new ArrayList<>();
        reader.drain(record -> records.add(record.time() + " " + Watch.nameOf(record.function()) + " " + record.kind()
            + " " + switch (record.kind()) {
                case REGISTER -> "0x%x %d %d".formatted(record.offset(), record.value(), record.flags());
                case INTERRUPT -> record.vector();
                case EVENT -> record.event() + " " + record.first() + " " + record.second() + " " + record.text();
                default -> "";
            }), 1000);
        return records;
    }
}
