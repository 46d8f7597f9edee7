package io.vfnic.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.protocol.version.Version;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.MessageReceiver;
import io.vfnic.server.posix.MessageSender;
import io.vfnic.server.posix.PosixErrno;
import io.vfnic.server.posix.UnixSockets;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.guest.VfRegisters;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client that reads one register over and over and takes the time, on one thread: two system calls a round trip and
 * as little else as can be, for whatever it does itself hides the difference of those that answer.
 */
final class RegisterReader implements AutoCloseable {
    private static final int CAPACITY = 4096;
    private static final int REPLY_LENGTH = MessageHeader.LENGTH + RegionAccess.MIN_LENGTH + Integer.BYTES;

    private final Fd socket = UnixSockets.open(false);
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment outgoing = arena.allocate(CAPACITY, Long.BYTES);
    private final MemorySegment incoming = arena.allocate(CAPACITY, Long.BYTES);
    private final UnsafeBuffer request = new UnsafeBuffer(outgoing.address(), CAPACITY);
    private final UnsafeBuffer reply = new UnsafeBuffer(incoming.address(), CAPACITY);
    private final MessageSender sender = new MessageSender(1, 0);
    private final MessageReceiver receiver = new MessageReceiver();
    private final boolean busy;

    /**
     * Connects and does the handshake.
     *
     * @param busy whether it asks for the reply over and over; else it waits for it.
     */
    RegisterReader(Path path, boolean busy) throws IOException {
        this.busy = busy;
        UnixSockets.connect(socket, path);
        put(VfioUserClient.encode(0, Command.VERSION.number(), MessageHeader.TYPE_COMMAND,
            VfioUserClient.versionPayload(Version.MAJOR, Version.MINOR, VfioUserClient.QEMU_CAPABILITIES)));
        exchange((int)new MessageHeader().wrap(request, 0).size());
        put(VfioUserClient.encode(1, Command.REGION_READ.number(), MessageHeader.TYPE_COMMAND,
            VfioUserClient.accessPayload(RegionIndex.BAR0, VfRegisters.STATUS, Integer.BYTES, 0)));
    }

    private void put(byte[] message) {
        request.putBytes(0, message);
    }

    /**
     * The median time of reads, in nanoseconds.
     *
     * @param reads   how many at the most.
     * @param longest nanoseconds after which no more are begun: where two that poll share a core, each takes a slice.
     */
    double medianNanos(int reads, long longest) throws IOException {
        int length = MessageHeader.LENGTH + RegionAccess.MIN_LENGTH;
        long[] nanos = new long[reads];
        long begin = System.nanoTime();
        int done = 0;
        for (int i = 0; i < reads && (i == 0 || System.nanoTime() - begin < longest); i++) {
            done++;
            long start = System.nanoTime();
            int received = exchange(length);
            nanos[i] = System.nanoTime() - start;
            if (received != REPLY_LENGTH || reply.getInt(MessageHeader.FLAGS_OFFSET) != MessageHeader.TYPE_REPLY) {
                throw new IOException("not a register's value: a reply of " + received + " bytes");
            }
        }
        Arrays.sort(nanos, 0, done);
        return nanos[done / 2];
    }

    private int exchange(int length) throws IOException {
        int result = sender.addBytes(outgoing.address(), length).sendBlocking(socket);
        if (result != length) {
            throw new IOException("sendmsg: " + result);
        }
        do {
            result = busy ? receiver.receive(socket, incoming.address(), CAPACITY) :
                receiver.receiveBlocking(socket, incoming.address(), CAPACITY);
        } while (busy && result == -PosixErrno.EAGAIN);
        if (result <= 0) {
            throw new IOException("recvmsg: " + result);
        }
        return result;
    }

    @Override
    public void close() {
        socket.close();
        sender.close();
        receiver.close();
        arena.close();
    }
}
