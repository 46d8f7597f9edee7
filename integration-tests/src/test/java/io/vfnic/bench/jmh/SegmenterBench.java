package io.vfnic.bench.jmh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.GatherList;
import io.vfnic.device.frame.L4Type;
import io.vfnic.device.frame.Segmenter;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** TSO: a large TCP send over IPv4 of 42 segments, their headers and checksums, and the copy of each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SegmenterBench {
    private static final int ETHERNET = 14;
    private static final int IP = 20;
    private static final int TCP = 20;
    private static final int HEADERS = ETHERNET + IP + TCP;
    private static final int MSS = 1460;
    private static final int SEGMENTS = 42;
    private static final int LENGTH = HEADERS + SEGMENTS * MSS;
    private static final int RECEIVE_BUFFER = 2048;

    private final UnsafeBuffer sent = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));
    private final UnsafeBuffer received = new UnsafeBuffer(ByteBuffer.allocateDirect(RECEIVE_BUFFER * SEGMENTS));
    private final UnsafeBuffer header = new UnsafeBuffer(ByteBuffer.allocateDirect(256));
    private final GatherList gathered = new GatherList(4);
    private final FrameView whole = new FrameView();
    private final FrameView segment = new FrameView();
    private final Segmenter segmenter = new Segmenter();

    /** Prepares the send as a driver does. */
    @Setup
    public void prepare() {
        sent.putShort(12, (short)0x0800, ByteOrder.BIG_ENDIAN);
        sent.putByte(ETHERNET, (byte)0x45);
        sent.putByte(ETHERNET + 9, (byte)6);
        sent.putByte(ETHERNET + IP + 12, (byte)0x50);
        gathered.add(sent.addressOffset(), LENGTH);
    }

    /** Cuts the send and copies every segment to a receive buffer. */
    @Benchmark
    public int cut() {
        header.putBytes(0, sent, 0, HEADERS);
        whole.wrapWhole(header, 0, HEADERS, gathered);
        if (!segmenter.begin(whole, ETHERNET, IP, TCP, L4Type.TCP, MSS)) {
            throw new IllegalStateException("the send is not accepted");
        }
        int at = 0;
        while (segmenter.next(segment)) {
            segment.copyTo(0, received.addressOffset() + at, segment.length());
            at += RECEIVE_BUFFER;
        }
        return at;
    }
}
