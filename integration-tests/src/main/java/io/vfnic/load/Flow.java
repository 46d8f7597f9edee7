package io.vfnic.load;

import java.nio.ByteOrder;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames from one function to another, without loss: no more are sent than the card is known to have descriptors of the
 * receiver for. Each function is the source of one flow and the destination of one.
 */
final class Flow {
    private static final int MAC_LENGTH = 6;
    private static final int TYPE_OFFSET = 12;
    private static final int EXPERIMENTAL_TYPE = 0x88B5;
    private static final int IPV4 = 0x0800;
    private static final int IP_OFFSET = LoadPlan.ETHERNET_LENGTH;
    private static final int TCP_OFFSET = IP_OFFSET + 20;
    private static final int SEQUENCE_OFFSET = TCP_OFFSET + 4;
    private static final int CHECKSUM_OFFSET = TCP_OFFSET + 16;
    private static final int POSITION_OFFSET = LoadPlan.ETHERNET_LENGTH;
    private static final int FRAME_HEADER_LENGTH = POSITION_OFFSET + Long.BYTES;
    private static final int CHECKSUMS_RIGHT = 1 << 5 | 1 << 6;
    private static final int ANY_ERROR = 7 << 29;

    private final LoadPlan plan;
    private final LoadFunction source;
    private final LoadFunction destination;
    private final LoadTransmit transmit;
    private final LoadReceive receive;
    private final String name;
    private final long sourceMac;
    private final long destinationMac;
    private long sentFrames;
    private long receivedFrames;
    private long receivedBytes;
    private long sendPosition;
    private long receivePosition;

    Flow(String name, LoadPlan plan, LoadFunction source, LoadFunction destination) {
        this.name = name;
        this.plan = plan;
        this.source = source;
        this.destination = destination;
        this.transmit = source.transmit();
        this.receive = destination.receive();
        sourceMac = value(source.mac());
        destinationMac = value(destination.mac());
        for (int i = 0; i < transmit.bufferCount(); i++) {
            writeHeaders(transmit.memory(), transmit.buffer(i));
        }
    }

    private static long value(byte[] mac) {
        long value = 0;
        for (byte b : mac) {
            value = value << Byte.SIZE | b & 0xFF;
        }
        return value;
    }

    private void writeHeaders(UnsafeBuffer buffer, int at) {
        for (int i = 0; i < MAC_LENGTH; i++) {
            int shift = Byte.SIZE * (MAC_LENGTH - 1 - i);
            buffer.putByte(at + i, (byte)(destinationMac >>> shift));
            buffer.putByte(at + MAC_LENGTH + i, (byte)(sourceMac >>> shift));
        }
        if (!plan.isSegmented()) {
            buffer.putShort(at + TYPE_OFFSET, (short)EXPERIMENTAL_TYPE, ByteOrder.BIG_ENDIAN);
            return;
        }
        buffer.putShort(at + TYPE_OFFSET, (short)IPV4, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP_OFFSET, 0x4500_0000, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP_OFFSET + 8, 0x4006_0000, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP_OFFSET + 12, 0x0A00_0001, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + IP_OFFSET + 16, 0x0A00_0002, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + TCP_OFFSET, 0x1000_2000, ByteOrder.BIG_ENDIAN);
        buffer.putInt(at + TCP_OFFSET + 12, 0x5010_FFFF, ByteOrder.BIG_ENDIAN);
        // The pseudo-header's sum without the length, which the card adds for each segment.
        buffer.putShort(at + CHECKSUM_OFFSET, (short)(0x0A00 + 0x0001 + 0x0A00 + 0x0002 + 6), ByteOrder.BIG_ENDIAN);
    }

    /**
     * Receives and sends up to a batch.
     *
     * @return whether there was anything to do.
     */
    boolean work() {
        return receive() | send(plan.batch());
    }

    /** Sends as much as there is room for, up to a number of pieces. */
    boolean send(int pieces) {
        transmit.reclaim();
        final int count = Math.min(Math.min(credit(), pieces), transmit.room());
        if (count <= 0) {
            if (underWay() == 0 && credit() <= 0) {
                destination.synchronize();
            }
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (plan.verify()) {
                writeContent(transmit.memory(), transmit.nextBuffer());
            }
            transmit.queue(i == count - 1, source.receive().returned());
        }
        sentFrames += (long)count * plan.framesOfPiece();
        transmit.ringDoorbell();
        return true;
    }

    /** Pieces that the receiver has descriptors for, as far as known. */
    private int credit() {
        final long free = plan.ringEntries() - 1 - (sentFrames - destination.returned());
        return (int)free / plan.framesOfPiece();
    }

    /** Takes a batch of what has arrived. */
    boolean receive() {
        int count = 0;
        while (count < plan.batch() && receive.poll()) {
            receivedBytes += receive.length();
            if (plan.verify()) {
                check(receive.memory(), receive.buffer(), receive.length());
            }
            receive.release();
            count++;
        }
        receivedFrames += count;
        return count > 0;
    }

    private void writeContent(UnsafeBuffer buffer, int at) {
        if (plan.isSegmented()) {
            buffer.putInt(at + SEQUENCE_OFFSET, (int)sendPosition, ByteOrder.BIG_ENDIAN);
            Pattern.fill(buffer, at + LoadPlan.TCP_HEADERS_LENGTH, plan.sendLength(), sendPosition);
            sendPosition += plan.sendLength();
        } else {
            int length = plan.frameLength() - FRAME_HEADER_LENGTH;
            buffer.putLong(at + POSITION_OFFSET, sendPosition);
            Pattern.fill(buffer, at + FRAME_HEADER_LENGTH, length, sendPosition);
            sendPosition += length;
        }
    }

    private void check(UnsafeBuffer buffer, int at, int length) {
        int header = plan.isSegmented() ? LoadPlan.TCP_HEADERS_LENGTH : FRAME_HEADER_LENGTH;
        require(length > header && length <= plan.frameLength(), "a frame of " + length + " bytes");
        long destination = buffer.getLong(at, ByteOrder.BIG_ENDIAN) >>> 16;
        long source = buffer.getLong(at + 4, ByteOrder.BIG_ENDIAN) & 0xFFFF_FFFF_FFFFL;
        require(destination == destinationMac && source == sourceMac, "a frame of another flow");
        require((receive.status() & ANY_ERROR) == 0, "a frame with an error");
        int payload = length - header;
        if (plan.isSegmented()) {
            require(buffer.getInt(at + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) == (int)receivePosition,
                "a segment out of its order");
            require((receive.status() & CHECKSUMS_RIGHT) == CHECKSUMS_RIGHT, "a segment with a wrong checksum");
        } else {
            require(length == plan.frameLength(), "a frame of " + length + " bytes");
            require(buffer.getLong(at + POSITION_OFFSET) == receivePosition, "a frame out of its order");
        }
        require(Pattern.matches(buffer, at + header, payload, receivePosition), "a frame with other bytes");
        receivePosition += payload;
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException(name + ": " + what + ", frame " + receivedFrames + " and on");
        }
    }

    /** Gives back buffers that are held back for the rest of a batch. */
    void flush() {
        receive.giveBack();
    }

    /** Frames sent that have not arrived yet. */
    long underWay() {
        return sentFrames - receivedFrames;
    }

    @Override
    public String toString() {
        return name + ": " + sentFrames + " frames sent, " + receivedFrames + " received, room for "
            + transmit.room() + " more";
    }

    long receivedFrames() {
        return receivedFrames;
    }

    long receivedBytes() {
        return receivedBytes;
    }
}
