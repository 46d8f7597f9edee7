package io.vfnic.server.control.watch;

import com.google.protobuf.UnsafeByteOperations;
import io.vfnic.device.decode.VerdictDecoder;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchRecord;
import io.vfnic.protocol.control.v1.Capture;
import io.vfnic.protocol.control.v1.CapturedFrame;
import io.vfnic.protocol.control.v1.Response;

/** Frames. */
final class CaptureBatch implements RecordBatch {
    private static final int SIZE = 64;

    private final WallClock clock;
    private Capture.Builder capture = Capture.newBuilder();
    private int size;

    CaptureBatch(WallClock clock) {
        this.clock = clock;
    }

    @Override
    public void add(WatchRecord record) {
        byte[] bytes = record.bytes();
        // What the wire gets, the card sends.
        boolean received = record.is(WatchRecord.INCOMING) != (record.function() == Watch.UPLINK);
        capture.addFrames(CapturedFrame.newBuilder().setTimeNs(clock.date(record.time()))
            .setFunction(Watch.nameOf(record.function())).setReceived(received)
            .setLength(record.wholeLength()).setData(UnsafeByteOperations.unsafeWrap(bytes))
            .setVerdict(VerdictDecoder.decode(record.verdict())).setDropped(Verdict.isDropped(record.verdict())));
        size += bytes.length + SIZE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Response.Builder take(long lost) {
        Response.Builder response = Response.newBuilder().setCapture(capture.setLost(lost));
        capture = Capture.newBuilder();
        size = 0;
        return response;
    }
}
