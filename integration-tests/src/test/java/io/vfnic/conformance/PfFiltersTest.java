package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.testkit.guest.Frames;
import io.vfnic.testkit.guest.Patience;
import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.guest.ReceivedFrame;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Four queues, to which the PHY's loopback gives what they send. */
@DisplayName("The Physical Function's receive queues, chosen by filters and RSS, and its timestamps")
class PfFiltersTest extends PfRegistersTest {
    private static final int QUEUES = 4;
    private static final int ETQF = 0x5CB0;
    private static final int FTQF = 0x59E0;
    private static final int DAQF = 0x59A0;
    private static final int SAQF = 0x5980;
    private static final int SPQF = 0x59C0;
    private static final int IMIR = 0x5A80;
    private static final int IMIREXT = 0x5AA0;
    private static final int SYNQF = 0x55FC;
    private static final int RXCSUM = 0x5000;
    private static final int RXCSUM_PCSD = 1 << 13;
    private static final int RETA = 0x5C00;
    private static final int RSSRK = 0x5C80;
    private static final int MRQC_RSS_TCP_IPV4 = 2 | 1 << 16;
    private static final int SYSTIML = 0xB600;
    private static final int SYSTIMH = 0xB604;
    private static final int TIMINCA = 0xB608;
    private static final int TSYNCTXCTL = 0xB614;
    private static final int TXSTMPL = 0xB618;
    private static final int TXSTMPH = 0xB61C;
    private static final int TSYNCRXCTL = 0xB620;
    private static final int RXSTMPL = 0xB624;
    private static final int RXSTMPH = 0xB628;
    private static final int ENABLED = 1 << 4;
    private static final int VALID = 1;
    private static final int EVENT_V2 = 5 << 1;
    private static final int NOMINAL = 1 << 24 | 16 << 19;
    private static final int TSTAMP = 1 << 19;
    private static final int TS = 1 << 16;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int RSS_TYPE = 0xF;
    private static final int TCP_IPV4 = 1;

    private byte[] mac;

    @BeforeEach
    void loopBack() {
        pf.start();
        for (int queue = 0; queue < QUEUES; queue++) {
            pf.startQueue(queue);
        }
        pf.loopBack();
        mac = pf.mac();
    }

    @Test
    @DisplayName("An EtherType filter: its queue, and its number as the packet type (ETQF)")
    void etherType() {
        pf.write(ETQF + 4 * 6, 0x88CC | 1 << 26 | 1 << 31 | 3 << 16);
        byte[] lldp = Frames.of(mac, mac, 60, 1);
        lldp[13] = (byte)0xCC;

        send(lldp, 0);
        send(Frames.of(mac, mac, 60, 2), 0);

        ReceivedFrame filtered = pf.receive(3).await();
        assertThat(filtered.bytes()).isEqualTo(lldp);
        assertThat(filtered.packetType()).isEqualTo(1 << 15 | 6 << 4);
        assertThat(pf.receive(0).await().bytes()).isEqualTo(Frames.of(mac, mac, 60, 2));
    }

    @Test
    @DisplayName("A 5-tuple filter and, behind it, the SYN filter (FTQF, SYNQF)")
    void fiveTupleAndSyn() {
        pf.write(FTQF, 6 | 1 << 8 | 1 << 15 | 2 << 16);
        pf.write(SAQF, 0xBB950942);
        pf.write(DAQF, 0x50648EA1);
        pf.write(SPQF, Short.reverseBytes((short)2794) & 0xFFFF);
        pf.write(IMIR, Short.reverseBytes((short)1766) & 0xFFFF);
        pf.write(IMIREXT, 1 << 12 | 1 << 19);
        pf.write(SYNQF, 1 | 1 << 1);
        byte[] other = tcp(SYN);
        other[29]++;

        send(tcp(SYN), 0);
        send(other, 0);
        other[47] = ACK;
        send(other, 0);

        assertThat(pf.receive(2).await().bytes()).isEqualTo(tcp(SYN));
        assertThat(pf.receive(1).await().bytes()[47]).isEqualTo((byte)SYN);
        assertThat(pf.receive(0).await().bytes()[47]).isEqualTo((byte)ACK);
    }

    @Test
    @DisplayName("RSS by Microsoft's verification suite: 66.9.149.187:2794 to 161.142.100.80:1766 hashes to 51CCC178h")
    void rss() {
        byte[] key = HexFormat.of().parseHex(
            "6D5A56DA255B0EC24167253D43A38FB0D0CA2BCBAE7B30B477CB2DA38030F20C6A42B73BBEAC01FA");
        for (int i = 0; i < key.length; i += Integer.BYTES) {
            pf.write(RSSRK + i, Integer.reverseBytes(ByteBuffer.wrap(key).getInt(i)));
        }
        pf.write(RETA + 0x78, 3);
        pf.write(RXCSUM, RXCSUM_PCSD);
        pf.write(PfRegisters.MRQC, MRQC_RSS_TCP_IPV4);

        send(tcp(ACK), 0);

        assertThat(pf.receive(3).await().packetType() & RSS_TYPE).isEqualTo(TCP_IPV4);
    }

    @Test
    @DisplayName("One frame's timestamps: sent, then received, then now; each holds until its high half is read")
    void timestamps() {
        pf.write(TIMINCA, NOMINAL);
        pf.write(ETQF + 4 * 3, 0x88F7 | 1 << 26 | 1 << 30);
        pf.write(TSYNCTXCTL, ENABLED);
        pf.write(TSYNCRXCTL, ENABLED | EVENT_V2);
        byte[] sync = Frames.of(mac, mac, 60, 1);
        sync[12] = (byte)0x88;
        sync[13] = (byte)0xF7;
        sync[14] = 0;
        sync[15] = 2;

        send(sync, TSTAMP);
        assertThat(pf.receive(0).await().status() & TS).isEqualTo(TS);
        Patience.until("the stamp", () -> (pf.read(TSYNCTXCTL) & VALID) != 0);
        send(sync, TSTAMP);
        assertThat(pf.receive(0).await().status() & TS).as("while the first stamp is held").isZero();

        long sent = pair(TXSTMPL, TXSTMPH);
        assertThat(pf.read(TSYNCTXCTL)).isEqualTo(ENABLED);
        assertThat(pf.read(TSYNCRXCTL)).isEqualTo(ENABLED | EVENT_V2 | VALID);
        long received = pair(RXSTMPL, RXSTMPH);
        assertThat(pf.read(TSYNCRXCTL)).isEqualTo(ENABLED | EVENT_V2);
        assertThat(sent).isPositive();
        assertThat(received).isGreaterThanOrEqualTo(sent);
        assertThat(pair(SYSTIML, SYSTIMH)).isGreaterThan(received);
    }

    private void send(byte[] frame, int command) {
        pf.transmit(0).awaitDone(pf.transmit(0).send(frame, command, 0, frame.length));
    }

    private long pair(int low, int high) {
        long value = Integer.toUnsignedLong(pf.read(low));
        return Integer.toUnsignedLong(pf.read(high)) << Integer.SIZE | value;
    }

    /** IPv4 and TCP headers without checksums, from 66.9.149.187 port 2794 to 161.142.100.80 port 1766. */
    private byte[] tcp(int flags) {
        byte[] frame = Frames.of(mac, mac, 60, 1);
        byte[] headers = HexFormat.of().parseHex("0800" + "4500002E00000000" + "40060000" + "420995BB" + "A18E6450"
            + "0AEA06E6" + "00000001" + "00000001" + "50" + "%02x".formatted(flags) + "200000000000");
        System.arraycopy(headers, 0, frame, 12, headers.length);
        return frame;
    }
}
