package io.vfnic.server.uplink;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.vfnic.device.spi.UplinkPort.Sent;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.UnixSockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code dgram:LOCAL,REMOTE}. */
@Timeout(60)
class DatagramUplinkTest {
    private static final byte[] FRAME = TestPeer.frame(60, 1);

    @TempDir
    private Path directory;
    private Path local;
    private Path remote;

    @BeforeEach
    void namePaths() {
        local = directory.resolve("local");
        remote = directory.resolve("remote");
    }

    @Test
    void exchangesAFrameADatagram() throws Exception {
        try (TestAgent agent = open(); TestPeer peer = TestPeer.datagrams(agent, remote, local)) {
            agent.untilUp();
            byte[] jumbo = TestPeer.frame(9_018, 2);
            agent.put(FRAME);
            agent.send(jumbo);
            assertThat(peer.receive(10_000)).isEqualTo(FRAME);
            assertThat(peer.receive(10_000)).isEqualTo(jumbo);

            peer.send(new byte[0]);
            peer.send(jumbo);
            assertThat(agent.receive()).as("the empty datagram is no frame").isEqualTo(jumbo);
        }
    }

    @Test
    void isUpWhileSomebodyHasTheRemoteSocketOpen() throws Exception {
        try (TestAgent agent = open()) {
            assertThat(agent.isUp()).isFalse();
            assertThat(agent.send(FRAME)).isEqualTo(Sent.LINK_DOWN);
            for (int life = 0; life < 2; life++) {
                try (TestPeer peer = TestPeer.datagrams(agent, remote, local)) {
                    agent.untilUp();
                    agent.send(FRAME);
                    assertThat(peer.receive(100)).isEqualTo(FRAME);
                }
                // Its file is still there, as that of a process that was killed.
                agent.untilDown();
                assertThat(agent.send(FRAME)).isEqualTo(Sent.LINK_DOWN);
            }
        }
    }

    @Test
    void goesOnWithThePeerThatHasTakenTheOthersPlace() throws Exception {
        try (TestAgent agent = open()) {
            TestPeer first = TestPeer.datagrams(agent, remote, local);
            agent.untilUp();
            first.close();
            try (TestPeer second = TestPeer.datagrams(agent, remote, local)) {
                byte[][] got = new byte[1][];
                agent.until("a frame at the second one", () -> {
                    agent.send(FRAME);
                    got[0] = second.receive(100);
                    return got[0].length > 0;
                });
                assertThat(got[0]).isEqualTo(FRAME);
            }
        }
    }

    @Test
    void aPeerThatTakesNothingCostsFramesAndLaterGetsTheOthers() throws Exception {
        try (TestAgent agent = open(); TestPeer peer = TestPeer.datagrams(agent, remote, local)) {
            agent.untilUp();
            int sent = 0;
            while (agent.send(TestPeer.frame(1_514, sent)) == Sent.SENT) {
                sent++;
            }
            assertThat(agent.send(TestPeer.frame(1_514, sent))).isEqualTo(Sent.FULL);
            int[] expected = new int[1];
            int all = sent;
            agent.until("all frames", () -> {
                byte[] frame = peer.receive(2_000);
                if (frame.length > 0) {
                    assertThat(frame).isEqualTo(TestPeer.frame(1_514, expected[0]++));
                }
                return expected[0] == all;
            });
            assertThat(agent.isUp()).isTrue();
        }
    }

    @Test
    void takesNoDatagramFromAnyoneElse() throws Exception {
        try (TestAgent agent = open(); TestPeer peer = TestPeer.datagrams(agent, remote, local)) {
            agent.untilUp();
            try (Fd stranger = UnixSockets.openDatagram(true)) {
                assertThatThrownBy(() -> UnixSockets.connect(stranger, local)).hasMessageContaining("EPERM");
            }
            peer.send(FRAME);
            assertThat(agent.receive()).isEqualTo(FRAME);
        }
    }

    @Test
    void replacesTheSocketOfACardThatWasKilledAndNoOther() throws Exception {
        try (Fd killed = UnixSockets.openDatagram(true)) {
            UnixSockets.bind(killed, local);
        }
        try (TestAgent agent = open()) {
            assertThatThrownBy(this::open).hasMessageContaining("in use");
            assertThat(agent.isUp()).isFalse();
        }
        assertThat(local).doesNotExist();
    }

    @Test
    void refusesWhatCannotBeMeant() {
        assertThatThrownBy(() -> UplinkSpec.parse("dgram:/a")).hasMessageContaining("two paths");
        assertThatThrownBy(() -> UplinkSpec.parse("dgram:/a,")).hasMessageContaining("missing");
        assertThatThrownBy(() -> UplinkSpec.parse("dgram:/a,/b/../a")).hasMessageContaining("its own peer");
    }

    private TestAgent open() throws Exception {
        return new TestAgent("dgram:" + local + "," + remote);
    }
}
