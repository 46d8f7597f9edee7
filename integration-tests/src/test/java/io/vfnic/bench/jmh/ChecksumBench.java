package io.vfnic.bench.jmh;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import io.vfnic.device.frame.InternetChecksum;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The ones' complement sum (RFC 1071) over a frame's bytes, as checksum offloads take it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBench {
    /** Bytes that are summed. */
    @Param({"60", "1514", "65535"})
    public int length;

    private final UnsafeBuffer bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(65_536));

    /** Fills the bytes. */
    @Setup
    public void fill() {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.putByte(i, (byte)(i * 31));
        }
    }

    /** Sums guest memory, which has an address and no buffer. */
    @Benchmark
    public int sum() {
        return InternetChecksum.sum(bytes.addressOffset(), length);
    }
}
