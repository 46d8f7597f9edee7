package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

import io.vfnic.device.engine.IdleMode;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.ServerOptions;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.client.Message;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.server.RunningServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with three Virtual Functions for each test, and a client attached to the first. */
@Timeout(120)
abstract class ServerTest {
    static final byte[] NOTHING = new byte[0];

    @TempDir
    Path directory;
    RunningServer server;
    VfioUserClient client;

    @BeforeEach
    void startServer() throws IOException {
        server = RunningServer.start(directory, 3, agents(), idleMode(), options());
        client = VfioUserClient.attach(server.socket(0));
    }

    @AfterEach
    void stopServer() {
        client.close();
        server.close();
    }

    /** Engine agents of the card. */
    int agents() {
        return 1;
    }

    /** What they do while there is nothing to do. */
    IdleMode idleMode() {
        return IdleMode.BACKOFF;
    }

    /** How the card runs on its host, above all how drivers ring it. */
    ServerOptions options() {
        return ServerOptions.DEFAULT;
    }

    /** Sends a command that must fail with this errno and cost nothing else. */
    void assertFails(Errno errno, Command command, byte[] payload, Fd... fds) {
        assertFails(errno, client.call(command, payload, fds));
        assertAlive();
    }

    static void assertFails(Errno errno, Message reply) {
        assertThat(reply.isError()).as(reply.toString()).isTrue();
        assertThat(Errno.of(reply.errno())).as(reply.toString()).isSameAs(errno);
        assertThat(reply.flags()).as("flags of an error reply").isEqualTo(MessageHeader.TYPE_REPLY |
            MessageHeader.ERROR);
        assertThat(reply.payload()).as("an error reply is a header alone").isEmpty();
    }

    static Message assertSucceeds(Message reply) {
        assertThat(reply.flags()).as(reply.toString()).isEqualTo(MessageHeader.TYPE_REPLY);
        return reply;
    }

    /** The connection still answers, and has sent nothing that nobody asked for. */
    void assertAlive() {
        assertThat(client.deviceInfo().regionCount()).isGreaterThanOrEqualTo(9);
        assertThat(client.exchange().unexpectedReplies()).isEmpty();
    }
}
