package io.vfnic.bench;

import java.io.IOException;

/** What copying the frames from memory to memory alone reaches. */
final class CopiedBytes implements AutoCloseable {
    private final CProgram program;
    private final Scale scale;

    private CopiedBytes(CProgram program, Scale scale) {
        this.program = program;
        this.scale = scale;
    }

    /**
     * Frames as the load driver has them in its rings.
     *
     * @param frame   bytes of a frame.
     * @param frames  of them that lie one behind the other.
     * @param stride  bytes from one row of frames to the next.
     * @param buffers rows of frames that take turns.
     * @param batch   rows that are copied one way before as many are copied the other way.
     */
    static CopiedBytes start(Scale scale, Scratch scratch, int frame, int frames, int stride, int buffers, int batch)
        throws IOException, InterruptedException {
        return new CopiedBytes(CProgram.start(scratch, "copying", frame, frames, stride, buffers, batch), scale);
    }

    /** Bits per second, of a round. */
    double bitRate() throws IOException {
        return Double.parseDouble(program.ask(scale.roundMillis()));
    }

    @Override
    public void close() {
        program.close();
    }
}
