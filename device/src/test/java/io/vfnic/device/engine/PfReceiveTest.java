package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.engine.PfModel.WrittenBack;
import io.vfnic.device.filter.QueueFilterRegisters;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.RssHash;
import io.vfnic.device.ring.PoolCounters.Counter;
import io.vfnic.device.ring.QueueRegisters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The PF alone on its port, whose PHY loops what it sends back to it: sixteen queues, no pools. */
@DisplayName("The PF's sixteen queues without VMDq (82576 facts, 2.7, 2.8, 4 and 5)")
class PfReceiveTest {
    private static final int RCTL_EN = 1 << 1;
    private static final int RCTL_UPE = 1 << 3;
    private static final int RCTL_LPE = 1 << 5;
    private static final int RCTL_VFE = 1 << 18;
    private static final int CTRL_VME = 1 << 30;
    private static final int RSS = 2;
    private static final int PCSD = 1 << 13;
    private static final int IPPCSE = 1 << 12;
    private static final int ETQF_ENABLE = 1 << 26;
    private static final int ETQF_QUEUE_ENABLE = 1 << 31;
    private static final int KEEP_COUNTER = 1 << 31;
    private static final int DYNINT = 1 << 11;
    private static final int IDENTIFIED = 1 << 9;
    private static final int UDP_CHECKSUM_HELD = 1 << 10;
    private static final int ONE_BUFFER = GuestModel.ONE_BUFFER;

    private final TestEngine engine = TestEngine.running(0);
    private final TestSwitch registers = engine.registers;
    private final PfModel pf = new PfModel(engine);
    private final QueueFilterRegisters filters = QueueFilterRegisters.none();

    @BeforeEach
    void loopWire() {
        engine.with(r -> {
            r.vfs = 0;
            r.mrqc = 0;
            r.wireLoopback = true;
            r.rctl = RCTL_EN | RCTL_UPE | RCTL_LPE;
            r.filters = filters;
        });
        pf.startTransmit(0);
    }

    private void startAll(int descriptorType) {
        for (int queue = 0; queue < PfModel.QUEUES; queue++) {
            pf.startReceive(queue, descriptorType);
        }
    }

    private static byte[] tcp(int flags) {
        return Frames.addressed(Packets.overIpv4(Packets.TCP, Packets.tcp(flags, new byte[0]), Frames.data(100)),
            TestSwitch.macOf(0), TestSwitch.macOf(1));
    }

    private static byte[] udp(int length) {
        return Frames.addressed(Packets.overIpv4(Packets.UDP, Packets.udp(length), Frames.data(length)),
            TestSwitch.macOf(0), TestSwitch.macOf(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 15})
    @DisplayName("A 5-tuple filter sends its frames to any of the sixteen queues, past RSS")
    void fiveTuple(int queue) {
        startAll(ONE_BUFFER);
        registers.mrqc = RSS | RssHash.ENABLE_TCP_IPV4;
        Arrays.fill(registers.reta, 0x05050505);
        filters.ftqf()[2] = Packets.TCP | 1 << 8 | 1 << 15 | queue << 16 | 0xE << 28;
        filters.imir()[2] = 1 << 17;
        filters.imirext()[2] = 1 << 12 | 1 << 19;
        engine.publish();

        pf.send(0, tcp(0x10));

        final WrittenBack frame = pf.takeOne(queue);
        assertThat(frame.packet()).isEqualTo(tcp(0x10));
        assertThat(frame.dword0() & 0xF).as("RSS type all the same").isEqualTo(RssHash.TYPE_TCP_IPV4);

        pf.send(0, udp(100));
        assertThat(pf.takeOne(0).packet()).isEqualTo(udp(100));
    }

    @Test
    @DisplayName("A queue that a VF has been given gets nothing by the PF's registers, which enable it still")
    void queueOfAVf() {
        pf.startReceive(0, ONE_BUFFER).startTransmit(1);
        pf.pool.own(0xFFFF & ~0x0101);
        engine.settle();
        assertThat(pf.receive[0].isEnableRequested()).isTrue();

        pf.send(1, udp(100));

        assertThat(pf.take(0)).isEmpty();
        pf.pool.own(0xFFFF);
        engine.settle();
        pf.send(1, udp(101));
        assertThat(pf.takeOne(0).packet()).isEqualTo(udp(101));
    }

    @Test
    @DisplayName("An EtherType filter's number stands in the packet type, whether or not it chooses the queue")
    void etherType() {
        startAll(ONE_BUFFER);
        filters.etqf()[3] = 0x88F7 | ETQF_ENABLE;
        filters.etqf()[6] = 0x88CC | ETQF_ENABLE | ETQF_QUEUE_ENABLE | 4 << 16;
        engine.publish();
        final byte[] ptp = Frames.unicast(1, 0, 60);
        Packets.put(ptp, 12, 0x88F7);
        final byte[] lldp = Frames.unicast(1, 0, 60);
        Packets.put(lldp, 12, 0x88CC);

        pf.send(0, ptp);
        pf.send(0, lldp);

        assertThat(pf.takeOne(0).dword0()).isEqualTo(1 << 15 | 3 << 4);
        assertThat(pf.takeOne(4).dword0()).isEqualTo(1 << 15 | 6 << 4);
    }

    @Test
    @DisplayName("The SYN filter takes connection requests to a queue of their own")
    void syn() {
        startAll(ONE_BUFFER);
        registers.filters = new QueueFilterRegisters(filters.etqf(), filters.ftqf(), filters.daqf(), filters.saqf(),
            filters.spqf(), filters.imir(), filters.imirext(), 0, 1 | 12 << 1, 0);
        engine.publish();

        pf.send(0, tcp(0x02));
        pf.send(0, tcp(0x10));

        assertThat(pf.takeOne(12).packet()).isEqualTo(tcp(0x02));
        assertThat(pf.takeOne(0).packet()).isEqualTo(tcp(0x10));
    }

    @Test
    @DisplayName("RSS spreads over all sixteen queues; the hash stands in the write-back while RXCSUM.PCSD is set")
    void rss() {
        startAll(ONE_BUFFER);
        registers.mrqc = RSS | RssHash.ENABLE_UDP_IPV4;
        Arrays.fill(registers.rssrk, 0x5BD1E995);
        for (int entry = 0; entry < 128; entry++) {
            registers.reta[entry / 4] |= entry % 16 << entry % 4 * 8;
        }
        engine.publish();

        IntStream.range(0, 200).forEach(port -> {
            final byte[] frame = udp(20);
            Packets.put(frame, 34, port);
            pf.send(0, frame);
        });

        for (int queue = 0; queue < PfModel.QUEUES; queue++) {
            for (WrittenBack frame : pf.take(queue)) {
                assertThat(frame.dword0() & 0xF).isEqualTo(RssHash.TYPE_UDP_IPV4);
                assertThat(frame.dword1() & 0xF).as("the hash's low bits are the queue").isEqualTo(queue);
            }
            assertThat(pf.receive[queue].get(QueueRegisters.HEAD_OFFSET)).isPositive();
        }
    }

    @Test
    @DisplayName("With RXCSUM.PCSD clear RSS still chooses the queue, but neither type nor hash are told")
    void hashNotReported() {
        startAll(ONE_BUFFER);
        registers.mrqc = RSS | RssHash.ENABLE_UDP_IPV4;
        registers.rxcsum &= ~PCSD;
        Arrays.fill(registers.reta, 0x09090909);
        engine.publish();

        pf.send(0, udp(20));

        final WrittenBack frame = pf.takeOne(9);
        assertThat(frame.dword0() & 0xF).isZero();
        assertThat(frame.dword1()).isZero();
    }

    @ParameterizedTest(name = "flags and offset 0x{0}: UDPV {1}")
    @CsvSource({"2000,true", "2010,false", "0010,false"})
    @DisplayName("With IPPCSE and without PCSD a UDP fragment's identification and checksum are told")
    void fragmentChecksum(String fragment, boolean udpChecksum) {
        startAll(ONE_BUFFER);
        registers.rxcsum = IPPCSE;
        engine.publish();
        final byte[] payload = Packets.join(Packets.word(1000), Packets.word(2000), Packets.word(108),
            Packets.word(0xABCD), Frames.data(101));
        final byte[] frame = Frames.addressed(Packets.join(Packets.ethernet(0x0800),
            Packets.ipv4(Packets.UDP, payload.length, Integer.parseInt(fragment, 16), new byte[0]), payload),
            TestSwitch.macOf(0), TestSwitch.macOf(1));

        pf.send(0, frame);

        final WrittenBack written = pf.takeOne(0);
        assertThat(written.dword1() & 0xFFFF).isEqualTo(0x1234);
        assertThat(written.dword1() >>> 16).isEqualTo(~onesComplementSum(payload) & 0xFFFF);
        assertThat(written.has(IDENTIFIED)).isTrue();
        assertThat(written.has(UDP_CHECKSUM_HELD)).isEqualTo(udpChecksum);

        pf.send(0, udp(60));
        assertThat(pf.takeOne(0).dword1()).as("not a fragment").isZero();
    }

    private static int onesComplementSum(byte[] data) {
        int sum = 0;
        for (int i = 0; i < data.length; i++) {
            sum += (data[i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
        }
        return (sum & 0xFFFF) + (sum >>> 16) > 0xFFFF ? (sum & 0xFFFF) + (sum >>> 16) - 0xFFFF
            : (sum & 0xFFFF) + (sum >>> 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName("Legacy descriptors work on every queue: address kept, length, status, errors and tag; DD for RS")
    void legacyReceive(int queue) {
        pf.startReceive(queue, 0);
        pf.startTransmit(queue);
        registers.mrqc = queue << 3;
        registers.rctl |= RCTL_VFE;
        registers.ctrl = CTRL_VME;
        registers.vfta[0] = 1 << 5;
        engine.publish();
        final long address = pf.descriptor(queue, 0)[0];
        final byte[] frame = udp(60);

        pf.sendLegacy(queue, frame, GuestModel.VLE, 0x6005 << 16);

        assertThat(pf.lastStatus(queue) & 1).isEqualTo(1);
        final long[] written = pf.descriptor(queue, 0);
        assertThat(written[0]).isEqualTo(address);
        assertThat((int)written[1] & 0xFFFF).isEqualTo(frame.length);
        assertThat((int)(written[1] >>> 32) & 0xFF).as("DD, EOP, VP, checksums").isEqualTo(0x7B);
        assertThat((int)(written[1] >>> 40) & 0xFF).as("errors").isZero();
        assertThat(written[1] >>> 48).isEqualTo(0x6005);
        assertThat(pf.buffer(queue, 0, frame.length)).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 10, 15})
    @DisplayName("A legacy descriptor's IC puts the sum from CSS on at CSO; without RS nothing is written back")
    void legacyTransmit(int queue) {
        pf.startReceive(0, ONE_BUFFER);
        pf.startTransmit(queue);
        final byte[] frame = udp(60);
        final byte[] good = frame.clone();
        // The driver's seed: the sum over the pseudo-header, which has to be in the field before.
        Packets.put(frame, 40, pseudoHeader(frame));

        pf.send(queue, frame, GuestModel.EOP | GuestModel.IFCS | GuestModel.IC | 40 << 16, 34 << 8);

        assertThat(pf.takeOne(0).packet()).isEqualTo(good);
        assertThat(pf.lastStatus(queue) & 1).isZero();
    }

    private static int pseudoHeader(byte[] frame) {
        final byte[] pseudo = Packets.join(Arrays.copyOfRange(frame, 26, 34), Packets.word(Packets.UDP),
            Arrays.copyOfRange(frame, 38, 40));
        return onesComplementSum(pseudo);
    }

    @Test
    @DisplayName("Replication (DESCTYPE 3): the header buffer's fill of the frame, and all of it in packet buffers")
    void replication() {
        registers.psrtype[0] = 1 << 5;
        engine.publish();
        pf.startReceive(0, 3 << 25);
        final byte[] frame = udp(300);

        pf.send(0, frame);

        final WrittenBack written = pf.takeOne(0);
        assertThat(written.dword0() >>> 21).as("SPH and HDR_LEN").isEqualTo(1 << 10 | 42);
        assertThat(written.header()).isEqualTo(Arrays.copyOf(frame, 128));
        assertThat(written.packet()).isEqualTo(frame);
    }

    @Test
    @DisplayName("RFCTL.IPFRSP_DIS keeps fragments whole, RFCTL.IPV6_XSUM_DIS leaves IPv6's checksums to the driver")
    void filterControl() {
        registers.psrtype[0] = 1 << 8;
        registers.filters = new QueueFilterRegisters(filters.etqf(), filters.ftqf(), filters.daqf(), filters.saqf(),
            filters.spqf(), filters.imir(), filters.imirext(), 0, 0, 1 << 14 | 1 << 11);
        engine.publish();
        pf.startReceive(0, GuestModel.HEADER_SPLIT);
        final byte[] fragment = Frames.addressed(Packets.join(Packets.ethernet(0x0800),
            Packets.ipv4(Packets.UDP, 100, 0x2000, new byte[0]), Frames.data(100)), TestSwitch.macOf(0), 2);
        final byte[] ipv6 = Frames.addressed(
            Packets.overIpv6(Packets.UDP, Packets.udp(10), Frames.data(10)), TestSwitch.macOf(0), 2);

        pf.send(0, fragment);
        pf.send(0, udp(100));
        pf.send(0, ipv6);

        assertThat(pf.take(0)).extracting(written -> written.dword0() >>> 31).containsExactly(0, 1, 0);
        assertThat((int)pf.descriptor(0, 2)[1] & 0x70).as("IPv6: neither checked nor wrong").isZero();
    }

    @Test
    @DisplayName("A filter's immediate interrupt goes out although EITR holds others back, if EITR.LLI_EN is set")
    void lowLatency() {
        startAll(ONE_BUFFER);
        final int[] raised = new int[1];
        pf.vectors.signal(1, () -> raised[0]++);
        engine.interrupts.receiveVector(0, 1);
        engine.interrupts.autoClear(-1, 2);
        engine.interrupts.unmask(2);
        engine.interrupts.moderation(1, KEEP_COUNTER | 1000 << 2);
        filters.etqf()[0] = 0x88CC | ETQF_ENABLE | 1 << 29;
        engine.publish();
        final byte[] urgent = Frames.unicast(1, 0, 60);
        Packets.put(urgent, 12, 0x88CC);

        pf.send(0, urgent);
        assertThat(raised[0]).as("the first one is not held back").isEqualTo(1);
        pf.send(0, urgent);
        assertThat(raised[0]).as("without LLI_EN").isEqualTo(1);
        engine.interrupts.moderation(1, KEEP_COUNTER | 1000 << 2 | 1 << 15);
        pf.send(0, Frames.unicast(1, 0, 60));
        assertThat(raised[0]).as("not urgent").isEqualTo(1);
        pf.send(0, urgent);
        assertThat(raised[0]).isEqualTo(2);
        assertThat(pf.take(0)).extracting(frame -> frame.has(DYNINT)).containsExactly(true, true, false, true);
    }

    @Test
    @DisplayName("A jumbo frame takes as many descriptors as it needs; without RCTL.LPE it is dropped")
    void jumbo() {
        startAll(ONE_BUFFER);
        final byte[] frame = Frames.to(TestSwitch.macOf(0), 1, 5000);

        pf.send(0, frame);
        final List<WrittenBack> written = pf.take(0);
        assertThat(written).extracting(WrittenBack::length).containsExactly(2048, 2048, 904);
        assertThat(written).extracting(part -> part.dword2() & 3).as("DD and EOP").containsExactly(1, 1, 3);
        assertThat(Packets.join(written.get(0).packet(), written.get(1).packet(), written.get(2).packet()))
            .isEqualTo(frame);

        registers.rctl &= ~RCTL_LPE;
        engine.publish();
        pf.send(0, frame);
        assertThat(pf.take(0)).isEmpty();
        assertThat(pf.counters.get(Counter.OVERSIZE)).isEqualTo(1);
    }
}
