package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

/** What a service manager listens on: a Unix socket for datagrams. */
public final class NotifySocket implements AutoCloseable {
    private static final int LONGEST = 4096;

    private final Fd fd;
    private final MessageReceiver receiver = new MessageReceiver();

    /** Listens at a path. */
    public NotifySocket(Path path) throws PosixException {
        fd = UnixSockets.openDatagram(false);
        UnixSockets.bind(fd, path);
    }

    /** The next datagram, waited for. */
    public String receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST);
            int length = receiver.receiveBlocking(fd, buffer.address(), LONGEST);
            return new String(buffer.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        receiver.close();
        fd.close();
    }
}
