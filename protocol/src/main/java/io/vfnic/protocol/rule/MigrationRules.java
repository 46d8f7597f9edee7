package io.vfnic.protocol.rule;

import io.vfnic.protocol.Errno;
import io.vfnic.protocol.migration.DeviceFeature;
import io.vfnic.protocol.migration.DeviceStateData;
import io.vfnic.protocol.migration.DmaLoggingControl;
import io.vfnic.protocol.migration.DmaLoggingReport;
import io.vfnic.protocol.migration.MigrationData;
import io.vfnic.protocol.migration.MigrationFlags;
import org.agrona.DirectBuffer;

/** DEVICE_FEATURE and migration data. Whether a feature is supported in a state is the session's to check. */
final class MigrationRules {
    private final DeviceFeature feature = new DeviceFeature();
    private final DmaLoggingControl logging = new DmaLoggingControl();
    private final MigrationData data = new MigrationData();
    private final long peerMaxDataTransfer;

    MigrationRules(long peerMaxDataTransfer) {
        this.peerMaxDataTransfer = peerMaxDataTransfer;
    }

    Errno feature(DirectBuffer buffer, int offset, int length) {
        if (length < DeviceFeature.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        feature.wrap(buffer, offset, length);
        int operations = feature.operations();
        if (feature.argsz() < DeviceFeature.MIN_LENGTH || (operations & ~DeviceFeature.OPERATIONS) != 0) {
            return Errno.EINVAL;
        }
        return switch (operations) {
            case DeviceFeature.GET -> get(length);
            case DeviceFeature.SET -> set(buffer, offset, length);
            case 0, DeviceFeature.GET | DeviceFeature.SET -> Errno.EINVAL;
            default -> feature.argsz() < length ? Errno.EINVAL : Errno.OK;
        };
    }

    private Errno get(int length) {
        int needed = switch (feature.feature()) {
            case DeviceFeature.MIGRATION -> MigrationFlags.LENGTH;
            case DeviceFeature.MIG_DEVICE_STATE -> DeviceStateData.LENGTH;
            case DeviceFeature.DMA_LOGGING_REPORT -> DmaLoggingReport.MIN_LENGTH;
            default -> 0;
        };
        boolean isReport = feature.feature() == DeviceFeature.DMA_LOGGING_REPORT;
        return feature.argsz() < DeviceFeature.MIN_LENGTH + needed ||
            isReport && length < DeviceFeature.MIN_LENGTH + DmaLoggingReport.MIN_LENGTH ?
            Errno.EINVAL : Errno.OK;
    }

    private Errno set(DirectBuffer buffer, int offset, int length) {
        if (feature.argsz() < length) {
            return Errno.EINVAL;
        }
        int dataLength = length - DeviceFeature.MIN_LENGTH;
        return switch (feature.feature()) {
            case DeviceFeature.MIG_DEVICE_STATE -> dataLength < DeviceStateData.LENGTH ? Errno.EINVAL : Errno.OK;
            case DeviceFeature.DMA_LOGGING_START ->
                loggingStart(buffer, offset + DeviceFeature.DATA_OFFSET, dataLength);
            default -> Errno.OK;
        };
    }

    private Errno loggingStart(DirectBuffer buffer, int offset, int length) {
        if (length < DmaLoggingControl.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        logging.wrap(buffer, offset, length);
        long room = (length - DmaLoggingControl.MIN_LENGTH) / DmaLoggingControl.RANGE_LENGTH;
        return logging.pageSize() == 0 || logging.rangeCount() > room ? Errno.EINVAL : Errno.OK;
    }

    Errno read(DirectBuffer buffer, int offset, int length) {
        return transfer(buffer, offset, length);
    }

    Errno write(DirectBuffer buffer, int offset, int length) {
        Errno errno = transfer(buffer, offset, length);
        return errno == Errno.OK && length - MigrationData.MIN_LENGTH < data.size() ? Errno.EINVAL : errno;
    }

    private Errno transfer(DirectBuffer buffer, int offset, int length) {
        if (length < MigrationData.MIN_LENGTH) {
            return Errno.EINVAL;
        }
        data.wrap(buffer, offset, length);
        return data.size() > peerMaxDataTransfer || data.argsz() < MigrationData.MIN_LENGTH + data.size() ?
            Errno.EINVAL : Errno.OK;
    }
}
