package io.vfnic.bench;

import java.util.ArrayList;
import java.util.List;

/** Bits per second VF to VF of one agent, beside a plain copy of the same bytes. */
final class ByteRates implements Benchmark {
    /** A large send of 64 KiB less than the headers need, in whole segments. */
    private static final int SEGMENT = 1460;
    private static final int SEGMENTS = 42;
    private static final Aim HALF_A_COPY = Aim.ratioAtLeast(0.5);

    @Override
    public String name() {
        return "bytes";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(measure(scale, "1,500-byte frames VF to VF, one agent, against memcpy", LoadedCard.LONGEST_FRAME, 0));
        rows.add(measure(scale, "64 KiB TSO VF to VF, one agent, against memcpy", LoadedCard.LONGEST_FRAME,
            SEGMENTS * SEGMENT));
        return rows;
    }

    private static Row measure(Scale scale, String what, int frame, int largeSend) throws Exception {
        boolean isCut = largeSend > 0;
        try (Scratch scratch = Scratch.create();
            LoadedCard card = LoadedCard.start(
                scale, scratch.file("card"), 2, LoadedCard.plan(frame, largeSend), "mmap");
            CopiedBytes copied = isCut ? CopiedBytes.start(scale, scratch, frame, SEGMENTS, 64 << 10, 16, 1) :
                CopiedBytes.start(scale, scratch, frame, 1, 2048, LoadedCard.RING, LoadedCard.BATCH)) {
            double[] bits = Turns.medians(scale, card::bitRate, copied::bitRate);
            return Row.of(what, "bit/s", bits[0], bits[1], HALF_A_COPY,
                "baseline: memcpy by a C program, both ways between shared memories of the same layout");
        }
    }
}
