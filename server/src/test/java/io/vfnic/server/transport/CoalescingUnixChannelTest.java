package io.vfnic.server.transport;

import java.util.concurrent.TimeUnit;

/** The same of a channel that leaves its socket unread for a while when a great many messages come. */
class CoalescingUnixChannelTest extends UnixChannelTest {
    @Override
    long maxPause() {
        return TimeUnit.MICROSECONDS.toNanos(300);
    }
}
