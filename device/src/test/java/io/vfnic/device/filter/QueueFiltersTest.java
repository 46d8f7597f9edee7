package io.vfnic.device.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.FrameParser;
import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.frame.Packets;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames here are from 10.0.0.1 port 1000 to 10.0.0.2 port 2000. */
@DisplayName("Queue filters (82576 facts, 2.8; order as Intel describes for the sibling I210, 7.1.2)")
final class QueueFiltersTest {
    private static final int ETQF_ENABLE = 1 << 26;
    private static final int ETQF_IMMEDIATE = 1 << 29;
    private static final int ETQF_1588 = 1 << 30;
    private static final int ETQF_QUEUE_ENABLE = 1 << 31;
    private static final int FTQF_QUEUE_ENABLE = 1 << 8;
    private static final int FTQF_VF_BYPASS = 1 << 15;
    private static final int FTQF_1588 = 1 << 27;
    private static final int BYPASS_PROTOCOL = 1 << 28;
    private static final int BYPASS_SOURCE = 1 << 29;
    private static final int BYPASS_DESTINATION = 1 << 30;
    private static final int BYPASS_SOURCE_PORT = 1 << 31;
    private static final int BYPASS_ALL = 0xF000_0000;
    private static final int IMIR_IMMEDIATE = 1 << 16;
    private static final int IMIR_PORT_BYPASS = 1 << 17;
    private static final int SIZE_BYPASS = 1 << 12;
    private static final int FLAGS_BYPASS = 1 << 19;
    /** First byte lowest, as drivers write what they have in network order. */
    private static final int SOURCE = 0x0100_000A;
    private static final int DESTINATION = 0x0200_000A;
    private static final int SOURCE_PORT = 0xE803;
    private static final int DESTINATION_PORT = 0xD007;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int UNTAGGED = -1;

    private final int[] etqf = new int[8];
    private final int[] ftqf = new int[8];
    private final int[] daqf = new int[8];
    private final int[] saqf = new int[8];
    private final int[] spqf = new int[8];
    private final int[] imir = new int[8];
    private final int[] imirext = new int[8];
    private int imirvp;
    private int synqf;
    private int rfctl;

    private FilterMatch match(byte[] frame, int pool, int vlanControl) {
        final FrameView view = new FrameView().wrap(new UnsafeBuffer(frame), 0, frame.length, new GatherList(1));
        final FrameParser parser = new FrameParser();
        parser.parse(view);
        final FilterMatch match = new FilterMatch();
        new QueueFilters(
            new QueueFilterRegisters(etqf, ftqf, daqf, saqf, spqf, imir, imirext, imirvp, synqf, rfctl))
            .match(view, parser, pool, vlanControl, match);
        return match;
    }

    private FilterMatch match(byte[] frame) {
        return match(frame, 0, UNTAGGED);
    }

    private static byte[] tcp(int flags) {
        return Packets.overIpv4(Packets.TCP, Packets.tcp(flags, new byte[0]), new byte[100]);
    }

    private static byte[] udp() {
        return Packets.overIpv4(Packets.UDP, Packets.udp(100), new byte[100]);
    }

    /** A filter as DPDK's igb programs one: what is in the mask is not compared. */
    private void fiveTuple(int number, int bypass, int queue, int priority) {
        ftqf[number] = Packets.TCP | FTQF_QUEUE_ENABLE | FTQF_VF_BYPASS | queue << 16 | bypass & BYPASS_ALL;
        daqf[number] = DESTINATION;
        saqf[number] = SOURCE;
        spqf[number] = SOURCE_PORT;
        imir[number] = DESTINATION_PORT | priority << 29;
        imirext[number] = SIZE_BYPASS | FLAGS_BYPASS;
    }

    @Test
    @DisplayName("With reset values nothing matches")
    void none() {
        final FilterMatch match = match(tcp(SYN));

        assertThat(match.queue()).isEqualTo(FilterMatch.NONE);
        assertThat(match.etherType()).isEqualTo(FilterMatch.NONE);
        assertThat(match.isTimeSync()).isFalse();
        assertThat(match.isImmediate()).isFalse();
    }

    @Test
    @DisplayName("An EtherType filter chooses a queue, marks for time stamping or immediate interrupt, or just tells")
    void etherType() {
        etqf[3] = 0x88F7 | ETQF_ENABLE | ETQF_1588;
        etqf[5] = 0x88CC | ETQF_ENABLE | ETQF_QUEUE_ENABLE | ETQF_IMMEDIATE | 6 << 16;
        etqf[6] = 0x88B5 | ETQF_QUEUE_ENABLE | 1 << 16;

        final FilterMatch ptp = match(Packets.join(Packets.ethernet(0x88F7), new byte[46]));
        assertThat(ptp.etherType()).isEqualTo(3);
        assertThat(ptp.queue()).isEqualTo(FilterMatch.NONE);
        assertThat(ptp.isTimeSync()).isTrue();
        assertThat(ptp.isImmediate()).isFalse();

        final FilterMatch lldp = match(Packets.join(Packets.ethernet(0x88CC), new byte[46]));
        assertThat(lldp.etherType()).isEqualTo(5);
        assertThat(lldp.queue()).isEqualTo(6);
        assertThat(lldp.isTimeSync()).isFalse();
        assertThat(lldp.isImmediate()).isTrue();

        final FilterMatch disabled = match(Packets.join(Packets.ethernet(0x88B5), new byte[46]));
        assertThat(disabled.etherType()).isEqualTo(FilterMatch.NONE);
        assertThat(disabled.queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("The EtherType is the one behind VLAN tags; of several filters for it the last decides")
    void etherTypeBehindTags() {
        etqf[1] = 0x88CC | ETQF_ENABLE | ETQF_QUEUE_ENABLE | 1 << 16;
        etqf[2] = 0x88CC | ETQF_ENABLE | ETQF_QUEUE_ENABLE | 2 << 16;

        final FilterMatch match = match(Packets.join(Packets.ethernet(0x88CC, 0x8100_0007), new byte[46]));

        assertThat(match.etherType()).isEqualTo(2);
        assertThat(match.queue()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, BYPASS_PROTOCOL, BYPASS_SOURCE, BYPASS_DESTINATION, BYPASS_SOURCE_PORT,
        BYPASS_PROTOCOL | BYPASS_SOURCE, BYPASS_ALL})
    @DisplayName("A 5-tuple filter matches when all that it does not bypass is equal")
    void fiveTuple(int bypass) {
        fiveTuple(4, bypass, 9, 0);

        assertThat(match(tcp(ACK)).queue()).isEqualTo(9);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"protocol", "source", "destination", "source port", "destination port"})
    @DisplayName("A 5-tuple filter does not match when one of them differs, and does when that one is bypassed")
    void differs(String field) {
        fiveTuple(0, 0, 3, 0);
        final int bypass;
        switch (field) {
            case "protocol" -> {
                ftqf[0]++;
                bypass = BYPASS_PROTOCOL;
            }
            case "source" -> {
                saqf[0]++;
                bypass = BYPASS_SOURCE;
            }
            case "destination" -> {
                daqf[0]++;
                bypass = BYPASS_DESTINATION;
            }
            case "source port" -> {
                spqf[0]++;
                bypass = BYPASS_SOURCE_PORT;
            }
            default -> {
                imir[0]++;
                bypass = 0;
            }
        }
        assertThat(match(tcp(ACK)).queue()).isEqualTo(FilterMatch.NONE);

        ftqf[0] |= bypass;
        imir[0] |= bypass == 0 ? IMIR_PORT_BYPASS : 0;
        assertThat(match(tcp(ACK)).queue()).isEqualTo(3);
    }

    @Test
    @DisplayName("Without addresses a filter is for IPv6, too; with them it is for IPv4 alone")
    void ipv6() {
        fiveTuple(0, BYPASS_SOURCE | BYPASS_DESTINATION, 3, 0);
        final byte[] frame = Packets.overIpv6(Packets.TCP, Packets.tcp(ACK, new byte[0]), new byte[10]);
        assertThat(match(frame).queue()).isEqualTo(3);

        ftqf[0] &= ~BYPASS_SOURCE;
        assertThat(match(frame).queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("A fragment has no ports to compare, but matches by addresses and protocol; what is not IP matches " +
        "nothing")
    void fragments() {
        final byte[] fragment =
            Packets.join(Packets.ethernet(0x0800), Packets.ipv4(Packets.TCP, 40, 0x2000, new byte[0]), new byte[40]);
        fiveTuple(0, BYPASS_SOURCE_PORT, 3, 0);
        assertThat(match(fragment).queue()).isEqualTo(FilterMatch.NONE);

        imir[0] |= IMIR_PORT_BYPASS;
        assertThat(match(fragment).queue()).isEqualTo(3);

        ftqf[0] |= BYPASS_ALL;
        assertThat(match(Packets.join(Packets.ethernet(0x88B5), new byte[46])).queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("Of several 5-tuple filters the highest priority decides, of equal ones the lowest number")
    void priority() {
        fiveTuple(1, BYPASS_ALL, 1, 2);
        fiveTuple(5, BYPASS_ALL, 5, 7);
        fiveTuple(6, BYPASS_ALL, 6, 7);

        assertThat(match(tcp(ACK)).queue()).isEqualTo(5);
    }

    @ParameterizedTest(name = "threshold {0}")
    @CsvSource({"154,NONE", "155,4", "4095,4", "0,NONE"})
    @DisplayName("IMIREXT's size threshold takes only packets that are shorter")
    void size(int threshold, String queue) {
        fiveTuple(0, BYPASS_ALL, 4, 0);
        imirext[0] = FLAGS_BYPASS | threshold;

        assertThat(tcp(ACK)).hasSize(154);
        assertThat(match(tcp(ACK)).queue()).isEqualTo("NONE".equals(queue) ? FilterMatch.NONE : 4);
    }

    @ParameterizedTest(name = "bit {0} is TCP flag 0x{1}")
    @CsvSource({"13,20", "14,10", "15,08", "16,04", "17,02", "18,01"})
    @DisplayName("IMIREXT's control bits take only TCP packets with these flags: URG, ACK, PSH, RST, SYN, FIN")
    void flags(int bit, String flag) {
        fiveTuple(0, BYPASS_ALL, 4, 0);
        imirext[0] = SIZE_BYPASS | 1 << bit;
        final int value = Integer.parseInt(flag, 16);

        assertThat(match(tcp(value)).queue()).isEqualTo(4);
        assertThat(match(tcp(0x3F & ~value)).queue()).isEqualTo(FilterMatch.NONE);
        assertThat(match(udp()).queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("FTQF's VF field, where it is not bypassed, makes the filter one for this pool alone")
    void pool() {
        fiveTuple(0, BYPASS_ALL, 11, 0);
        ftqf[0] = ftqf[0] & ~FTQF_VF_BYPASS | 3 << 12;

        assertThat(match(tcp(ACK), 3, UNTAGGED).queue()).isEqualTo(11);
        assertThat(match(tcp(ACK), 2, UNTAGGED).queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("Linux igb's filter for event messages over UDP marks them and leaves the queue to RSS")
    void timeSync() {
        ftqf[3] = Packets.UDP | FTQF_VF_BYPASS | FTQF_1588 | BYPASS_SOURCE | BYPASS_DESTINATION;
        spqf[3] = SOURCE_PORT;
        imir[3] = DESTINATION_PORT;
        imirext[3] = SIZE_BYPASS | FLAGS_BYPASS;

        final FilterMatch match = match(udp());
        assertThat(match.isTimeSync()).isTrue();
        assertThat(match.queue()).isEqualTo(FilterMatch.NONE);
        assertThat(match(tcp(ACK)).isTimeSync()).isFalse();
    }

    @Test
    @DisplayName("The SYN filter takes TCP packets with SYN, behind 5-tuple filters, or with RFCTL.SYNQFP before them")
    void syn() {
        synqf = 1 | 13 << 1;
        assertThat(match(tcp(SYN)).queue()).isEqualTo(13);
        assertThat(match(tcp(SYN | ACK)).queue()).isEqualTo(13);
        assertThat(match(tcp(ACK)).queue()).isEqualTo(FilterMatch.NONE);
        assertThat(match(udp()).queue()).isEqualTo(FilterMatch.NONE);

        fiveTuple(0, 0, 2, 0);
        assertThat(match(tcp(SYN)).queue()).isEqualTo(2);

        rfctl = 1 << 19;
        assertThat(match(tcp(SYN)).queue()).isEqualTo(13);
        assertThat(match(tcp(ACK)).queue()).isEqualTo(2);
    }

    @Test
    @DisplayName("An EtherType filter goes before all others")
    void etherTypeFirst() {
        etqf[0] = 0x0800 | ETQF_ENABLE | ETQF_QUEUE_ENABLE | 7 << 16;
        fiveTuple(0, BYPASS_ALL, 2, 7);
        synqf = 1 | 13 << 1;
        rfctl = 1 << 19;

        assertThat(match(tcp(SYN)).queue()).isEqualTo(7);
    }

    @Test
    @DisplayName("A filter without a queue does not stand in the way of one that has")
    void queueless() {
        fiveTuple(0, BYPASS_ALL, 2, 0);
        fiveTuple(1, BYPASS_ALL, 5, 7);
        ftqf[1] = ftqf[1] & ~FTQF_QUEUE_ENABLE;
        imir[1] |= IMIR_IMMEDIATE;

        final FilterMatch match = match(tcp(ACK));

        assertThat(match.queue()).isEqualTo(2);
        assertThat(match.isImmediate()).isTrue();
    }

    @ParameterizedTest(name = "priority {0}")
    @CsvSource({"0,false", "4,false", "5,true", "7,true"})
    @DisplayName("IMIRVP makes tagged frames of a VLAN priority or above interrupt at once")
    void vlanPriority(int priority, boolean immediate) {
        imirvp = 1 << 3 | 5;
        assertThat(match(udp(), 0, priority << 13 | 7).isImmediate()).isEqualTo(immediate);
        assertThat(match(udp(), 0, UNTAGGED).isImmediate()).isFalse();

        imirvp = 5;
        assertThat(match(udp(), 0, priority << 13 | 7).isImmediate()).isFalse();
    }

    @Test
    @DisplayName("Registers as DPDK's igb PMD writes them for flow rules: UDP to queue 2, ARP to 3, SYN to 1")
    void dpdkFlowRules() {
        ftqf[0] = 0x0002_8111;
        saqf[0] = SOURCE;
        daqf[0] = DESTINATION;
        spqf[0] = SOURCE_PORT;
        imir[0] = DESTINATION_PORT;
        imirext[0] = 0x0008_1000;
        etqf[0] = 0x8403_0806;
        synqf = 3;

        assertThat(match(udp()).queue()).isEqualTo(2);
        assertThat(match(Packets.join(Packets.ethernet(0x0806), new byte[46])).queue()).isEqualTo(3);
        assertThat(match(tcp(SYN)).queue()).isEqualTo(1);
        assertThat(match(tcp(ACK)).queue()).isEqualTo(FilterMatch.NONE);
    }

    @Test
    @DisplayName("Whatever filters and frames hold, a queue is one of sixteen")
    void survivesRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            for (int[] register : new int[][] {etqf, ftqf, daqf, saqf, spqf, imir, imirext}) {
                register[random.nextInt(8)] = random.nextInt();
            }
            synqf = random.nextInt();
            rfctl = random.nextInt();
            final byte[] frame = random.nextBoolean() ? tcp(random.nextInt(64)) : udp();
            for (int n = 0; n < 3; n++) {
                frame[12 + random.nextInt(40)] = (byte)random.nextInt();
            }

            assertThat(match(frame, random.nextInt(8), random.nextInt(-1, 0x10000)).queue()).as("seed %d", seed)
                .isBetween(FilterMatch.NONE, 15);
        }
    }
}
