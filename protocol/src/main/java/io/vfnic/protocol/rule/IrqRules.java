package io.vfnic.protocol.rule;

import io.vfnic.protocol.Errno;
import io.vfnic.protocol.irq.IrqIndex;
import io.vfnic.protocol.irq.IrqInfo;
import io.vfnic.protocol.irq.SetIrqs;
import org.agrona.DirectBuffer;

/** Interrupt messages. Whether the vectors exist is the session's to check, with {@link SetIrqs#fits(int)}. */
final class IrqRules {
    private final IrqInfo info = new IrqInfo();
    private final SetIrqs set = new SetIrqs();

    Errno info(DirectBuffer buffer, int offset, int length) {
        if (length < IrqInfo.LENGTH) {
            return Errno.EINVAL;
        }
        info.wrap(buffer, offset);
        return info.argsz() < IrqInfo.LENGTH || info.index() >= IrqIndex.COUNT ? Errno.EINVAL : Errno.OK;
    }

    /**
     * Argsz is only checked to cover the fixed part: a client may count four bytes for each eventfd into it, as Linux's
     * VFIO does, though these are not in the payload.
     */
    Errno set(DirectBuffer buffer, int offset, int length, int fdCount) {
        if (length < SetIrqs.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        set.wrap(buffer, offset, length);
        int data = set.data();
        int action = set.action();
        if (set.argsz() < SetIrqs.MIN_LENGTH || set.index() >= IrqIndex.COUNT ||
            Integer.bitCount(data) != 1 || Integer.bitCount(action) != 1 || set.flags() != (data | action)) {
            return Errno.EINVAL;
        }
        long count = set.count();
        if (data == SetIrqs.DATA_BOOL && length - SetIrqs.MIN_LENGTH != count) {
            return Errno.EINVAL;
        }
        if (fdCount > 0 && (data != SetIrqs.DATA_EVENTFD || fdCount != count)) {
            return Errno.EINVAL;
        }
        if (count == 0 && (set.start() != 0 || !set.isDisableAll())) {
            return Errno.EINVAL;
        }
        boolean isNotification = set.index() == IrqIndex.ERR || set.index() == IrqIndex.REQ;
        return isNotification && (action != SetIrqs.ACTION_TRIGGER || count > 1) ? Errno.EINVAL : Errno.OK;
    }
}
