package io.vfnic.server.uplink;

import io.vfnic.device.spi.UplinkPort;

/** An uplink that this host provides, with what it holds of it. */
public interface HostUplink extends UplinkPort, AutoCloseable {
    /** Lets go of it, when the card has stopped. */
    @Override
    void close();
}
