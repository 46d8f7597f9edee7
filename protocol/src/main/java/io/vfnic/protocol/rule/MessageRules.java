package io.vfnic.protocol.rule;

import io.vfnic.protocol.Command;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.version.Version;
import org.agrona.DirectBuffer;

/**
 * Checks a command that a server has received, as a message.
 * <p>
 * Reserved header bits, the Error flag and the errno field of a command are ignored: the specification reserves them,
 * and so does libvfio-user. Not thread-safe (flyweights are reused); holds no state between calls and does not
 * allocate.
 */
public final class MessageRules {
    private final Version version = new Version();
    private final DeviceInfo deviceInfo = new DeviceInfo();
    private final DmaRules dma = new DmaRules();
    private final RegionRules region;
    private final IrqRules irq = new IrqRules();
    private final MigrationRules migration;

    /**
     * @param maxDataTransfer     the receiver's {@code max_data_xfer_size} in bytes.
     * @param peerMaxDataTransfer the sender's, which bounds what can be sent back to it.
     * @param writeMultiple       whether both ends have {@code write_multiple}.
     */
    public MessageRules(long maxDataTransfer, long peerMaxDataTransfer, boolean writeMultiple) {
        region = new RegionRules(maxDataTransfer, writeMultiple);
        migration = new MigrationRules(peerMaxDataTransfer);
    }

    /**
     * Checks a command. The frame is not broken ({@link FrameRules}), so the payload is what the header's size says.
     *
     * @param header  the header.
     * @param buffer  holds the payload.
     * @param offset  where the payload begins.
     * @param length  bytes of payload.
     * @param fdCount file descriptors that came with the message.
     * @return {@link Errno#OK}, or what to answer with.
     */
    public Errno check(
        MessageHeader header, DirectBuffer buffer, int offset, int length, int fdCount) {
        Command command = header.command();
        if (!header.isCommand() || command == null || command.isSentByServer()) {
            return Errno.EINVAL;
        }
        if (length == 0 && command != Command.DEVICE_RESET) {
            return Errno.EINVAL;
        }
        if (fdCount > 0 && command != Command.DMA_MAP && command != Command.DEVICE_SET_IRQS) {
            return Errno.EINVAL;
        }
        return switch (command) {
            case VERSION -> version(buffer, offset, length);
            case DMA_MAP -> dma.map(buffer, offset, length, fdCount);
            case DMA_UNMAP -> dma.unmap(buffer, offset, length);
            case DEVICE_GET_INFO -> deviceInfo(buffer, offset, length);
            case DEVICE_GET_REGION_INFO -> region.info(buffer, offset, length);
            case DEVICE_GET_REGION_IO_FDS -> region.ioFds(buffer, offset, length);
            case DEVICE_GET_IRQ_INFO -> irq.info(buffer, offset, length);
            case DEVICE_SET_IRQS -> irq.set(buffer, offset, length, fdCount);
            case REGION_READ -> region.read(buffer, offset, length);
            case REGION_WRITE -> region.write(buffer, offset, length);
            case REGION_WRITE_MULTI -> region.writeMulti(buffer, offset, length);
            case DEVICE_FEATURE -> migration.feature(buffer, offset, length);
            case MIG_DATA_READ -> migration.read(buffer, offset, length);
            case MIG_DATA_WRITE -> migration.write(buffer, offset, length);
            case DEVICE_RESET -> Errno.OK;
            case DMA_READ, DMA_WRITE -> Errno.EINVAL;
        };
    }

    /** The JSON itself is judged when it is parsed. An error here ends the connection after the reply. */
    private Errno version(DirectBuffer buffer, int offset, int length) {
        if (length < Version.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        version.wrap(buffer, offset, length);
        return version.major() != Version.MAJOR || version.hasJson() && !version.isJsonTerminated() ?
            Errno.EINVAL : Errno.OK;
    }

    private Errno deviceInfo(DirectBuffer buffer, int offset, int length) {
        return length < DeviceInfo.LENGTH || deviceInfo.wrap(buffer, offset).argsz() < DeviceInfo.LENGTH ?
            Errno.EINVAL : Errno.OK;
    }
}
