package io.vfnic.device.engine;

import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Where others ring one agent. What is to be done is in the pools' own state, which the agent looks at in each duty
 * cycle; a command names a pool.
 */
final class AgentInbox {
    /** The pool waits for the agent to pass a quiesce point. */
    static final int QUIESCE = 1;
    /** The pool is handed to this agent. */
    static final int ADOPT = 2;
    /** Somebody wants to see the pool's rings. */
    static final int INSPECT = 3;

    private static final int CAPACITY = 64 * 1024;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(new UnsafeBuffer(
        ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));
    private final AgentIdle idle;
    private final BooleanSupplier lentCycle;
    private final ControlledMessageHandler passOn = this::passOn;
    private MessageHandler handler;

    /** @param lentCycle the agent's duty cycle for those who ring while it sleeps; null where it runs its own only. */
    AgentInbox(AgentIdle idle, BooleanSupplier lentCycle) {
        this.idle = idle;
        this.lentCycle = lentCycle;
    }

    /** A tail moved or an interrupt may be due (session). */
    void look() {
        if (lentCycle == null) {
            idle.wake();
        } else {
            idle.ring(lentCycle);
        }
    }

    /** The same from within an agent's duty cycle. */
    void remind() {
        idle.wake();
    }

    /** Asks for a quiesce point of a pool (session). */
    void quiesce(int pool) {
        put(QUIESCE, pool);
        look();
    }

    /** Hands over another command; from within a duty cycle, too. */
    void command(int type, int pool) {
        put(type, pool);
        remind();
    }

    /** The agent drains its ring every duty cycle, so a full one has room again soon. */
    private void put(int type, int pool) {
        while (!write(type, pool)) {
            Thread.onSpinWait();
        }
    }

    /**
     * Takes one command at the most: a session may answer a command's end with the next command at once, and the agent
     * must serve its pools between the two.
     */
    int drain(MessageHandler handler) {
        this.handler = handler;
        final int taken = ring.controlledRead(passOn);
        // At the end of the buffer a read may find nothing but padding: commands behind it must not be slept on.
        return taken > 0 ? taken : ring.controlledRead(passOn);
    }

    private ControlledMessageHandler.Action passOn(int type, MutableDirectBuffer buffer, int offset, int length) {
        handler.onMessage(type, buffer, offset, length);
        return ControlledMessageHandler.Action.BREAK;
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
