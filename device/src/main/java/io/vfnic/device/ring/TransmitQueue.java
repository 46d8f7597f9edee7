package io.vfnic.device.ring;

import io.vfnic.device.frame.FrameView;
import io.vfnic.device.frame.Segmenter;
import io.vfnic.device.frame.TransmitChecksum;
import io.vfnic.device.frame.VlanTag;
import io.vfnic.device.memory.DmaView;
import io.vfnic.device.ring.PoolCounters.Counter;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * A transmit queue: reads descriptors from head to tail, applies the offloads they ask for and hands the frames on, then
 * reports the descriptors done. All of it belongs to the agent that owns the queue.
 * <p>
 * A packet is taken up only when all of its descriptors are there. A large send (TSO) may be left between two segments
 * when the budget ends, and goes on at the next poll.
 */
public final class TransmitQueue {
    /** The longest frame that is sent without segmentation, without CRC: 82576's jumbo limit of 9,728 with it. */
    public static final int MAX_FRAME_LENGTH = 9724;

    private static final int MIN_FRAME_LENGTH = 14;
    /** TCTL.PSP: short frames are padded to 64 bytes with the CRC. */
    private static final int PADDED_LENGTH = 60;
    private static final int HEADROOM = 16;
    /** MACLEN, IPLEN and L4LEN at their largest are 893 bytes. */
    private static final int MAX_HEADER_LENGTH = 1024;
    /** Bytes always copied to the scratch: tags, and IPv4 and TCP with all options, for a receiver's headers to be parsed. */
    private static final int USUAL_HEADER_LENGTH = 160;
    /** The end of a checksum field that a legacy descriptor places (CSO has eight bits). */
    private static final int LEGACY_CHECKSUM_END = 257;
    /** The last checksum field's end behind the layer 4 header's start: TCP's. */
    private static final int L4_CHECKSUM_END = 18;

    private final QueueRegisters registers;
    private final DmaView dma;
    private final PoolCounters counters;
    private final DescriptorRing ring;
    private final TransmitPacket packet;
    private final TransmitContext[] contexts = {new TransmitContext(), new TransmitContext()};
    private final Segmenter segmenter = new Segmenter();
    private final UnsafeBuffer header =
        new UnsafeBuffer(ByteBuffer.allocateDirect(HEADROOM + MAX_HEADER_LENGTH));
    private final FrameView whole = new FrameView();
    private final Frame frame = new Frame();
    private final UnsafeBuffer headReport = new UnsafeBuffer(ByteBuffer.allocateDirect(Integer.BYTES));

    private boolean running;
    private boolean segmenting;
    private boolean abandoned;
    private boolean discarding;
    private boolean reported;
    private boolean headReportDue;
    private int head;
    private int end;
    private int fetched;
    private int scannedTail = -1;
    private long headWriteBackAddress;
    private int vlanControl;
    private boolean taggedInBand;
    private int checksumOffset;

    /** A queue that does not run. */
    public TransmitQueue(QueueRegisters registers, DmaView dma, PoolCounters counters) {
        this.registers = registers;
        this.dma = dma;
        this.counters = counters;
        this.ring = new DescriptorRing(dma);
        this.packet = new TransmitPacket(dma);
    }

    /** Follows TXDCTL.ENABLE: starts at its rising edge with head 0, stops at its falling edge. */
    public void followEnable() {
        final boolean enable = registers.isEnableRequested();
        if (enable == running) {
            return;
        }
        running = enable;
        forgetPacket();
        if (enable) {
            head = 0;
            fetched = 0;
            registers.head(0);
            headWriteBackAddress = registers.headWriteBackAddress();
            ring.open(registers.ringAddress(), registers.ringEntries());
            if (!ring.isUsable()) {
                counters.add(Counter.DMA_ERROR, 1);
            }
        }
    }

    /** Guest memory has changed: addresses learned before are void. */
    public void memoryChanged() {
        if (running) {
            if (segmenting) {
                // The rest of a send whose buffers may have moved is lost, as on a link that drops frames. Its
                // descriptors are reported at the next poll: a quiesce point must not touch guest memory, it may be gone.
                counters.add(Counter.DMA_ERROR, 1);
                segmenting = false;
                abandoned = true;
            }
            fetched = head;
            scannedTail = -1;
            ring.locate();
        }
    }

    /** Stops the queue and forgets everything: ENABLE, head and tail read 0 afterwards. */
    public void reset() {
        running = false;
        head = 0;
        forgetPacket();
        reported = false;
        contexts[0].clear();
        contexts[1].clear();
        registers.set(QueueRegisters.CONTROL_OFFSET,
            registers.get(QueueRegisters.CONTROL_OFFSET) & ~QueueRegisters.CONTROL_ENABLE);
        registers.head(0);
        registers.set(QueueRegisters.TAIL_OFFSET, 0);
    }

    /**
     * Sends what the driver has handed over.
     *
     * @param budget        frames and contexts at the most.
     * @param vlanEtherType VET, what a VLAN tag starts with.
     * @param ignoreVle     whether the pool's policy (VMVIR) overrides the descriptors' VLE.
     * @return how much was done; 0 when there was nothing to do.
     */
    public int poll(int budget, int vlanEtherType, boolean ignoreVle, FrameSink sink) {
        if (!running || !ring.isUsable() || !settle()) {
            return 0;
        }
        final int tail = registers.tail();
        if (tail >= ring.entries() || (head == tail && !segmenting) || !fetchTo(tail)) {
            return 0;
        }
        int work = 0;
        if (abandoned) {
            abandoned = false;
            complete();
            work++;
        }
        while (work < budget) {
            if (segmenting) {
                if (segmenter.next(frame.view())) {
                    pad(frame.view());
                    sink.accept(frame.describe(vlanControl, taggedInBand, checksumOffset));
                    work++;
                } else {
                    complete();
                }
            } else if (takeContext(tail)) {
                work++;
            } else if (assemble(tail)) {
                send(vlanEtherType, ignoreVle, sink);
                work++;
            } else {
                break;
            }
        }
        publishHead();
        return work;
    }

    /** Whether a descriptor with RS was done since the last call: the queue's interrupt cause is to be raised. */
    public boolean takeReported() {
        final boolean result = reported;
        reported = false;
        return result;
    }

    private boolean fetchTo(int tail) {
        if (!ring.isCopied() || fetched == tail) {
            return true;
        }
        final boolean arrived = ring.fetch(fetched, tail);
        if (arrived) {
            fetched = tail;
        }
        return arrived;
    }

    /** Brings to the guest what could not be written when it was due; false where that still fails. */
    private boolean settle() {
        if (ring.isBehind()) {
            if (!ring.settle(head)) {
                return false;
            }
            reported = true;
        }
        if (headReportDue) {
            reportHead();
            reported |= !headReportDue;
        }
        return !headReportDue;
    }

    /** Takes up the context descriptor at the head, if there is one: it is done as soon as it is read. */
    private boolean takeContext(int tail) {
        if (head == tail) {
            return false;
        }
        final long low = ring.low(head);
        final long high = ring.high(head);
        if (!TransmitDescriptor.isContext(TransmitDescriptor.dword2(high))) {
            return false;
        }
        contexts[TransmitDescriptor.contextIndex(TransmitDescriptor.dword3(high))].set(low, high);
        if ((TransmitDescriptor.dword2(high) & TransmitDescriptor.RS) != 0) {
            report(head);
        }
        head = ring.next(head);
        return true;
    }

    /** Collects the next packet; false where its last descriptor is not there yet. */
    private boolean assemble(int tail) {
        if (tail == scannedTail) {
            return false;
        }
        packet.clear();
        int index = head;
        while (index != tail) {
            final long high = ring.high(index);
            final int next = ring.next(index);
            // A context inside a packet is an error of the driver and passed over.
            if (!TransmitDescriptor.isContext(TransmitDescriptor.dword2(high))) {
                packet.add(index, ring.low(index), high);
                if (packet.isComplete()) {
                    end = next;
                    return true;
                }
            }
            index = next;
        }
        scannedTail = tail;
        return false;
    }

    private void send(int vlanEtherType, boolean ignoreVle, FrameSink sink) {
        if (discarding || !packet.isEnded() || packet.isFaulty() || !begin(vlanEtherType, ignoreVle)) {
            counters.add(Counter.DMA_ERROR, 1);
            complete();
        } else if (!segmenting) {
            sink.accept(frame);
            complete();
        }
    }

    /** Brings the headers to the scratch and applies the offloads; false for a packet that cannot be sent. */
    private boolean begin(int vlanEtherType, boolean ignoreVle) {
        final int commands = packet.commands();
        final int options = packet.options();
        final boolean advanced = (commands & TransmitDescriptor.DEXT) != 0;
        final boolean segment = advanced && (commands & TransmitDescriptor.TSE) != 0;
        final TransmitContext context = contexts[TransmitDescriptor.contextIndex(options)];
        final int length = packet.bytes().totalLength();
        if (length < MIN_FRAME_LENGTH || (!segment && length > MAX_FRAME_LENGTH)) {
            return false;
        }
        final int scratch = Math.min(length, headerLength(advanced, segment, context));
        packet.bytes().copyTo(0, header, HEADROOM, scratch);
        whole.wrapWhole(header, HEADROOM, scratch, packet.bytes());

        final boolean insert = (commands & TransmitDescriptor.VLE) != 0 && !ignoreVle;
        int macLength = context.macLength();
        taggedInBand = false;
        vlanControl = Frame.UNTAGGED;
        if (!advanced && !legacyChecksum(commands, options)) {
            return false;
        }
        if (insert) {
            vlanControl = advanced ? context.vlanControl() : options >>> 16;
        } else {
            vlanControl = VlanTag.strip(whole, vlanEtherType);
            taggedInBand = vlanControl != Frame.UNTAGGED;
            macLength -= taggedInBand ? VlanTag.LENGTH : 0;
        }
        checksumOffset = macLength + context.ipLength();
        if (segment) {
            segmenting = segmenter.begin(
                whole, macLength, context.ipLength(), context.l4Length(), context.l4Type(), context.mss())
                && segmenter.headerLength() + Math.min(context.mss(), segmenter.payloadLength()) <= MAX_FRAME_LENGTH;
            return segmenting;
        }
        final boolean checksum = advanced && (options & TransmitDescriptor.TXSM) != 0;
        if (advanced && (options & TransmitDescriptor.IXSM) != 0
            && !TransmitChecksum.insertIpv4(whole, macLength, context.ipLength())) {
            return false;
        }
        if (checksum && !TransmitChecksum.insertL4(whole, macLength, context.ipLength(), context.l4Type())) {
            return false;
        }
        frame.view().wrap(header, whole.headerIndex(), whole.headerLength(), packet.bytes(), whole.payloadOffset(),
            whole.length() - whole.headerLength());
        pad(frame.view());
        frame.describe(vlanControl, taggedInBand, checksum ? checksumOffset : 0);
        return true;
    }

    private boolean legacyChecksum(int commands, int options) {
        return (commands & TransmitDescriptor.IC) == 0
            || TransmitChecksum.insertLegacy(whole, (options >>> 8) & 0xFF, (commands >>> 16) & 0xFF);
    }

    private static int headerLength(boolean advanced, boolean segment, TransmitContext context) {
        if (!advanced) {
            return LEGACY_CHECKSUM_END;
        }
        final int headers = context.macLength() + context.ipLength();
        return Math.max(USUAL_HEADER_LENGTH, headers + (segment ? context.l4Length() : L4_CHECKSUM_END));
    }

    /**
     * Brings a short frame wholly to the scratch and fills it with zeros to the length that TCTL.PSP pads to, in which
     * the tag counts.
     */
    private void pad(FrameView view) {
        final int length = view.length();
        final int padded = vlanControl == Frame.UNTAGGED ? PADDED_LENGTH : PADDED_LENGTH - VlanTag.LENGTH;
        if (length < padded) {
            final int start = view.headerIndex();
            final int inHeader = view.headerLength();
            view.copyTo(inHeader, header, start + inHeader, length - inHeader);
            header.setMemory(start + length, padded - length, (byte)0);
            view.wrap(header, start, padded, packet.bytes(), 0, 0);
        }
    }

    /** The packet's descriptors are done: reports those that ask for it, in order. */
    private void complete() {
        for (int i = 0; i < packet.reportCount(); i++) {
            report(packet.report(i));
        }
        discarding = !packet.isEnded();
        segmenting = false;
        head = end;
        scannedTail = -1;
    }

    private void report(int index) {
        if (headWriteBackAddress == 0) {
            ring.writeBackStatus(index, TransmitDescriptor.DD);
        }
        reported = true;
    }

    private void publishHead() {
        registers.head(head);
        if (reported && headWriteBackAddress != 0) {
            reportHead();
        }
    }

    private void reportHead() {
        headReport.putInt(0, head);
        // Worth another try only where there is memory: an address that is wild will stay so.
        headReportDue = !dma.write(headWriteBackAddress, headReport, 0, Integer.BYTES)
            && dma.isMapped(headWriteBackAddress, Integer.BYTES);
    }

    private void forgetPacket() {
        packet.clear();
        segmenting = false;
        abandoned = false;
        discarding = false;
        headReportDue = false;
        scannedTail = -1;
    }
}
