package io.vfnic.device.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.frame.Packets;
import io.vfnic.device.frame.RssHash;
import io.vfnic.device.ring.QueueRegisters;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A pool's second receive queue, chosen by RSS (82576 facts, sections 2.8 and 5: MRQC mode 5, RETA bit 3,
 * VMOLR.RSSE).
 */
class RssTest {
    private static final int VMDQ_RSS = 5;
    private static final int RSSE = 1 << 17;
    private static final int RING_1 = 0x6000;
    private static final int BUFFERS_1 = GuestModel.TX_BUFFERS_END;
    private static final int ENTRIES_1 = 16;

    private final TestEngine engine = TestEngine.running(2).with(registers -> {
        registers.mrqc = VMDQ_RSS | RssHash.ENABLE_IPV4 | RssHash.ENABLE_UDP_IPV4;
        registers.vmolr[0] |= RSSE;
        Arrays.fill(registers.reta, 0x08080808);
        Arrays.fill(registers.rssrk, 0x5BD1E995);
    });
    private final GuestModel sender = engine.guest(1);
    private final GuestModel receiver = engine.guest(0);
    private final byte[] datagram =
        Frames.between(1, 0, Packets.overIpv4(Packets.UDP, Packets.udp(100), Frames.data(100)));

    private void startSecondQueue() {
        for (int i = 0; i < ENTRIES_1; i++) {
            receiver.ram.putLong(RING_1 + i * 16, GuestModel.IOVA + BUFFERS_1 + i * GuestModel.RECEIVE_BUFFER);
        }
        final QueueRegisters queue = receiver.receive[1];
        GuestModel.base(queue, GuestModel.IOVA + RING_1);
        queue.set(QueueRegisters.LENGTH_OFFSET, ENTRIES_1 * 16);
        queue.set(QueueRegisters.SPLIT_CONTROL_OFFSET, GuestModel.ONE_BUFFER | 2);
        queue.set(QueueRegisters.CONTROL_OFFSET, GuestModel.ENABLE);
        engine.settle();
        queue.set(QueueRegisters.TAIL_OFFSET, ENTRIES_1 - 1);
    }

    private int written(int dword) {
        return receiver.ram.getInt(RING_1 + dword * Integer.BYTES);
    }

    @Test
    @DisplayName("gets the frames whose RETA entry has bit 3, with RSS type and hash in the write-back")
    void choosesSecondQueue() {
        startSecondQueue();
        sender.send(datagram);
        engine.settle();
        assertThat(receiver.receive()).isEmpty();
        assertThat(written(2) & 3).as("DD and EOP").isEqualTo(3);
        assertThat(written(0) & 0xF).isEqualTo(RssHash.TYPE_UDP_IPV4);
        assertThat(written(1)).as("RSS hash").isNotZero();
        assertThat(receiver.bytes(BUFFERS_1, datagram.length)).isEqualTo(datagram);
    }

    @Test
    @DisplayName("gets nothing that cannot be hashed")
    void keepsOthersOnFirstQueue() {
        startSecondQueue();
        sender.send(Frames.unicast(1, 0, 100));
        engine.settle();
        assertThat(receiver.receive()).hasSize(1);
        assertThat(written(2) & 1).isZero();
    }

    @Test
    @DisplayName("gets nothing while the driver runs the first queue only")
    void fallsBackToFirstQueue() {
        sender.send(datagram);
        engine.settle();
        assertThat(receiver.receiveOne().data()).isEqualTo(datagram);
    }

    @Test
    @DisplayName("gets nothing where the pool has no RSSE, as Linux igb programs its VFs")
    void needsRsse() {
        startSecondQueue();
        engine.with(registers -> registers.vmolr[0] &= ~RSSE);
        sender.send(datagram);
        engine.settle();
        assertThat(receiver.receiveOne().data()).isEqualTo(datagram);
    }
}
