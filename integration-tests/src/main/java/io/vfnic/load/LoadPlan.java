package io.vfnic.load;

/**
 * What traffic there is.
 *
 * @param frameLength bytes of a frame without CRC, 60 to 1514; with segmentation, what a segment is to have at most.
 * @param sendLength  bytes of TCP payload that are handed to the card in one piece to be segmented; 0 for whole frames.
 * @param batch       frames that are queued before the tail is written, and received before buffers are given back.
 * @param ringEntries descriptors in a ring, a multiple of 8.
 * @param pairs       whether functions 2n and 2n + 1 send to each other; else each sends to the next one.
 * @param interrupts  whether the driver waits for interrupts when there is nothing to do; else it polls.
 * @param verify      whether content and order of each frame are checked.
 */
public record LoadPlan(int frameLength, int sendLength, int batch, int ringEntries, boolean pairs, boolean interrupts,
    boolean verify) {
    static final int ETHERNET_LENGTH = 14;
    static final int TCP_HEADERS_LENGTH = ETHERNET_LENGTH + 20 + 20;
    private static final int MAX_SEND = 60 << 10;

    /** @throws IllegalArgumentException where a value is out of its range. */
    public LoadPlan {
        require(frameLength >= 60 && frameLength <= 1514, "a frame has 60 to 1514 bytes, not " + frameLength);
        require(sendLength >= 0 && sendLength <= MAX_SEND, "a large send has at most " + MAX_SEND + " bytes");
        require(ringEntries >= 64 && ringEntries <= 4096 && ringEntries % 8 == 0,
            "a ring has 64 to 4096 descriptors, in steps of 8, not " + ringEntries);
        require(batch >= 1 && batch <= ringEntries / 4, "a batch has 1 frame to a quarter of a ring, not " + batch);
        require(sendLength / Math.max(1, frameLength - TCP_HEADERS_LENGTH) < ringEntries / 2,
            "the segments of a large send do not fit into half a ring");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    boolean isSegmented() {
        return sendLength > 0;
    }

    /** Bytes handed to the card in one piece, headers and all. */
    int pieceLength() {
        return isSegmented() ? TCP_HEADERS_LENGTH + sendLength : frameLength;
    }

    /** TCP payload of a segment, MSS. */
    int segmentPayload() {
        return frameLength - TCP_HEADERS_LENGTH;
    }

    /** Frames that arrive for each piece. */
    int framesOfPiece() {
        return isSegmented() ? (sendLength + segmentPayload() - 1) / segmentPayload() : 1;
    }
}
