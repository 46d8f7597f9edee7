package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.filter.QueueFilterRegisters;
import io.vfnic.device.frame.Packets;
import io.vfnic.device.ring.QueueRegisters;
import io.vfnic.device.time.TimeSync;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two VFs and, with pool 2, the PF. */
@DisplayName("Timestamps of frames between the PF and VFs (82576 facts, 2.10 and 4)")
class TimestampTest {
    private static final int PF_POOL = 2;
    private static final int TSTAMP = 1 << 19;
    private static final int LEGACY_TSTAMP = 1 << 4;
    private static final int TS = 1 << 16;
    private static final int EVENT_V2 = 5 << 1;
    private static final int NOMINAL = 1 << 24 | 16 << 19;
    private static final long PTP_GROUP = 0x011B_1900_0000L;
    private static final int MPME = TestSwitch.VMOLR_MPME;

    private final TestEngine engine = TestEngine.running(2);
    private final PfModel pf = new PfModel(engine);
    private final GuestModel vf = engine.guest(0);
    private final TimeSync time = pf.time;

    @BeforeEach
    void start() {
        engine.with(registers -> {
            registers.vfs = 2;
            registers.vfre |= 1 << PF_POOL;
            registers.vfte |= 1 << PF_POOL;
            registers.address(0, TestSwitch.macOf(PF_POOL), 1 << PF_POOL);
            registers.vlvf[0] |= 1 << PF_POOL + 12;
            registers.maxFrame(PF_POOL, 9728);
            registers.vmolr[PF_POOL] |= TestSwitch.VMOLR_AUPE | TestSwitch.VMOLR_BAM | MPME;
            registers.vmolr[1] |= MPME;
            registers.filters = QueueFilterRegisters.none();
            registers.filters.etqf()[3] = 0x88F7 | 1 << 26 | 1 << 30;
        });
        pf.startReceive(PF_POOL, GuestModel.ONE_BUFFER);
        pf.startTransmit(PF_POOL);
        time.rate(NOMINAL);
        time.transmitControl(TimeSync.ENABLED);
        time.receiveControl(TimeSync.ENABLED | EVENT_V2);
    }

    private static byte[] ptp(int from, int message) {
        final byte[] frame = Frames.to(PTP_GROUP, from, 60);
        Packets.put(frame, 12, 0x88F7);
        frame[14] = (byte)message;
        frame[15] = 2;
        return frame;
    }

    @Test
    @DisplayName("An event message that the PF receives is stamped and marked (TS), for a VF it is not")
    void received() {
        vf.send(ptp(0, 0));
        engine.settle();

        assertThat(pf.takeOne(PF_POOL).has(TS)).isTrue();
        assertThat(time.received().isValid()).isTrue();
        assertThat(engine.guest(1).receiveOne().has(TS)).isFalse();

        vf.send(ptp(0, 0));
        engine.settle();
        assertThat(pf.takeOne(PF_POOL).has(TS)).as("while RXSTMP is not read").isFalse();
        time.received().release();
        vf.send(ptp(0, 8), ptp(0, 1));
        engine.settle();
        assertThat(pf.take(PF_POOL)).extracting(frame -> frame.has(TS)).containsExactly(false, true);
    }

    @Test
    @DisplayName("A message for which the PF has no descriptor does not keep RXSTMP taken")
    void withdrawn() {
        pf.receive[PF_POOL].set(QueueRegisters.TAIL_OFFSET, 0);

        vf.send(ptp(0, 0));
        engine.settle();

        assertThat(time.received().isValid()).isFalse();
    }

    @Test
    @DisplayName("A message between VFs is none of the PF's business")
    void betweenVfs() {
        final byte[] frame = ptp(0, 0);
        Frames.addressed(frame, TestSwitch.macOf(1), TestSwitch.macOf(0));

        vf.send(frame);
        engine.settle();

        assertThat(engine.guest(1).receive()).hasSize(1);
        assertThat(time.received().isValid()).isFalse();
    }

    @Test
    @DisplayName("A frame of the PF whose descriptor has TSTAMP is stamped, be the descriptor advanced or legacy")
    void transmitted() {
        pf.send(PF_POOL, ptp(PF_POOL, 1));
        assertThat(time.transmitted().isValid()).isFalse();

        pf.send(PF_POOL, ptp(PF_POOL, 1), GuestModel.DATA | GuestModel.EOP | TSTAMP, 60 << 14);
        assertThat(time.transmitted().isValid()).isTrue();

        time.transmitted().release();
        pf.sendLegacy(PF_POOL, ptp(PF_POOL, 1), 0, LEGACY_TSTAMP);
        assertThat(time.transmitted().isValid()).isTrue();
    }

    @Test
    @DisplayName("A VF's TSTAMP takes no stamp away from the PF")
    void vfAsks() {
        vf.postData(ptp(0, 1), GuestModel.EOP | TSTAMP, 0);
        vf.ring();
        engine.settle();

        assertThat(pf.take(PF_POOL)).hasSize(1);
        assertThat(time.transmitted().isValid()).isFalse();
    }

    @ParameterizedTest(name = "queue {0}: the PF''s {1}")
    @CsvSource({"10,10", "2,2", "9,2", "1,2", "0,2"})
    @DisplayName("With VMDq a filter chooses among the queues of the receiver's pool, and never another pool's")
    void filterWithVmdq(int queue, int pfQueue) {
        pf.startReceive(PF_POOL + 8, GuestModel.ONE_BUFFER);
        engine.with(registers -> {
            registers.filters.ftqf()[0] = 0xF << 28 | 1 << 15 | 1 << 8 | queue << 16;
            registers.filters.imir()[0] = 1 << 17;
            registers.filters.imirext()[0] = 1 << 12 | 1 << 19;
        });
        final byte[] frame = Frames.addressed(
            Packets.overIpv4(Packets.UDP, Packets.udp(100), Frames.data(100)), PTP_GROUP, TestSwitch.macOf(0));

        vf.send(frame);
        engine.settle();

        assertThat(pf.takeOne(pfQueue).packet()).isEqualTo(frame);
        assertThat(engine.guest(1).receiveOne().data()).isEqualTo(frame);
    }
}
