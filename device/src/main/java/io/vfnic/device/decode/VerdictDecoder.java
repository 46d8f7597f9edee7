package io.vfnic.device.decode;

import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.Watch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says what became of frames. */
public final class VerdictDecoder {
    private VerdictDecoder() {
    }

    /**
     * A verdict as {@link Verdict} has them, such as {@code "to vf1, uplink"} and {@code "dropped: spoofed address"}.
     */
    public static String decode(int verdict) {
        return switch (verdict) {
            case Verdict.RECEIVED -> "delivered";
            case Verdict.SPOOFED_ADDRESS -> "dropped: spoofed source address";
            case Verdict.SPOOFED_VLAN -> "dropped: spoofed VLAN";
            case Verdict.NO_DESTINATION -> "dropped: nobody takes it";
            case Verdict.NO_DESCRIPTOR -> "dropped: no free receive descriptor";
            case Verdict.QUEUE_DISABLED -> "dropped: receive queue disabled";
            case Verdict.MEMORY_FAULT -> "delivered with an error: receive buffer out of reach";
            case Verdict.OVERSIZE -> "dropped: longer than the receiver takes";
            case Verdict.NO_BUS_MASTER -> "dropped: bus mastering disabled";
            case Verdict.UPLINK_FULL -> "dropped: uplink full";
            case Verdict.UPLINK_DOWN -> "dropped: uplink's link down";
            case Verdict.UPLINK_REFUSED -> "dropped: refused by the uplink";
            default -> "to " + IntStream.range(0, Watch.POINTS).filter(point -> (verdict & 1 << point) != 0)
                .mapToObj(Watch::nameOf).collect(Collectors.joining(", "));
        };
    }
}
