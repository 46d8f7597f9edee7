package io.vfnic.device.uplink;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.VlanTag;
import io.vfnic.device.ring.Frame;
import io.vfnic.device.ring.FrameSink;
import io.vfnic.device.ring.LargeSend;
import io.vfnic.device.spi.FrameOffload;
import io.vfnic.device.spi.FrameOffload.Segments;
import io.vfnic.device.spi.UplinkPort;
import io.vfnic.device.uplink.UplinkCounters.Drop;
import io.vfnic.device.watch.Verdict;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPoint;

import java.nio.ByteOrder;

/** The uplink as the agent that owns it works with it. */
public final class Uplink {
    private static final int CRC_LENGTH = 4;

    private final UplinkPort port;
    private final UplinkCounters counters;
    private final WatchPoint watch;
    private final InboundFrames inbound;
    private final UplinkPort.Receiver receiver = this::onReceived;
    private final FrameOffload offload = new FrameOffload();
    private FrameSink sink;
    private int vlanEtherType;
    private boolean linkUp;
    private boolean unflushed;

    /**
     * @param counters written by the owning agent from now on.
     * @param watch    where frames are recorded.
     */
    public Uplink(UplinkPort port, UplinkCounters counters, WatchPoint watch) {
        this.watch = watch;
        this.port = port;
        this.counters = counters;
        this.inbound = new InboundFrames(counters);
    }

    /** What the user calls it; any thread may ask. */
    public String name() {
        return port.name();
    }

    /** Why its own link is down; empty while it is up. Any thread may ask. */
    public String whyDown() {
        return port.whyDown();
    }

    /** What is counted, the port's own counters with it, at this moment; any thread may ask. */
    public UplinkCounters.Snapshot snapshot() {
        return counters.snapshot(port.missed());
    }

    /** What is counted. */
    public UplinkCounters counters() {
        return counters;
    }

    /** The port's link is up or down from now on: while it is down, what comes in and goes out is dropped. */
    public void link(boolean up) {
        linkUp = up;
    }

    /**
     * Takes frames that have come in.
     *
     * @param budget how many, where large sends count as one.
     * @param etherType VET, what a VLAN tag starts with.
     * @return how much was done.
     */
    public int receive(int budget, int etherType, FrameSink to) {
        sink = to;
        vlanEtherType = etherType;
        return port.receive(receiver, budget);
    }

    private void onReceived(long address, int length, FrameOffload left) {
        inbound.begin(address, length, left, vlanEtherType);
        Frame frame = inbound.next();
        while (frame != null) {
            if (linkUp) {
                sink.accept(frame);
            } else {
                watchArrival(frame, Verdict.UPLINK_DOWN);
                counters.dropped(Drop.IN_LINK_DOWN, 1);
            }
            frame = inbound.next();
        }
    }

    /**
     * Counts a frame that has come in for a function.
     *
     * @param forPf whether one of its receivers is the PF.
     */
    public void received(Frame frame, boolean forPf) {
        counters.received(frame.wireLength() + CRC_LENGTH, destination(frame.view()), forPf);
    }

    /**
     * Records a frame that has come in.
     *
     * @param verdict see {@link Verdict}.
     */
    public void watchArrival(Frame frame, int verdict) {
        if (watch.wants(WatchKind.FRAME)) {
            watch.frame(false, verdict, frame.view(), frame.vlanControl());
        }
    }

    /**
     * Sends a complete frame. Never waits.
     *
     * @param etherType VET, what a VLAN tag starts with.
     * @param fromPf    whether the PF sends it.
     */
    public void send(Frame frame, int etherType, boolean fromPf) {
        final FrameView view = frame.view();
        // Read before the frame leaves: its bytes may be the guest's.
        final long destination = destination(view);
        final int octets = frame.wireLength() + CRC_LENGTH;
        offload.clear();
        final UplinkPort.Sent sent = linkUp ? hand(frame, etherType) : UplinkPort.Sent.LINK_DOWN;
        if (watch.wants(WatchKind.FRAME)) {
            watch.frame(true, verdictOf(sent), view, frame.vlanControl());
        }
        if (sent == UplinkPort.Sent.SENT) {
            counters.transmitted(octets, destination, fromPf);
            unflushed = true;
        } else {
            countDrop(sent, 1);
        }
    }

    /** Whether {@link #sendLarge} may be called, and nobody is to see its segments. */
    public boolean takesLargeSends() {
        return linkUp && port.takesOffloads() && !watch.wants(WatchKind.FRAME);
    }

    /** Sends a large send for the far side to cut it; as {@link #send}. */
    public void sendLarge(Frame frame, LargeSend send, int etherType, boolean fromPf) {
        final long destination = destination(frame.view());
        final int tag = frame.vlanControl() == Frame.UNTAGGED ? 0 : VlanTag.LENGTH;
        offload.clear();
        offload.checksum(send.l4Offset() + tag, send.checksumField() + tag);
        offload.segments(send.isIpv4() ? Segments.TCP_IPV4 : Segments.TCP_IPV6, send.segmentSize(),
            send.headerLength() + tag);
        final UplinkPort.Sent sent = hand(frame, etherType);
        if (sent == UplinkPort.Sent.SENT) {
            for (int segment = 0; segment < send.segments(); segment++) {
                counters.transmitted(send.wireLength(segment) + CRC_LENGTH, destination, fromPf);
            }
            unflushed = true;
        } else {
            countDrop(sent, send.segments());
        }
    }

    private UplinkPort.Sent hand(Frame frame, int etherType) {
        final FrameView view = frame.view();
        if (frame.vlanControl() == Frame.UNTAGGED) {
            return port.send(view, offload);
        }
        if (!VlanTag.insert(view, etherType, frame.vlanControl())) {
            return UplinkPort.Sent.REFUSED;
        }
        try {
            return port.send(view, offload);
        } finally {
            // The header is the sender's, who may have more receivers for it.
            VlanTag.strip(view, etherType);
        }
    }

    private static int verdictOf(UplinkPort.Sent sent) {
        return switch (sent) {
            case SENT -> Verdict.RECEIVED;
            case FULL -> Verdict.UPLINK_FULL;
            case LINK_DOWN -> Verdict.UPLINK_DOWN;
            case REFUSED -> Verdict.UPLINK_REFUSED;
        };
    }

    private void countDrop(UplinkPort.Sent sent, int frames) {
        counters.dropped(switch (sent) {
            case FULL -> Drop.OUT_FULL;
            case LINK_DOWN -> Drop.OUT_LINK_DOWN;
            default -> Drop.OUT_REFUSED;
        }, frames);
    }

    /** Has what was sent go out. */
    public void flush() {
        if (unflushed) {
            unflushed = false;
            port.flush();
        }
    }

    private static long destination(FrameView view) {
        return view.header().getLong(view.headerIndex(), ByteOrder.BIG_ENDIAN) >>> 16;
    }
}
