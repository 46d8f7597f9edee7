package io.vfnic.server.session;

import io.vfnic.device.spi.FunctionPort;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.device.DeviceInfo;
import io.vfnic.protocol.irq.IrqIndex;

/** What concerns the function as a whole. */
final class DeviceCommands {
    private final FunctionPort port;
    private final DeviceInfo info = new DeviceInfo();

    DeviceCommands(FunctionPort port) {
        this.port = port;
    }

    int getInfo(Reply reply) {
        info.wrap(reply.payload(DeviceInfo.LENGTH), Reply.PAYLOAD_OFFSET)
            .argsz(DeviceInfo.LENGTH).flags(DeviceInfo.PCI | DeviceInfo.RESET)
            .regionCount(port.regionCount()).irqCount(IrqIndex.COUNT);
        return 0;
    }

    /** Memory and eventfds stay: QEMU does not send them again after a reset. */
    int reset() {
        port.reset();
        return 0;
    }

    /** Migration and dirty logging are all the features there are; libvfio-user answers so where a device has none. */
    int noFeature() {
        return Errno.EINVAL.number();
    }
}
