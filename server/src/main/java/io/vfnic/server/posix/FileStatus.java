package io.vfnic.server.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * What fstat says of an open file.
 *
 * @param device the device that the file lives on; together with the inode it names the file.
 * @param inode  the file's number on that device.
 * @param mode   file type and permissions.
 * @param size   in bytes.
 */
public record FileStatus(long device, long inode, int mode, long size) {
    /** struct stat of x86-64 Linux. */
    private static final int STAT_LENGTH = 144;
    private static final int DEVICE_OFFSET = 0;
    private static final int INODE_OFFSET = 8;
    private static final int MODE_OFFSET = 24;
    private static final int SIZE_OFFSET = 48;
    private static final MethodHandle FSTAT =
        Libc.bind("fstat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    public static FileStatus of(Fd fd) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.newErrnoState(arena);
            MemorySegment stat = arena.allocate(STAT_LENGTH, Long.BYTES);
            int result = (int)FSTAT.invokeExact(state, fd.number(), stat);
            if (result < 0) {
                throw new PosixException("fstat", Libc.errno(state));
            }
            return new FileStatus(stat.get(JAVA_LONG, DEVICE_OFFSET), stat.get(JAVA_LONG, INODE_OFFSET),
                stat.get(JAVA_INT, MODE_OFFSET), stat.get(JAVA_LONG, SIZE_OFFSET));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
