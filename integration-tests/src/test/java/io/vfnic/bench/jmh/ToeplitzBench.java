package io.vfnic.bench.jmh;

import java.util.concurrent.TimeUnit;

import io.vfnic.device.frame.Toeplitz;
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

/** The hash of receive-side scaling over addresses and ports. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ToeplitzBench {
    /** Bytes that are hashed: two addresses and two ports of IPv4, or of IPv6. */
    @Param({"12", "36"})
    public int length;

    private final Toeplitz hash = new Toeplitz();
    private final UnsafeBuffer input = new UnsafeBuffer(new byte[Toeplitz.MAX_INPUT]);

    /** Sets a key and an input without regularities. */
    @Setup
    public void fill() {
        UnsafeBuffer key = new UnsafeBuffer(new byte[Toeplitz.KEY_LENGTH]);
        for (int i = 0; i < key.capacity(); i++) {
            key.putByte(i, (byte)(i * 73 + 41));
        }
        hash.key(key, 0);
        for (int i = 0; i < input.capacity(); i++) {
            input.putByte(i, (byte)(i * 151 + 7));
        }
    }

    /** Hashes a frame's input. */
    @Benchmark
    public int hash() {
        return hash.add(0, 0, input, 0, length);
    }
}
