package io.vfnic.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.decode.FunctionDump;
import io.vfnic.device.decode.MessageDecoder;
import io.vfnic.device.decode.RegisterDecoder;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.ring.RingContents;
import io.vfnic.device.spi.AgentThreads;
import io.vfnic.device.spi.CardListener;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.MessageDma;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchFilter;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchReader;
import io.vfnic.device.watch.WatchRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a card tells of itself")
final class CardWatchTest {
    private static final int CAPACITY = 1 << 20;
    private static final int BAR0 = 0;
    private static final int CONFIG = 7;
    private static final int VTCTRL = 0x0000;
    private static final int RST = 1 << 26;
    private static final int V2PMAILBOX = 0x0C40;
    private static final int VMBMEM = 0x0800;
    private static final int TDBAL = 0x3800;
    private static final int TDLEN = 0x3808;
    private static final int TDT = 0x3818;
    private static final int TXDCTL = 0x3828;
    private static final int ENABLE = 1 << 25;
    private static final int DEVICE_CONTROL = 0xA8;
    private static final int INITIATE_FLR = 0x8000;
    private static final long IOVA = 0x1_0000_0000L;

    private final Card card = new Card(
        new CardConfig(2, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, false, PfInterrupts.MSIX,
            SriovDisguise.QEMU, 1),
        SystemNanoClock.INSTANCE, AgentThreads.PLAIN, RegisterTrace.NONE, CardListener.NONE, error -> { }, null);
    private final FunctionPort vf = card.functions().getFirst();

    @AfterEach
    void stop() {
        card.close();
    }

    @Test
    @DisplayName("Events in order: link, connect with process, resets of three kinds, disconnect")
    void events() {
        WatchReader reader = card.watch().open(WatchFilter.of(WatchKind.EVENT), CAPACITY);
        card.start();

        vf.attach(new Client());
        vf.reset();
        write(VTCTRL, RST);
        configure(DEVICE_CONTROL, INITIATE_FLR);
        vf.detach();

        assertThat(read(reader, record -> Watch.nameOf(record.function()) + " " + record.event() + " " +
            record.first() +
            " " + record.text())).containsExactly("pf VFS_ENABLED 2 ", "pf LINK_UP 0 ", "vf0 CONNECTED 77 qemu",
                "vf0 DEVICE_RESET 0 ", "vf0 SOFTWARE_RESET 0 ", "vf0 FUNCTION_LEVEL_RESET 0 ",
                "vf0 DISCONNECTED 77 qemu");
    }

    @Test
    @DisplayName("igbvf's reset by names: VTCTRL.RST, then VF_RESET from the VF and the PF's answer with an address")
    void trace() {
        card.start();
        vf.attach(new Client());
        WatchReader reader = card.watch().open(
            WatchFilter.of(WatchKind.REGISTER, WatchKind.MAILBOX).withFunctions(1), CAPACITY);

        write(VTCTRL, RST);
        write(V2PMAILBOX, 4);
        write(VMBMEM, 1);
        write(V2PMAILBOX, 1);
        read(V2PMAILBOX);

        List<String> lines = read(reader, CardWatchTest::line);
        assertThat(lines).containsSubsequence("W VTCTRL 0x4000000", "W V2PMAILBOX 0x4", "W VMBMEM[0] 0x1",
            "vf VF_RESET []", "pf VF_RESET [ACK]", "W V2PMAILBOX 0x1", "R V2PMAILBOX 0xb0");
    }

    @Test
    @DisplayName("By block: nothing but the mailbox' registers")
    void block() {
        card.start();
        vf.attach(new Client());
        WatchReader reader = card.watch().open(WatchFilter.of(WatchKind.REGISTER)
            .withFunctions(1).withBlocks(RegisterDecoder.blockBit("mailbox")), CAPACITY);

        write(VTCTRL, RST);
        write(V2PMAILBOX, 4);
        read(0x0008);

        assertThat(read(reader, CardWatchTest::line)).containsExactly("W V2PMAILBOX 0x4");
    }

    @Test
    @DisplayName("A dump: registers as they are, RSTI and RSTD not cleared, and the ring around its tail")
    void dump() throws Exception {
        ByteBuffer ram = BufferUtil.allocateDirectAligned(0x2000, 4096).order(ByteOrder.LITTLE_ENDIAN);
        card.start();
        vf.attach(new Client());
        vf.mapMemory(new MemoryRange(IOVA, 0x2000, new UnsafeBuffer(ram).addressOffset(), true, true));
        write(TDBAL + 4, (int)(IOVA >>> 32));
        write(TDLEN, 32 * 16);
        ram.putLong(2 * 16 + 8, 0xABCDL);
        write(TXDCTL, ENABLE);
        write(TDT, 3);

        FunctionDump dump = card.dumper().dump("vf0").orElseThrow().get(60, TimeUnit.SECONDS);

        assertThat(dump.registers()).anySatisfy(register -> {
            assertThat(register.name()).isEqualTo("STATUS");
            assertThat(register.fields()).anyMatch(field -> field.name().equals("LU") && field.value() == 1);
        });
        assertThat(dump.registers()).anySatisfy(register -> {
            assertThat(register.name()).isEqualTo("TXDCTL[0]");
            assertThat(register.value()).isEqualTo(ENABLE);
        });
        RingContents ring = dump.rings().stream().filter(each -> each.transmit() && each.queue() == 0).findFirst()
            .orElseThrow();
        assertThat(ring.address()).isEqualTo(IOVA);
        assertThat(ring.entries()).isEqualTo(32);
        assertThat(ring.tail()).isEqualTo(3);
        assertThat(ring.descriptors()).contains(new RingContents.Descriptor(2, true, 0, 0xABCD));
        assertThat(dump.rings()).hasSize(4).filteredOn(RingContents::running).hasSize(1);
        assertThat(card.dumper().dump("vf0").orElseThrow().get(60, TimeUnit.SECONDS).registers())
            .filteredOn(register -> !register.name().equals("FRTIMER"))
            .containsAll(dump.registers().stream().filter(register -> !register.name().equals("FRTIMER")).toList());
    }

    @Test
    @DisplayName("A dump of the PF that the card drives has its registers; one of a function that is not there is none")
    void dumpOfPf() throws Exception {
        card.start();

        FunctionDump dump = card.dumper().dump("pf").orElseThrow().get(60, TimeUnit.SECONDS);

        assertThat(dump.rings()).isEmpty();
        assertThat(dump.registers()).anyMatch(register -> register.name().equals("VT_CTL"));
        assertThat(card.dumper().dump("vf2")).isEmpty();
        assertThat(card.dumper().dump("uplink")).isEmpty();
    }

    private static String line(WatchRecord record) {
        if (record.kind() == WatchKind.REGISTER) {
            return (record.is(WatchRecord.WRITE) ? "W " : "R ") + new RegisterDecoder().decode(
                record.function(), record.offset(), record.value()).name() + " 0x" +
                Integer.toHexString(record.value());
        }
        if (record.is(WatchRecord.ACKNOWLEDGED)) {
            return "read";
        }
        boolean fromPf = record.is(WatchRecord.FROM_PF);
        MessageDecoder.DecodedMessage message = MessageDecoder.decode(fromPf, record.word(0), record.word(1),
            record.word(2));
        return (fromPf ? "pf " : "vf ") + message.name() + " " + message.flags();
    }

    private static <T> List<T> read(WatchReader reader, Function<WatchRecord, T> text) {
        List<T> records = new ArrayList<>();
        reader.drain(record -> records.add(text.apply(record)), 1000);
        return records;
    }

    private void write(int offset, int value) {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[4]);
        bytes.putInt(0, value, ByteOrder.LITTLE_ENDIAN);
        vf.write(BAR0, offset, 4, bytes, 0);
    }

    private void read(int offset) {
        vf.read(BAR0, offset, 4, new UnsafeBuffer(new byte[4]), 0);
    }

    private void configure(int offset, int value) {
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[2]);
        bytes.putShort(0, (short)value, ByteOrder.LITTLE_ENDIAN);
        vf.write(CONFIG, offset, 2, bytes, 0);
    }

    /** A client that has nothing but a process. */
    private static final class Client implements ClientLink, MessageDma {
        @Override
        public int process() {
            return 77;
        }

        @Override
        public String processName() {
            return "qemu";
        }

        @Override
        public void fail(String reason) {
            throw new AssertionError(reason);
        }

        @Override
        public void checkMemory() { }

        @Override
        public MessageDma messageDma() {
            return this;
        }

        @Override
        public boolean read(long iova, MutableDirectBuffer destination, int index, int length) {
            return false;
        }

        @Override
        public boolean write(long iova, DirectBuffer source, int index, int length) {
            return false;
        }

        @Override
        public void cancel() { }

        @Override
        public void resume() { }
    }
}
