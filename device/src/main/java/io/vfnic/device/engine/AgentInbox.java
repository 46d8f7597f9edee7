package io.vfnic.device.engine;

import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.nio.ByteBuffer;

/** The commands for one agent: who rings it names a pool, the pool's own state says what is to be done. */
final class AgentInbox {
    /** A tail moved or an interrupt may be due: a hint that may get lost when the agent is busy anyway. */
    static final int LOOK = 1;
    /** The pool waits for the agent to pass a quiesce point. */
    static final int QUIESCE = 2;
    /** The pool is handed to this agent. */
    static final int ADOPT = 3;
    /** Somebody wants to see the pool's rings. */
    static final int INSPECT = 4;

    private static final int CAPACITY = 64 * 1024;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(
        ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
    private final AgentIdle idle;
    private final ControlledMessageHandler passOn = this::passOn;
    private MessageHandler handler;

    AgentInbox(AgentIdle idle) {
        this.idle = idle;
    }

    /** Hands over a hint; dropped when the ring is full, for then the agent is awake and looks at everything. */
    void hint(int pool) {
        write(LOOK, pool);
        idle.wake();
    }

    /** Hands over a command. The agent drains its ring every duty cycle, so a full one has room again soon. */
    void command(int type, int pool) {
        while (!write(type, pool)) {
            Thread.onSpinWait();
        }
        idle.wake();
    }

    /**
     * Takes hints, and at most one command: a session may answer a command's end with the next command at once, and the
     * agent must serve its pools between the two.
     */
    int drain(MessageHandler handler) {
        this.handler = handler;
        final int taken = ring.controlledRead(passOn);
        // At the end of the buffer a read may find nothing but padding: commands behind it must not be slept on.
        return taken > 0 ? taken : ring.controlledRead(passOn);
    }

    private ControlledMessageHandler.Action passOn(int type, MutableDirectBuffer buffer, int offset, int length) {
        handler.onMessage(type, buffer, offset, length);
        return type == LOOK ? ControlledMessageHandler.Action.CONTINUE : ControlledMessageHandler.Action.BREAK;
    }

    private boolean write(int type, int pool) {
        final int index = ring.tryClaim(type, BitUtil.SIZE_OF_INT);
        if (index <= 0) {
            return false;
        }
        ring.buffer().putInt(index, pool);
        ring.commit(index);
        return true;
    }
}
