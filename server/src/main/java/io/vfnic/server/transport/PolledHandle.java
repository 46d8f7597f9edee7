package io.vfnic.server.transport;

import io.netty.channel.epoll.EpollIoHandle;

/** What a {@link PollingIoHandler} asks itself whether something has come, rather than epoll. */
interface PolledHandle extends EpollIoHandle {
    /** Takes what has come; returns whether there was anything. */
    boolean poll();

    /** Whether there is still something to ask. */
    boolean isPollable();

    @Override
    void close();
}
