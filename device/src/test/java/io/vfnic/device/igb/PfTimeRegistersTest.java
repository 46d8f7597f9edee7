package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.frame.Packets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The PF's registers: IEEE 1588 clock and timestamps (82576 facts, 2.10)")
final class PfTimeRegistersTest {
    private static final int SYSTIML = 0xB600;
    private static final int SYSTIMH = 0xB604;
    private static final int TIMINCA = 0xB608;
    private static final int TIMADJL = 0xB60C;
    private static final int TIMADJH = 0xB610;
    private static final int TSYNCTXCTL = 0xB614;
    private static final int TXSTMPL = 0xB618;
    private static final int TXSTMPH = 0xB61C;
    private static final int TSYNCRXCTL = 0xB620;
    private static final int RXSTMPL = 0xB624;
    private static final int RXSTMPH = 0xB628;
    private static final int RXSATRL = 0xB62C;
    private static final int RXSATRH = 0xB630;
    private static final int TSYNCRXCFG = 0x5F50;
    private static final int CTRL = 0x0000;
    private static final int CTRL_RST = 1 << 26;
    /** What Linux igb programs: 16 ns are 16 &lt;&lt; 19 units every 16 ns. */
    private static final int NOMINAL = 1 << 24 | 16 << 19;
    private static final int SHIFT = 19;
    private static final int ENABLED = 1 << 4;
    private static final int EVENT_V2 = 5 << 1;

    private final TestCard card = TestCard.withGuestPf(0x0002_0304_0506L);

    @Test
    @DisplayName("SYSTIM stands still after reset, and at igb's TIMINCA counts nanoseconds in units of 2^-19 ns")
    void counts() {
        card.nanos = 1_000_000;
        assertThat(systemTime()).isZero();

        write(TIMINCA, NOMINAL);
        card.nanos += 16_000_000_000L;

        assertThat(systemTime() >>> SHIFT).isEqualTo(16_000_000_000L);
    }

    @Test
    @DisplayName("It advances by INCVALUE every INCPERIOD times 16 ns, and not between")
    void advancesByTicks() {
        write(TIMINCA, 3 << 24 | 1000);
        card.nanos += 47;
        assertThat(systemTime()).isZero();
        card.nanos += 1;
        assertThat(systemTime()).isEqualTo(1000);
        card.nanos += 480;
        assertThat(systemTime()).isEqualTo(11_000);
    }

    @Test
    @DisplayName("It wraps at 64 bits, days of it are no trouble, and an INCVALUE or INCPERIOD of 0 stops it")
    void wrapsAndStops() {
        write(TIMINCA, NOMINAL);
        card.nanos += 1L << 50;
        assertThat(systemTime()).isEqualTo((1L << 50) << SHIFT);

        write(TIMINCA, 16 << 19);
        final long stopped = systemTime();
        card.nanos += 1_000_000;
        assertThat(systemTime()).isEqualTo(stopped);
        write(TIMINCA, 1 << 24);
        card.nanos += 1_000_000;
        assertThat(systemTime()).isEqualTo(stopped);
    }

    @Test
    @DisplayName("A change of rate neither loses nor repeats time, however often it comes")
    void changesRate() {
        write(TIMINCA, NOMINAL);
        for (int i = 0; i < 1000; i++) {
            card.nanos += 23;
            write(TIMINCA, NOMINAL);
        }
        assertThat(systemTime() >>> SHIFT).isEqualTo(23_000 / 16 * 16);

        write(TIMINCA, 1 << 24 | 17 << 19);
        card.nanos += 16_000 + 8;
        // 8 ns were left of the tick under way.
        assertThat(systemTime() >>> SHIFT).isEqualTo(22_992 + 17_000 + 17);
    }

    @Test
    @DisplayName("Reading SYSTIML latches SYSTIMH")
    void latches() {
        write(TIMINCA, NOMINAL);
        card.nanos += 8_000;
        final int low = read(SYSTIML);
        card.nanos += 1_000_000;

        assertThat(Integer.toUnsignedLong(read(SYSTIMH)) << 32 | Integer.toUnsignedLong(low))
            .isEqualTo(8_000L << SHIFT);
    }

    @Test
    @DisplayName("SYSTIM is set by SYSTIML and then SYSTIMH, and goes on from there")
    void set() {
        write(TIMINCA, NOMINAL);
        card.nanos += 1_000;
        write(SYSTIML, 0x8000_0000);
        write(SYSTIMH, 0x1234_5678);
        assertThat(systemTime()).isEqualTo(0x1234_5678_8000_0000L);

        card.nanos += 32;
        assertThat(systemTime()).isEqualTo(0x1234_5678_8000_0000L + (32L << SHIFT));
    }

    @ParameterizedTest
    @CsvSource({"5,0,5", "-1,2,12884901887", "7,-2147483648,-7", "0,-2147483647,-4294967296"})
    @DisplayName("Writing TIMADJH adds both TIMADJ registers to SYSTIM, or takes them away where its bit 31 is set")
    void adjusts(int low, int high, long delta) {
        write(SYSTIML, 0);
        write(SYSTIMH, 0x100);
        write(TIMADJL, low);
        assertThat(systemTime()).isEqualTo(0x100_0000_0000L);

        write(TIMADJH, high);

        assertThat(systemTime()).isEqualTo(0x100_0000_0000L + delta);
    }

    @Test
    @DisplayName("TXSTMP holds the first stamp until its high half is read; bit 0 of TSYNCTXCTL says so")
    void transmitStamp() {
        write(TIMINCA, NOMINAL);
        card.nanos += 160;
        assertThat(card.port.time().stampTransmitted()).as("while disabled").isFalse();
        write(TSYNCTXCTL, ENABLED);
        assertThat(read(TSYNCTXCTL)).isEqualTo(ENABLED);

        assertThat(card.port.time().stampTransmitted()).isTrue();
        card.nanos += 160;
        assertThat(card.port.time().stampTransmitted()).isFalse();

        assertThat(read(TSYNCTXCTL)).isEqualTo(ENABLED | 1);
        assertThat(read(TXSTMPL)).isEqualTo(160 << SHIFT);
        assertThat(read(TSYNCTXCTL)).isEqualTo(ENABLED | 1);
        assertThat(read(TXSTMPH)).isZero();
        assertThat(read(TSYNCTXCTL)).isEqualTo(ENABLED);
        assertThat(card.port.time().stampTransmitted()).isTrue();
        assertThat(read(TXSTMPL)).isEqualTo(320 << SHIFT);
    }

    @Test
    @DisplayName("RXSTMP holds the first stamp until its high half is read, RXSATR the message's source and sequence")
    void receiveStamp() {
        write(TIMINCA, NOMINAL);
        write(TSYNCRXCTL, ENABLED | EVENT_V2);
        card.nanos += 48;

        assertThat(receive(ptp(0x88F7, 2, 0, 0), true)).isTrue();
        card.nanos += 48;
        assertThat(receive(ptp(0x88F7, 2, 0, 0), true)).isFalse();

        assertThat(read(TSYNCRXCTL)).isEqualTo(ENABLED | EVENT_V2 | 1);
        assertThat(read(RXSATRL)).isEqualTo(0x04030201);
        assertThat(read(RXSATRH)).isEqualTo(0x3412_0605);
        assertThat(read(RXSTMPL)).isEqualTo(48 << SHIFT);
        assertThat(read(RXSTMPH)).isZero();
        assertThat(read(TSYNCRXCTL)).isEqualTo(ENABLED | EVENT_V2);
        assertThat(receive(ptp(0x88F7, 2, 0, 0), true)).isTrue();
    }

    @ParameterizedTest(name = "TYPE {0}: 0x{1}, version {2}, message {3}, control {4}: {5}")
    @CsvSource({
        "0,88F7,2,1,0,true", "0,88F7,2,0,0,false", "0,88F7,1,1,0,false", "0,0800,2,1,0,false",
        "1,0800,1,0,5,true", "1,0800,1,0,4,false", "1,0800,2,0,5,false", "1,88F7,1,0,5,false",
        "2,88F7,2,1,0,true", "2,0800,2,1,0,true", "2,0800,2,2,0,false", "2,0800,1,1,5,false",
        "5,88F7,2,0,0,true", "5,88F7,2,3,0,true", "5,0800,2,7,0,true", "5,88F7,2,8,0,false", "5,0800,2,11,0,false",
        "5,88F7,1,0,0,false", "3,88F7,2,1,0,false", "6,88F7,2,1,5,false", "7,0800,1,1,5,false"})
    @DisplayName("TSYNCRXCTL.TYPE and TSYNCRXCFG say which messages are stamped")
    void types(int type, String etherType, int version, int message, int control, boolean stamped) {
        write(TSYNCRXCTL, ENABLED | type << 1);
        write(TSYNCRXCFG, 1 << 8 | 5);

        assertThat(receive(ptp(Integer.parseInt(etherType, 16), version, message, control), true)).isEqualTo(stamped);
    }

    @Test
    @DisplayName("Without the 1588 mark of a filter only TYPE 4 stamps, which takes any frame, however short")
    void marks() {
        write(TSYNCRXCTL, ENABLED | EVENT_V2);
        assertThat(receive(ptp(0x88F7, 2, 0, 0), false)).isFalse();
        assertThat(receive(new byte[20], true)).isFalse();

        write(TSYNCRXCTL, ENABLED | 4 << 1);
        assertThat(receive(new byte[20], false)).isTrue();
        assertThat(read(RXSATRH)).isZero();

        write(TSYNCRXCTL, 4 << 1);
        read(RXSTMPH);
        assertThat(receive(new byte[20], false)).isFalse();
    }

    @Test
    @DisplayName("CTRL.RST stops the clock at 0 and forgets stamps and controls")
    void reset() {
        write(TIMINCA, NOMINAL);
        write(TSYNCTXCTL, ENABLED);
        write(TSYNCRXCTL, ENABLED | 4 << 1);
        card.nanos += 1_000;
        card.port.time().stampTransmitted();
        receive(new byte[60], false);

        write(CTRL, CTRL_RST);
        card.nanos += 1_000;

        assertThat(systemTime()).isZero();
        assertThat(read(TIMINCA)).isZero();
        assertThat(read(TSYNCTXCTL)).isZero();
        assertThat(read(TSYNCRXCTL)).isZero();
        assertThat(card.port.time().stampTransmitted()).isFalse();
        assertThat(receive(new byte[60], false)).isFalse();
    }

    private boolean receive(byte[] frame, boolean marked) {
        final FrameParser parser = new FrameParser();
        final FrameView view =
            new FrameView().wrap(new UnsafeBuffer(frame), 0, frame.length, new GatherList(1));
        parser.parse(view);
        return card.port.time().stampReceived(view, parser, marked);
    }

    /** A message over Ethernet or, with IPv4's EtherType, over UDP. */
    private static byte[] ptp(int etherType, int version, int message, int control) {
        final byte[] header = new byte[44];
        header[0] = (byte)(0x10 | message);
        header[1] = (byte)version;
        System.arraycopy(Packets.hex("010203040506"), 0, header, 22, 6);
        Packets.put(header, 30, 0x1234);
        header[32] = (byte)control;
        return etherType == 0x0800 ? Packets.overIpv4(Packets.UDP, Packets.udp(header.length), header)
            : Packets.join(Packets.ethernet(etherType), header);
    }

    private long systemTime() {
        final long low = Integer.toUnsignedLong(read(SYSTIML));
        return Integer.toUnsignedLong(read(SYSTIMH)) << 32 | low;
    }

    private int read(int offset) {
        return card.igb.pfRead(offset);
    }

    private void write(int offset, int value) {
        card.igb.pfWrite(offset, value);
    }
}
