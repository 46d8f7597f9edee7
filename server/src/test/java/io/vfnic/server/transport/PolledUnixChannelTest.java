package io.vfnic.server.transport;

import io.netty.channel.IoHandlerFactory;

/** The same in event loops that never sleep. */
class PolledUnixChannelTest extends UnixChannelTest {
    @Override
    IoHandlerFactory handlers() {
        return PollingIoHandler.newFactory();
    }
}
