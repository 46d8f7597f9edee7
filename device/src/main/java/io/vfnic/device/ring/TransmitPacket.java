package io.vfnic.device.ring;

import io.vfnic.device.frame.GatherList;
import io.vfnic.device.memory.DmaView;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/** What the descriptors of one packet, from the first to the one with EOP, describe. */
final class TransmitPacket {
    /** Descriptors of one packet at the most; DPDK's PMD has the largest limit of the known drivers, 255. */
    static final int MAX_DESCRIPTORS = 256;
    /** Bytes of one packet at the most: PAYLEN's 18 bits and the headers of a TSO send. */
    static final int MAX_LENGTH = (1 << 18) + 1024;

    private final DmaView dma;
    // A buffer may span ranges of guest memory, so a packet can have more pieces than descriptors.
    private final GatherList bytes = new GatherList(2 * MAX_DESCRIPTORS);
    private final int[] reports = new int[MAX_DESCRIPTORS];
    private UnsafeBuffer bounce;
    private int bounced;
    private int descriptors;
    private int reportCount;
    private int firstDword2;
    private int firstDword3;
    private boolean ended;
    private boolean faulty;

    TransmitPacket(DmaView dma) {
        this.dma = dma;
    }

    void clear() {
        bytes.clear();
        bounced = 0;
        descriptors = 0;
        reportCount = 0;
        ended = false;
        faulty = false;
    }

    /** Adds a data descriptor; the flags of the first one hold for the packet. */
    void add(int index, long bufferAddress, long high) {
        final int dword2 = TransmitDescriptor.dword2(high);
        if (descriptors++ == 0) {
            firstDword2 = dword2;
            firstDword3 = TransmitDescriptor.dword3(high);
        }
        if ((dword2 & TransmitDescriptor.RS) != 0) {
            reports[reportCount++] = index;
        }
        ended = (dword2 & TransmitDescriptor.EOP) != 0;
        if (!faulty) {
            faulty = !gather(bufferAddress, TransmitDescriptor.length(dword2));
        }
    }

    boolean isEmpty() {
        return descriptors == 0;
    }

    /** Whether nothing more belongs to the packet: its end was seen, or it has more descriptors than any may have. */
    boolean isComplete() {
        return ended || descriptors == MAX_DESCRIPTORS;
    }

    /** Whether the packet's last descriptor (EOP) was seen. */
    boolean isEnded() {
        return ended;
    }

    /** Whether a buffer lies outside of guest memory or the packet is longer than any may be. */
    boolean isFaulty() {
        return faulty;
    }

    GatherList bytes() {
        return bytes;
    }

    /** dword 2 of the first data descriptor: the packet's commands. */
    int commands() {
        return firstDword2;
    }

    /** dword 3 of the first data descriptor: the packet's options. */
    int options() {
        return firstDword3;
    }

    int reportCount() {
        return reportCount;
    }

    /** Index of the n-th descriptor of the packet that asks for a status report (RS). */
    int report(int n) {
        return reports[n];
    }

    private boolean gather(long iova, int length) {
        if (length > 0 && bytes.totalLength() + length <= MAX_LENGTH) {
            final long address = dma.address(iova, length, DmaView.READ);
            if (address != 0) {
                return bytes.add(address, length);
            }
        }
        return gatherPieces(iova, length);
    }

    /** Adds a buffer that spans ranges or must be fetched. */
    private boolean gatherPieces(long iova, int length) {
        int done = 0;
        while (done < length) {
            final int part = dma.contiguous(iova + done, length - done, DmaView.READ);
            if (part == 0 || bytes.totalLength() + part > MAX_LENGTH) {
                return false;
            }
            final long address = dma.address(iova + done, part, DmaView.READ);
            if (!(address != 0 ? bytes.add(address, part) : addBounced(iova + done, part))) {
                return false;
            }
            done += part;
        }
        return true;
    }

    private boolean addBounced(long iova, int length) {
        if (bounce == null) {
            bounce = new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_LENGTH));
        }
        if (!dma.read(iova, bounce, bounced, length)) {
            return false;
        }
        final long address = bounce.addressOffset() + bounced;
        bounced += length;
        return bytes.add(address, length);
    }
}
