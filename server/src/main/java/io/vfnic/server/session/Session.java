package io.vfnic.server.session;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.MessageDma;
import io.vfnic.protocol.Errno;
import io.vfnic.protocol.rule.FrameRules;
import io.vfnic.protocol.version.VersionCapabilities;
import io.vfnic.server.log.LogFields;
import io.vfnic.server.posix.ProcessInfo;
import io.vfnic.server.transport.BrokenFrame;
import io.vfnic.server.transport.Frame;
import io.vfnic.server.transport.OutboundFrame;
import io.vfnic.server.transport.UnixChannel;

/**
 * One connection to one function. Commands are handled in the order of their arrival, replies of the client to our own
 * requests at once. While the function is not quiet, or the client does not read its replies, commands wait in a queue,
 * and when that is full the socket is not read.
 */
final class Session extends ChannelInboundHandlerAdapter implements ClientLink, MessageDmaClient.Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int MAX_WAITING_COMMANDS = 256;
    private static final int MAX_WAITING_BYTES = 2 << 20;
    private static final int MAX_WAITING_FDS = 512;
    private static final long DMA_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    private final FunctionServer server;
    private final FunctionPort port;
    private final SharedPages pages;
    private final VersionCapabilities offered;
    private final UnixChannel channel;
    private final Reply reply;
    private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
    private final Runnable onQuiet = () -> guard(this::onQuiet);
    private final Runnable resume = () -> guard(this::handleWaiting);
    private final Runnable scheduleOnQuiet;
    private int waitingBytes;
    private int waitingFds;
    /** The reply that may be sent when the function is quiet. */
    private OutboundFrame heldReply;
    private boolean awaitsQuiet;
    private boolean awaitsFunction;
    private boolean closing;
    private Client client;
    private final int process;
    private String processName = "";
    private MessageDmaClient messageDma;

    Session(FunctionServer server, FunctionPort port, SharedPages pages, VersionCapabilities offered,
        UnixChannel channel) {
        this.server = server;
        this.port = port;
        this.pages = pages;
        this.offered = offered;
        this.channel = channel;
        // Now: a connection that is over tells it no more, and it is wanted for the log then.
        this.process = channel.peerProcess();
        this.reply = new Reply(channel.frames());
        this.scheduleOnQuiet = () -> channel.eventLoop().execute(onQuiet);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Frame frame = (Frame)message;
        if (closing) {
            return;
        }
        if (frame.header().isReply()) {
            if (messageDma != null) {
                messageDma.onReply(frame);
            }
        } else if (mustWait() || !waiting.isEmpty()) {
            enqueue(frame);
        } else {
            handle(frame);
        }
    }

    private boolean mustWait() {
        return awaitsQuiet || awaitsFunction || !channel.isWritable();
    }

    private void enqueue(Frame frame) {
        Frame copy = frame.copy();
        waiting.addLast(copy);
        waitingBytes += copy.buffer().capacity();
        waitingFds += copy.fds().count();
        if (waiting.size() >= MAX_WAITING_COMMANDS || waitingBytes >= MAX_WAITING_BYTES
            || waitingFds >= MAX_WAITING_FDS) {
            channel.config().setAutoRead(false);
        }
    }

    private void handleWaiting() {
        while (!closing && !waiting.isEmpty() && !mustWait()) {
            try (Frame frame = waiting.pollFirst()) {
                waitingBytes -= frame.buffer().capacity();
                waitingFds -= frame.fds().count();
                handle(frame);
            }
        }
        channel.flush();
        if (!closing && waiting.isEmpty()) {
            channel.config().setAutoRead(true);
        }
    }

    private void handle(Frame frame) {
        if (client == null) {
            introduce(frame);
            return;
        }
        int errno = frame.fds().isTruncated() ? Errno.EFAULT.number() : client.handle(frame, reply);
        if (errno != 0 && LOG.isDebugEnabled()) {
            log(Level.DEBUG).log("{} answered with {}", frame.header().command(), Errno.describe(errno));
        }
        OutboundFrame answer = null;
        if (FrameRules.wantsReply(frame.header())) {
            answer = reply.finish(frame.header().id(), frame.header().commandNumber(), errno);
        } else {
            reply.discard();
        }
        if (port.isQuiet()) {
            client.releaseWithdrawn();
            send(answer);
        } else {
            heldReply = answer;
            awaitQuiet();
        }
    }

    private void introduce(Frame frame) {
        Handshake handshake = new Handshake();
        VersionCapabilities capabilities = handshake.accept(frame);
        if (capabilities == null) {
            log(Level.WARN).log("a client was refused: {}", handshake.refusal());
            refuse(frame, Errno.EINVAL);
            return;
        }
        switch (server.claim(this)) {
            case BUSY -> {
                log(Level.WARN).addArgument(server::whyBusy).log("a second client was refused: {}");
                refuse(frame, Errno.EBUSY);
            }
            case LATER -> {
                // The client before this one is gone, but an agent has not let go of its memory yet.
                awaitsFunction = true;
                Frame copy = frame.copy();
                waiting.addFirst(copy);
                waitingBytes += copy.buffer().capacity();
                waitingFds += copy.fds().count();
            }
            case TAKEN -> {
                VersionCapabilities own = offered.answerTo(capabilities);
                messageDma = new MessageDmaClient(
                    channel.eventLoop(), this, capabilities.maxDataTransfer(), DMA_TIMEOUT);
                processName = ProcessInfo.name(process);
                client = new Client(
                    port, pages, this, channel.eventLoop(), server.watchdog(), own, capabilities);
                handshake.answer(own, reply);
                send(reply.finish(frame.header().id(), frame.header().commandNumber(), 0));
                log(Level.INFO).log("a client has taken the function");
            }
        }
    }

    /** Called when the function is free, where {@link FunctionServer#claim} had said that it would be. */
    void functionIsFree() {
        awaitsFunction = false;
        channel.eventLoop().execute(resume);
    }

    /** Whether the client is gone, or will be as soon as its last reply is sent. */
    boolean isOver() {
        return closing;
    }

    /** The client's process, for the log. */
    String describeProcess() {
        return ProcessInfo.describe(process);
    }

    private void refuse(Frame frame, Errno errno) {
        closing = true;
        if (FrameRules.wantsReply(frame.header())) {
            OutboundFrame answer =
                reply.finish(frame.header().id(), frame.header().commandNumber(), errno.number());
            channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.close();
        }
    }

    private void send(OutboundFrame frame) {
        if (frame != null) {
            channel.write(frame, channel.voidPromise());
        }
    }

    /**
     * Nothing more of this client is handled until the agents have let go. The port has cancelled their message DMA:
     * the client may be unable to answer it before it has our reply.
     */
    private void awaitQuiet() {
        awaitsQuiet = true;
        port.whenQuiet(scheduleOnQuiet);
    }

    private void onQuiet() {
        if (!awaitsQuiet) {
            return;
        }
        if (!port.isQuiet()) {
            port.whenQuiet(scheduleOnQuiet);
            return;
        }
        awaitsQuiet = false;
        client.releaseWithdrawn();
        if (closing) {
            server.release(this);
            return;
        }
        OutboundFrame answer = heldReply;
        heldReply = null;
        send(answer);
        handleWaiting();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !waiting.isEmpty()) {
            // Not from here: this is called in the midst of a write.
            channel.eventLoop().execute(resume);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof BrokenFrame broken && !closing) {
            log(Level.WARN).log("a message of {} bytes cannot be; the connection is closed", broken.size());
            closing = true;
            if (broken.wantsReply()) {
                OutboundFrame answer = reply.finish(broken.id(), broken.command(), Errno.EINVAL.number());
                channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
            } else {
                channel.close();
            }
        }
    }

    /** What the event loop runs for us apart from the pipeline must not fail unseen. */
    private void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            closeAfter(e);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closeAfter(cause);
    }

    /** A message about this function and its client. */
    private LoggingEventBuilder log(Level level) {
        if (!LOG.isEnabledForLevel(level)) {
            return NOPLoggingEventBuilder.singleton();
        }
        // Who asks for the least of messages gets all of them.
        return switch (level == Level.DEBUG ? LogAllowance.Verdict.TELL : server.logAllowance().next()) {
            case TELL -> LOG.atLevel(level).addKeyValue(LogFields.FUNCTION, port.name())
                .addKeyValue(LogFields.CLIENT, process);
            case LAST_WORD -> {
                LOG.atWarn().addKeyValue(LogFields.FUNCTION, port.name())
                    .log("its clients bring about too many messages; more of them are not logged for some seconds");
                yield NOPLoggingEventBuilder.singleton();
            }
            case SILENCE -> NOPLoggingEventBuilder.singleton();
        };
    }

    private void closeAfter(Throwable cause) {
        log(Level.ERROR).setCause(cause).log("the connection is closed: {}", cause);
        closing = true;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        waiting.forEach(Frame::close);
        waiting.clear();
        reply.discard();
        if (heldReply != null) {
            heldReply.release();
            heldReply = null;
        }
        if (client == null) {
            server.release(this);
            return;
        }
        log(Level.INFO).log("the client has left");
        messageDma.close();
        client.detach();
        awaitsQuiet = true;
        if (port.isQuiet()) {
            onQuiet();
        } else {
            port.whenQuiet(scheduleOnQuiet);
        }
    }

    /** From any thread. */
    @Override
    public void fail(String reason) {
        channel.eventLoop().execute(() -> {
            if (!closing) {
                closing = true;
                log(Level.ERROR).log("the connection is closed: {}", reason);
                channel.close();
            }
        });
    }

    /** From any thread. */
    @Override
    public void checkMemory() {
        channel.eventLoop().execute(() -> {
            String fault = closing ? null : client.findShrunkMemory();
            if (fault != null) {
                fail(fault);
            }
        });
    }

    @Override
    public int process() {
        return process;
    }

    @Override
    public String processName() {
        return processName;
    }

    @Override
    public MessageDma messageDma() {
        return messageDma;
    }

    @Override
    public OutboundFrame allocate(int length) {
        return channel.frames().allocate(length);
    }

    @Override
    public void request(OutboundFrame frame) {
        channel.writeAndFlush(frame, channel.voidPromise());
    }
}
