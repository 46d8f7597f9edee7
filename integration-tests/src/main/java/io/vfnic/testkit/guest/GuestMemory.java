package io.vfnic.testkit.guest;

import java.io.IOException;

import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.Mapping;
import io.vfnic.server.posix.MemFd;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A range of a guest's memory: a memfd that is mapped here and can be handed to a server, or kept back, so that the
 * server must use DMA messages. Addresses are IOVAs.
 */
public final class GuestMemory implements AutoCloseable {
    private final long iova;
    private final int size;
    private final boolean shared;
    private final Fd fd;
    private final Mapping mapping;
    private final UnsafeBuffer buffer;

    private GuestMemory(long iova, int size, boolean shared) throws IOException {
        this.iova = iova;
        this.size = size;
        this.shared = shared;
        fd = MemFd.create("guest-memory", size);
        mapping = Mapping.ofFile(fd, 0, size, true);
        buffer = new UnsafeBuffer(mapping.address(), size);
    }

    /** Memory whose file descriptor goes to the server. The size is a multiple of 4096. */
    public static GuestMemory shared(long iova, int size) throws IOException {
        return new GuestMemory(iova, size, true);
    }

    /** Memory that the server reaches by DMA messages only. */
    public static GuestMemory messageBacked(long iova, int size) throws IOException {
        return new GuestMemory(iova, size, false);
    }

    /** First IOVA. */
    public long iova() {
        return iova;
    }

    /** Size in bytes. */
    public int size() {
        return size;
    }

    /** Whether the file descriptor goes to the server. */
    public boolean isShared() {
        return shared;
    }

    /** The file, at offset 0. */
    public Fd fd() {
        return fd;
    }

    /** The bytes; index 0 is at {@link #iova()}. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Whether the range lies in this memory. */
    public boolean contains(long address, long length) {
        return address >= iova && length >= 0 && length <= size && address - iova <= size - length;
    }

    /** Shortens the file, as a guest's memory may be by whoever runs it. What was cut off must not be touched here. */
    public void truncate(int newSize) throws IOException {
        MemFd.resize(fd, newSize);
    }

    @Override
    public void close() {
        mapping.close();
        fd.close();
    }
}
