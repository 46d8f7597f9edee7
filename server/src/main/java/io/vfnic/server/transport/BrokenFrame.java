package io.vfnic.server.transport;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.protocol.rule.FrameRules;

/**
 * Fired as a user event when a header's size cannot be true, after which nothing more of the stream can be understood.
 *
 * @param id         the message id in that header.
 * @param command    the command's number in it.
 * @param size       the impossible size, in bytes.
 * @param wantsReply whether an error may be answered to it.
 */
public record BrokenFrame(int id, int command, long size, boolean wantsReply) {
    static BrokenFrame of(MessageHeader header) {
        return new BrokenFrame(header.id(), header.commandNumber(), header.size(), FrameRules.wantsReply(header));
    }
}
