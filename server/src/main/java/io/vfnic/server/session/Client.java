package io.vfnic.server.session;

import io.netty.channel.EventLoop;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.rule.MessageRules;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.server.transport.Frame;

/** A client that has taken the function: its commands, memory and interrupts. */
final class Client {
    private final FunctionPort port;
    private final SharedPages pages;
    private final MessageRules rules;
    private final int maxMessageFds;
    private final DeviceCommands device;
    private final RegionCommands regions;
    private final InterruptCommands interrupts;
    private final MemoryCommands memory;

    /**
     * @param pages    what the client may map; null for nothing.
     * @param loop     where the session runs.
     * @param watchdog of the eventfds that the client gives.
     * @param own      what this server told the client of itself.
     * @param client   what the client told of itself.
     */
    Client(FunctionPort port, SharedPages pages, ClientLink link, EventLoop loop, EventFdWatchdog watchdog,
        VersionCapabilities own, VersionCapabilities client) {
        this.port = port;
        this.pages = pages;
        rules = new MessageRules(own.maxDataTransfer(), client.maxDataTransfer(), own.writeMultiple());
        maxMessageFds = own.maxMessageFds();
        device = new DeviceCommands(port);
        regions = new RegionCommands(port, pages);
        interrupts = new InterruptCommands(port, link, loop, watchdog);
        memory = new MemoryCommands(port);
        port.attach(link);
    }

    /**
     * Does what a command asks.
     *
     * @return 0 with the payload in the reply, or an errno.
     */
    int handle(Frame frame, Reply reply) {
        int errno = rules.check(frame.header(), frame.buffer(), Reply.PAYLOAD_OFFSET, frame.payloadLength(),
            frame.fds().count()).number();
        if (errno != 0) {
            return errno;
        }
        if (frame.fds().count() > maxMessageFds) {
            return Errno.EINVAL.number();
        }
        Command command = frame.header().command();
        return switch (command) {
            case REGION_WRITE -> regions.write(frame, reply);
            case REGION_READ -> regions.read(frame, reply);
            case REGION_WRITE_MULTI -> regions.writeMulti(frame, reply);
            case DMA_MAP -> memory.map(frame);
            case DMA_UNMAP -> memory.unmap(frame, reply);
            case DEVICE_SET_IRQS -> interrupts.set(frame);
            case DEVICE_GET_IRQ_INFO -> interrupts.getInfo(frame, reply);
            case DEVICE_GET_REGION_INFO -> regions.getInfo(frame, reply);
            case DEVICE_GET_REGION_IO_FDS -> regions.getIoFds(frame, reply);
            case DEVICE_GET_INFO -> device.getInfo(reply);
            case DEVICE_RESET -> device.reset();
            case DEVICE_FEATURE, MIG_DATA_READ, MIG_DATA_WRITE -> device.noFeature();
            // A client introduces itself once, and the DMA commands are the server's.
            case VERSION, DMA_READ, DMA_WRITE -> Errno.EINVAL.number();
        };
    }

    /** Lets go of what was withdrawn; while the port is quiet. */
    void releaseWithdrawn() {
        memory.releaseRetired();
    }

    /** A range of the client whose file has become too short for it, in words; null where there is none. */
    String findShrunkMemory() {
        return memory.findShrunk();
    }

    /** The connection is over: the function is reset, and everything of the client withdrawn. */
    void detach() {
        if (pages != null) {
            // Before the reset, which the client could undo as long as it reaches the registers.
            pages.renew();
        }
        port.detach();
        interrupts.closeAll();
        memory.retireAll();
    }
}
