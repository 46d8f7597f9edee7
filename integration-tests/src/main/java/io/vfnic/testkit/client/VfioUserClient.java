package io.vfnic.testkit.client;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.dma.DmaMap;
import io.vfnic.protocol.dma.DmaUnmap;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.irq.SetIrqs;
import io.vfnic.protocol.region.RegionAccess;
import io.vfnic.protocol.region.RegionInfo;
import io.vfnic.protocol.version.Version;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.protocol.version.VersionFormatException;
import io.vfnic.server.posix.EventFd;
import io.vfnic.server.posix.Fd;
import io.vfnic.testkit.guest.GuestMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A blocking vfio-user client: one method for each command, and {@link #exchange()} for what is not a proper command.
 * Methods that await a reply throw {@link VfioUserException} where it reports an error, except {@link #call}. Any
 * thread may use it.
 */
public final class VfioUserClient implements AutoCloseable {
    /** What QEMU offers. */
    public static final String QEMU_CAPABILITIES = """
        {"capabilities": {"pgsizes": 4096, "max_msg_fds": 16, "max_dma_maps": 65535, "max_data_xfer_size": 1048576, \
        "migration": {"max_bitmap_size": 268435456, "pgsize": 4096}, "write_multiple": true}}""";

    private static final int ID_MASK = 0xFFFF;

    private final MessageExchange exchange;
    private final AtomicInteger nextId = new AtomicInteger();

    private VfioUserClient(MessageExchange exchange) {
        this.exchange = exchange;
    }

    /** Connects without a handshake. */
    public static VfioUserClient connect(Path socket) throws IOException {
        return new VfioUserClient(MessageExchange.connect(socket));
    }

    /** Connects and does the handshake as QEMU does. */
    public static VfioUserClient attach(Path socket) throws IOException {
        VfioUserClient client = connect(socket);
        client.negotiate(QEMU_CAPABILITIES);
        return client;
    }

    /** The connection below. */
    public MessageExchange exchange() {
        return exchange;
    }

    /** An id no command awaits a reply under, as long as fewer than 65536 do. */
    public int newId() {
        return nextId.getAndIncrement() & ID_MASK;
    }

    /** Sends a command and waits for its reply, whatever it says. */
    public Message call(Command command, byte[] payload, Fd... fds) {
        return exchange.await(start(command, payload, fds));
    }

    /** Sends a command whose reply is waited for later. */
    public CompletableFuture<Message> start(Command command, byte[] payload, Fd... fds) {
        int id = newId();
        CompletableFuture<Message> reply = exchange.expect(id);
        exchange.send(encode(id, command.number(), MessageHeader.TYPE_COMMAND, payload), fds);
        return reply;
    }

    /** Sends a command to which no reply may come. */
    public void post(Command command, byte[] payload, Fd... fds) {
        exchange.send(encode(newId(), command.number(), MessageHeader.NO_REPLY, payload), fds);
    }

    /** A whole message. */
    public static byte[] encode(int id, int commandNumber, int flags, byte[] payload) {
        byte[] message = new byte[MessageHeader.LENGTH + payload.length];
        UnsafeBuffer buffer = new UnsafeBuffer(message);
        new MessageHeader().wrap(buffer, 0).id(id).commandNumber(commandNumber).size(message.length).flags(flags);
        buffer.putBytes(MessageHeader.LENGTH, payload);
        return message;
    }

    private Message succeed(Command command, byte[] payload, Fd... fds) {
        Message reply = call(command, payload, fds);
        if (reply.isError()) {
            throw new VfioUserException(reply);
        }
        return reply;
    }

    /** VERSION 0.0 with these capabilities; returns the server's. */
    public VersionCapabilities negotiate(String json) {
        Message reply = succeed(Command.VERSION, versionPayload(Version.MAJOR, Version.MINOR, json));
        Version version = new Version().wrap(reply.buffer(), 0, reply.payload().length);
        try {
            return version.hasJson() ? VersionCapabilities.parse(version.json()) : VersionCapabilities.DEFAULT;
        } catch (VersionFormatException e) {
            throw new IllegalStateException("the server's capabilities: " + version.json(), e);
        }
    }

    /** The payload of a VERSION command. */
    public static byte[] versionPayload(int major, int minor, String json) {
        byte[] payload = new byte[Version.lengthWith(json)];
        new Version().wrap(new UnsafeBuffer(payload), 0, payload.length).major(major).minor(minor).json(json);
        return payload;
    }

    /** DEVICE_GET_INFO. */
    public DeviceInfo deviceInfo() {
        byte[] payload = new byte[DeviceInfo.LENGTH];
        new DeviceInfo().wrap(new UnsafeBuffer(payload), 0).argsz(payload.length);
        return new DeviceInfo().wrap(succeed(Command.DEVICE_GET_INFO, payload).buffer(), 0);
    }

    /** DEVICE_GET_REGION_INFO; the file descriptor, if one comes, is closed. */
    public RegionInfo regionInfo(int index) {
        Message reply = succeed(Command.DEVICE_GET_REGION_INFO, regionInfoPayload(index, 4096));
        reply.fds().forEach(Fd::close);
        return new RegionInfo().wrap(reply.buffer(), 0, reply.payload().length);
    }

    /** DEVICE_GET_REGION_INFO, and maps what the server lets map; null if that is nothing. */
    public MappedRegion mapRegion(int index) throws IOException {
        return MappedRegion.of(succeed(Command.DEVICE_GET_REGION_INFO, regionInfoPayload(index, 4096)));
    }

    /** The payload of a DEVICE_GET_REGION_INFO command. */
    public static byte[] regionInfoPayload(int index, int argsz) {
        byte[] payload = new byte[RegionInfo.MIN_LENGTH];
        new RegionInfo().wrap(new UnsafeBuffer(payload), 0, payload.length).argsz(argsz).index(index);
        return payload;
    }

    /** DEVICE_GET_IRQ_INFO. */
    public IrqInfo irqInfo(int index) {
        byte[] payload = new byte[IrqInfo.LENGTH];
        new IrqInfo().wrap(new UnsafeBuffer(payload), 0).argsz(payload.length).index(index);
        return new IrqInfo().wrap(succeed(Command.DEVICE_GET_IRQ_INFO, payload).buffer(), 0);
    }

    /** DMA_MAP of the whole memory, readable and writable, with its file descriptor if it is shared. */
    public void map(GuestMemory memory) {
        byte[] payload = mapPayload(DmaMap.READ | DmaMap.WRITE, 0, memory.iova(), memory.size());
        if (memory.isShared()) {
            succeed(Command.DMA_MAP, payload, memory.fd());
        } else {
            exchange.dma().add(memory);
            succeed(Command.DMA_MAP, payload);
        }
    }

    /** The payload of a DMA_MAP command. */
    public static byte[] mapPayload(int flags, long fdOffset, long address, long size) {
        byte[] payload = new byte[DmaMap.LENGTH];
        new DmaMap().wrap(new UnsafeBuffer(payload), 0)
            .argsz(payload.length).flags(flags).fdOffset(fdOffset).address(address).size(size);
        return payload;
    }

    /** DMA_UNMAP of the whole memory. */
    public void unmap(GuestMemory memory) {
        succeed(Command.DMA_UNMAP, unmapPayload(0, memory.iova(), memory.size()));
        exchange.dma().remove(memory);
    }

    /** The payload of a DMA_UNMAP command. */
    public static byte[] unmapPayload(int flags, long address, long size) {
        byte[] payload = new byte[DmaUnmap.LENGTH];
        new DmaUnmap().wrap(new UnsafeBuffer(payload), 0)
            .argsz(payload.length).flags(flags).address(address).size(size);
        return payload;
    }

    /** DEVICE_SET_IRQS without booleans. */
    public void setIrqs(int flags, int index, int start, int count, Fd... fds) {
        succeed(Command.DEVICE_SET_IRQS, setIrqsPayload(flags, index, start, count), fds);
    }

    /** Sets the eventfds of an interrupt type's vectors from the first on. */
    public void setEventFds(int index, int start, EventFd... eventFds) {
        setIrqs(SetIrqs.DATA_EVENTFD | SetIrqs.ACTION_TRIGGER, index, start, eventFds.length,
            Arrays.stream(eventFds).map(EventFd::fd).toArray(Fd[]::new));
    }

    /** Disables all vectors of an interrupt type. */
    public void disableInterrupts(int index) {
        setIrqs(SetIrqs.DATA_NONE | SetIrqs.ACTION_TRIGGER, index, 0, 0);
    }

    /** The payload of a DEVICE_SET_IRQS command; booleans, if any, follow the fixed part. */
    public static byte[] setIrqsPayload(int flags, int index, int start, int count, boolean... booleans) {
        byte[] payload = new byte[SetIrqs.MIN_LENGTH + booleans.length];
        SetIrqs set = new SetIrqs().wrap(new UnsafeBuffer(payload), 0, payload.length)
            .argsz(payload.length).flags(flags).index(index).start(start).count(count);
        for (int i = 0; i < booleans.length; i++) {
            set.selected(i, booleans[i]);
        }
        return payload;
    }

    /** REGION_READ. */
    public byte[] read(int region, long offset, int count) {
        Message reply = succeed(Command.REGION_READ, accessPayload(region, offset, count, 0));
        return Arrays.copyOfRange(reply.payload(), RegionAccess.MIN_LENGTH, reply.payload().length);
    }

    /** REGION_READ of a little-endian dword. */
    public int read32(int region, long offset) {
        return new UnsafeBuffer(read(region, offset, Integer.BYTES)).getInt(0, ByteOrder.LITTLE_ENDIAN);
    }

    /** REGION_WRITE. */
    public void write(int region, long offset, byte[] data) {
        succeed(Command.REGION_WRITE, writePayload(region, offset, data));
    }

    /** REGION_WRITE of a little-endian dword. */
    public void write32(int region, long offset, int value) {
        write(region, offset, dword(value));
    }

    /** REGION_WRITE of a little-endian dword without a reply, as QEMU writes to memory BARs. */
    public void postWrite32(int region, long offset, int value) {
        post(Command.REGION_WRITE, writePayload(region, offset, dword(value)));
    }

    /** The payload of a REGION_READ command, or with room for data of a REGION_WRITE command. */
    public static byte[] accessPayload(int region, long offset, long count, int dataLength) {
        byte[] payload = new byte[RegionAccess.MIN_LENGTH + dataLength];
        new RegionAccess().wrap(new UnsafeBuffer(payload), 0, payload.length)
            .region(region).regionOffset(offset).count(count);
        return payload;
    }

    /** The payload of a REGION_WRITE command. */
    public static byte[] writePayload(int region, long offset, byte[] data) {
        byte[] payload = accessPayload(region, offset, data.length, data.length);
        System.arraycopy(data, 0, payload, RegionAccess.DATA_OFFSET, data.length);
        return payload;
    }

    /** DEVICE_RESET. */
    public void reset() {
        succeed(Command.DEVICE_RESET, new byte[0]);
    }

    private static byte[] dword(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        new UnsafeBuffer(bytes).putInt(0, value, ByteOrder.LITTLE_ENDIAN);
        return bytes;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
