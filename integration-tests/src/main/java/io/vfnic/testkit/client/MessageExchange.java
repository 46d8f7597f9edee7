package io.vfnic.testkit.client;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.vfnic.protocol.MessageHeader;
import io.vfnic.server.posix.Fd;

/**
 * Both directions of one connection: matches replies to the commands sent and answers the server's commands. A thread
 * of its own receives, so that the server's DMA is served while a caller waits for its reply, unless told otherwise.
 * Any thread may send and wait.
 */
public final class MessageExchange implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MessageSocket socket;
    private final DmaResponder responder = new DmaResponder();
    private final Map<Integer, CompletableFuture<Message>> awaited = new ConcurrentHashMap<>();
    private final Queue<Message> unexpected = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> closedByServer = new CompletableFuture<>();
    private final Queue<Message> deferred = new ArrayDeque<>();
    private final Thread receiver;
    private volatile boolean deferDma;
    private volatile boolean ignoreDma;
    private boolean closed;

    private MessageExchange(MessageSocket socket) {
        this.socket = socket;
        receiver = Thread.ofPlatform().daemon().name("vfio-user-client").start(this::receiveAll);
    }

    static MessageExchange connect(Path path) throws IOException {
        return new MessageExchange(MessageSocket.connect(path));
    }

    /** As {@link #send(byte[], Fd...)}, without file descriptors and without allocating anything. */
    public void send(byte[] bytes) {
        try {
            socket.send(bytes, List.of());
        } catch (IOException e) {
            throw new IllegalStateException("the server has closed the connection", e);
        }
    }

    /** Sends bytes as they are, whether or not they are a message. */
    public void send(byte[] bytes, Fd... fds) {
        try {
            socket.send(bytes, List.of(fds));
        } catch (IOException e) {
            throw new IllegalStateException("the server has closed the connection", e);
        }
    }

    /** Announces that a reply with this id will be asked for; to be called before the command is sent. */
    public CompletableFuture<Message> expect(int id) {
        CompletableFuture<Message> reply = new CompletableFuture<>();
        if (awaited.putIfAbsent(id, reply) != null) {
            throw new IllegalStateException("message id " + id + " is in use");
        }
        return reply;
    }

    /** Waits for an expected reply. */
    public Message await(CompletableFuture<Message> reply) {
        try {
            return reply.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no reply", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits until the server has closed the connection; fails if it does not. */
    public void awaitClosedByServer() {
        try {
            closedByServer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the server has not closed the connection", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether the end of the stream has been seen. */
    public boolean isClosedByServer() {
        return closedByServer.isDone();
    }

    /** Replies that nobody asked for, in the order of their arrival. */
    public List<Message> unexpectedReplies() {
        return List.copyOf(unexpected);
    }

    /** What serves the server's DMA messages. */
    public DmaResponder dma() {
        return responder;
    }

    /**
     * Whether DMA is left unanswered while a reply is outstanding, as a QEMU does whose vCPU waits for that reply and
     * holds its lock.
     */
    public void deferDmaWhileWaiting(boolean defer) {
        deferDma = defer;
    }

    /** Whether the server's DMA is not answered at all. */
    public void ignoreDma(boolean ignore) {
        ignoreDma = ignore;
    }

    private void receiveAll() {
        try {
            for (Message message = socket.receive(); message != null; message = socket.receive()) {
                if (message.isReply()) {
                    complete(message);
                } else if (deferDma && !awaited.isEmpty()) {
                    deferred.add(message);
                } else if (!ignoreDma) {
                    answer(message);
                }
            }
            end(new IOException("the server closed the connection"));
        } catch (IOException e) {
            end(e);
        }
    }

    private void complete(Message reply) throws IOException {
        CompletableFuture<Message> waiting = awaited.remove(reply.id());
        if (waiting == null) {
            unexpected.add(reply);
        } else {
            waiting.complete(reply);
        }
        while (awaited.isEmpty() && !deferred.isEmpty()) {
            answer(deferred.remove());
        }
    }

    private void answer(Message command) throws IOException {
        if ((command.flags() & MessageHeader.NO_REPLY) == 0) {
            socket.send(responder.answer(command), List.of());
        }
        command.fds().forEach(Fd::close);
    }

    private void end(IOException reason) {
        closedByServer.complete(null);
        awaited.values().forEach(reply -> reply.completeExceptionally(reason));
    }

    /** Closes the connection; the descriptors of replies nobody asked for are closed, too. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        socket.shutdown();
        try {
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        unexpected.forEach(message -> message.fds().forEach(Fd::close));
        socket.close();
    }
}
