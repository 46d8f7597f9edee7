package io.vfnic.server.uplink;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.vfnic.device.spi.UplinkPort.Sent;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MemFd;
import io.vfnic.server.posix.OpenFiles;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.server.support.LoggedText;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code stream:PATH[,server]}, with peers that do what QEMU and passt do, and with such that do not. */
@Timeout(60)
class StreamUplinkTest {
    private static final byte[] FRAME = TestPeer.frame(60, 1);

    @TempDir
    private Path directory;

    @Test
    void exchangesFramesWithWhoeverListens() throws Exception {
        Path path = directory.resolve("peer");
        try (Fd listening = TestPeer.listen(path); TestAgent agent = new TestAgent("stream:" + path);
            TestPeer peer = TestPeer.accept(agent, listening)) {
            agent.untilUp();
            byte[] jumbo = TestPeer.frame(9_018, 2);
            assertThat(agent.put(FRAME)).isEqualTo(Sent.SENT);
            assertThat(agent.send(jumbo)).isEqualTo(Sent.SENT);
            assertThat(peer.receiveFrame(agent)).isEqualTo(FRAME);
            assertThat(peer.receiveFrame(agent)).isEqualTo(jumbo);

            peer.send(TestPeer.framed(jumbo));
            peer.send(TestPeer.framed(FRAME));
            assertThat(agent.receive()).isEqualTo(jumbo);
            assertThat(agent.receive()).isEqualTo(FRAME);
        }
    }

    @Test
    void waitsForAPeerThatIsNotThereYetAndReportsItsComingAndGoing() throws Exception {
        Path path = directory.resolve("peer");
        try (TestAgent agent = new TestAgent("stream:" + path)) {
            assertThat(agent.isUp()).isFalse();
            assertThat(agent.uplink.whyDown()).contains(path.toString(), "no such file");
            assertThat(agent.send(FRAME)).isEqualTo(Sent.LINK_DOWN);
            for (int life = 0; life < 2; life++) {
                try (Fd listening = TestPeer.listen(path); TestPeer peer = TestPeer.accept(agent, listening)) {
                    agent.untilUp();
                    assertThat(agent.uplink.whyDown()).isEmpty();
                    agent.send(FRAME);
                    assertThat(peer.receiveFrame(agent)).isEqualTo(FRAME);
                    // A part of a frame, of which the next life must know nothing.
                    peer.send(new byte[] {0, 0, 0, 60, 1});
                    agent.dutyCycle();
                }
                agent.untilDown();
                assertThat(agent.uplink.whyDown()).isNotEmpty();
                assertThat(agent.send(FRAME)).isEqualTo(Sent.LINK_DOWN);
            }
        }
    }

    @Test
    void givesUpAPeerThatSpeaksSomethingElseAndTakesItBack() throws Exception {
        Path path = directory.resolve("peer");
        try (Fd listening = TestPeer.listen(path); TestAgent agent = new TestAgent("stream:" + path)) {
            try (TestPeer hostile = TestPeer.accept(agent, listening)) {
                agent.untilUp();
                hostile.send(TestPeer.framed(FRAME));
                hostile.send("GET / HTTP/1.1\r\n\r\n".getBytes());
                agent.untilDown();
                assertThat(agent.receive()).as("what came before").isEqualTo(FRAME);
                agent.until("the end of the connection", () -> hostile.receive(100) == null);
            }
            try (TestPeer peer = TestPeer.accept(agent, listening)) {
                agent.untilUp();
                peer.send(TestPeer.framed(FRAME));
                assertThat(agent.receive()).isEqualTo(FRAME);
            }
        }
    }

    @Test
    void aPeerThatTakesNothingCostsFramesAndLaterGetsWholeOnes() throws Exception {
        Path path = directory.resolve("peer");
        try (Fd listening = TestPeer.listen(path); TestAgent agent = new TestAgent("stream:" + path);
            TestPeer peer = TestPeer.accept(agent, listening)) {
            agent.untilUp();
            int sent = 0;
            while (agent.send(TestPeer.frame(1_514, sent)) == Sent.SENT) {
                sent++;
            }
            assertThat(agent.send(TestPeer.frame(1_514, sent))).isEqualTo(Sent.FULL);
            assertThat(agent.isUp()).isTrue();
            for (int i = 0; i < sent; i++) {
                assertThat(peer.receiveFrame(agent)).isEqualTo(TestPeer.frame(1_514, i));
            }
            assertThat(agent.send(FRAME)).isEqualTo(Sent.SENT);
            assertThat(peer.receiveFrame(agent)).isEqualTo(FRAME);
        }
    }

    @Test
    void closesTheDescriptorsThatAPeerSends() throws Exception {
        Path path = directory.resolve("peer");
        try (Fd listening = TestPeer.listen(path); TestAgent agent = new TestAgent("stream:" + path);
            TestPeer peer = TestPeer.accept(agent, listening); Fd gift = MemFd.create("uplink-gift", 4096)) {
            agent.untilUp();
            peer.send(TestPeer.framed(FRAME), gift);
            assertThat(agent.receive()).isEqualTo(FRAME);
            assertThat(OpenFiles.named("uplink-gift")).isEqualTo(1);
        }
    }

    @Test
    void listensForOnePeerAtATimeAndTurnsOthersAway() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (TestAgent agent = new TestAgent("stream:" + path + ",server")) {
            assertThat(agent.isUp()).isFalse();
            try (TestPeer first = TestPeer.connect(path)) {
                agent.untilUp();
                try (TestPeer second = TestPeer.connect(path)) {
                    agent.until("the second one turned away", () -> second.receive(1) == null);
                }
                agent.send(FRAME);
                assertThat(first.receiveFrame(agent)).isEqualTo(FRAME);
            }
            // It is there before anyone has noticed that the first one is gone.
            try (TestPeer third = TestPeer.connect(path)) {
                third.send(TestPeer.framed(FRAME));
                assertThat(agent.receive()).isEqualTo(FRAME);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void replacesTheSocketOfACardThatWasKilledAndNoOther() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (Fd killed = UnixSockets.open(true)) {
            UnixSockets.bind(killed, path);
        }
        try (TestAgent agent = new TestAgent("stream:" + path + ",server"); TestPeer peer = TestPeer.connect(path)) {
            agent.untilUp();
            assertThatThrownBy(() -> new TestAgent("stream:" + path + ",server"))
                .hasMessageContaining("in use by process " + ProcessHandle.current().pid() +
                "; stop that one, or choose another path");
            agent.send(FRAME);
            assertThat(peer.receiveFrame(agent)).isEqualTo(FRAME);
        }
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> new TestAgent("stream:" + path + ",server")).hasMessageContaining("not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void whoIsTurnedAwayFindsOutWithoutALinkAndIsToldOfOnce() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (LoggedText log = new LoggedText(); TestAgent agent = new TestAgent("stream:" + path + ",server");
            TestAgent second = new TestAgent("stream:" + directory.resolve("link"))) {
            try (TestPeer first = TestPeer.connect(path)) {
                agent.untilUp();
                Files.createSymbolicLink(directory.resolve("link"), path);
                second.until("it finds out why", () -> log.toString().contains("closes the connection at once; it may "
                    + "have a peer already"));
                for (int i = 0; i < 3; i++) {
                    try (TestPeer other = TestPeer.connect(path)) {
                        agent.until("one more turned away", () -> other.receive(1) == null);
                    }
                }
                assertThat(log.toString()).containsOnlyOnce("turned process");
                agent.send(FRAME);
                assertThat(first.receiveFrame(agent)).isEqualTo(FRAME);
            }
            second.until("its turn", () -> {
                agent.dutyCycle();
                return second.isUp();
            });
        }
    }

    @Test
    void doesNotTakeACardThatWantsItsPathForAPeer() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (TestAgent agent = new TestAgent("stream:" + path + ",server")) {
            assertThatThrownBy(() -> new TestAgent("stream:" + path + ",server")).hasMessageContaining("in use by");
            assertThatThrownBy(() -> new TestAgent("dgram:" + path + "," + directory.resolve("other")))
                .hasMessageContaining("in use by");

            try (TestPeer peer = TestPeer.connect(path)) {
                agent.untilUp();
                agent.send(FRAME);
                assertThat(peer.receiveFrame(agent)).isEqualTo(FRAME);
            }
            agent.untilDown();
            assertThat(agent.losses()).as("it lost nobody but its peer").isEqualTo(1);
        }
    }

    @Test
    void takesAFrameInAnyPieces() throws Exception {
        Path path = directory.resolve("uplink.sock");
        try (TestAgent agent = new TestAgent("stream:" + path + ",server"); TestPeer peer = TestPeer.connect(path)) {
            agent.untilUp();
            ByteBuffer bytes = ByteBuffer.wrap(TestPeer.framed(FRAME));
            while (bytes.hasRemaining()) {
                assertThat(agent.received).isEmpty();
                peer.send(new byte[] {bytes.get()});
                agent.dutyCycle();
            }
            assertThat(agent.receive()).isEqualTo(FRAME);
        }
    }

    @Test
    void refusesPathsThatNoSocketCanHave() {
        assertThatThrownBy(() -> UplinkSpec.parse("stream:")).hasMessageContaining("missing");
        assertThatThrownBy(() -> UplinkSpec.parse("stream:/a,serve")).hasMessageContaining("comma");
        assertThatThrownBy(() -> UplinkSpec.parse("stream:/" + "x".repeat(107))).hasMessageContaining("107 bytes");
    }
}
