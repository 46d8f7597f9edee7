package io.vfnic.it.support;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many packets each queue of an interface has had, as {@code ethtool -S} says.
 *
 * @param packets by queue, from queue 0 on
 */
public record QueueCounters(List<Long> packets) {
    /** Of the receive queues. */
    public static QueueCounters received(GuestNic nic) {
        return read(nic, "rx");
    }

    /** Of the transmit queues. */
    public static QueueCounters sent(GuestNic nic) {
        return read(nic, "tx");
    }

    private static QueueCounters read(GuestNic nic, String direction) {
        return new QueueCounters(nic.guest().check(nic.inItsNamespace("ethtool -S " + nic.name()) + " | sed -n 's/^ *"
            + direction + "_queue_[0-9]*_packets: //p'").lines().map(Long::valueOf).toList());
    }

    /** What has been added since an earlier look at the same queues. */
    public List<Long> since(QueueCounters before) {
        return IntStream.range(0, packets.size())
            .mapToObj(queue -> packets.get(queue) - before.packets.get(queue)).toList();
    }
}
