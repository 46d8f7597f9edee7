package io.vfnic.server.session;

import io.netty.channel.EventLoop;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.irq.SetIrqs;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.server.posix.PosixException;
import io.vfnic.server.transport.EventFdWatch;
import io.vfnic.server.transport.Frame;
import io.vfnic.server.transport.ReceivedFds;

/** What interrupts there are, and how the client wires, masks and triggers them. */
final class InterruptCommands {
    private final FunctionPort port;
    private final ClientLink link;
    private final EventLoop loop;
    private final EventFdWatchdog watchdog;
    private final IrqVector[][] vectors = new IrqVector[IrqIndex.COUNT][];
    private final IrqInfo info = new IrqInfo();
    private final SetIrqs set = new SetIrqs();
    /** What the client signals to unmask INTx, KVM's resample eventfd for example; null for none. */
    private EventFdWatch intxUnmask;

    /**
     * @param link ends the connection of a client that catches a thread in a write to its eventfd.
     * @param loop where the session runs.
     */
    InterruptCommands(FunctionPort port, ClientLink link, EventLoop loop, EventFdWatchdog watchdog) {
        this.port = port;
        this.link = link;
        this.loop = loop;
        this.watchdog = watchdog;
        for (int index = 0; index < IrqIndex.COUNT; index++) {
            vectors[index] = new IrqVector[port.vectorCount(index)];
            for (int vector = 0; vector < vectors[index].length; vector++) {
                vectors[index][vector] = new IrqVector(index == IrqIndex.INTX);
            }
        }
    }

    int getInfo(Frame frame, Reply reply) {
        long index = info.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET).index();
        info.wrap(reply.payload(IrqInfo.LENGTH), Reply.PAYLOAD_OFFSET)
            .argsz(IrqInfo.LENGTH).index(index).count(vectors[(int)index].length).flags(flags((int)index));
        return 0;
    }

    /** Never NORESIZE: QEMU would tear all vectors down to add one. */
    private int flags(int index) {
        if (vectors[index].length == 0) {
            return 0;
        }
        return index == IrqIndex.INTX ? IrqInfo.EVENTFD | IrqInfo.MASKABLE | IrqInfo.AUTOMASKED : IrqInfo.EVENTFD;
    }

    int set(Frame frame) {
        set.wrap(frame.buffer(), Reply.PAYLOAD_OFFSET, frame.payloadLength());
        int index = (int)set.index();
        if (!set.fits(vectors[index].length)) {
            return Errno.EINVAL.number();
        }
        int start = (int)set.start();
        int count = (int)set.count();
        if (set.data() == SetIrqs.DATA_EVENTFD) {
            return wire(index, start, count, frame.fds());
        }
        if (set.isDisableAll() && count == 0) {
            unwire(index, 0, vectors[index].length);
            if (index == IrqIndex.INTX) {
                watchIntxUnmask(null);
            }
            return 0;
        }
        for (int i = 0; i < count; i++) {
            if (set.data() == SetIrqs.DATA_NONE || set.isSelected(i)) {
                act(index, start + i, set.action());
            }
        }
        return 0;
    }

    private void act(int index, int vector, int action) {
        switch (action) {
            case SetIrqs.ACTION_MASK -> vectors[index][vector].mask();
            case SetIrqs.ACTION_UNMASK -> unmask(index, vector);
            default -> vectors[index][vector].trigger();
        }
    }

    private void unmask(int index, int vector) {
        vectors[index][vector].unmask();
        port.interruptUnmasked(index, vector);
    }

    /** As VFIO has it, only INTx can be unmasked by an eventfd that the client signals, and nothing masked by one. */
    private int wireUnmask(int index, ReceivedFds fds) {
        if (index != IrqIndex.INTX || set.action() != SetIrqs.ACTION_UNMASK) {
            return Errno.EINVAL.number();
        }
        if (fds.count() == 0) {
            watchIntxUnmask(null);
            return 0;
        }
        try {
            EventFd eventFd = adopt(fds.take(0));
            watchIntxUnmask(EventFdWatch.start(loop, eventFd, () -> unmask(IrqIndex.INTX, 0)));
            return 0;
        } catch (PosixException e) {
            return e.errno();
        }
    }

    private void watchIntxUnmask(EventFdWatch replacement) {
        if (intxUnmask != null) {
            intxUnmask.close();
        }
        intxUnmask = replacement;
    }

    /** All eventfds of the message or none. */
    private int wire(int index, int start, int count, ReceivedFds fds) {
        if (set.action() != SetIrqs.ACTION_TRIGGER) {
            return wireUnmask(index, fds);
        }
        if (fds.count() == 0) {
            unwire(index, start, count);
            return 0;
        }
        EventFd[] eventFds = new EventFd[count];
        try {
            for (int i = 0; i < count; i++) {
                eventFds[i] = adopt(fds.take(i));
            }
        } catch (PosixException e) {
            for (EventFd adopted : eventFds) {
                if (adopted != null) {
                    adopted.close();
                }
            }
            return e.errno();
        }
        for (int i = 0; i < count; i++) {
            IrqVector vector = vectors[index][start + i];
            boolean isNew = !vector.isWired();
            watchdog.watch(eventFds[i], this::caught);
            vector.wire(eventFds[i]);
            if (isNew) {
                port.interruptSignal(index, start + i, vector);
            }
        }
        return 0;
    }

    private void caught() {
        link.fail("it has filled an interrupt's eventfd and let writes to it wait, which stopped one of the card's threads");
    }

    private static EventFd adopt(Fd fd) throws PosixException {
        try {
            return EventFd.adopt(fd);
        } catch (PosixException e) {
            fd.close();
            throw e;
        }
    }

    private void unwire(int index, int start, int count) {
        for (int vector = start; vector < start + count; vector++) {
            if (vectors[index][vector].isWired()) {
                port.interruptSignal(index, vector, null);
                vectors[index][vector].wire(null);
            }
        }
    }

    /** The client is gone, and the port has dropped all signals. */
    void closeAll() {
        watchIntxUnmask(null);
        for (IrqVector[] ofIndex : vectors) {
            for (IrqVector vector : ofIndex) {
                vector.wire(null);
            }
        }
    }
}
