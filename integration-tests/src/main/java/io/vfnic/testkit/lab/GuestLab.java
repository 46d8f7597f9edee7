package io.vfnic.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;

/**
 * A place for guests and cards: it owns a directory, starts both in it, stops what is left of them when it is
 * closed, and keeps their logs.
 *
 * <pre>{@code
 * try (GuestLab lab = GuestLab.open("ping")) {
 *     CardProcess card = lab.startCard(2);
 *     Guest a = lab.start(GuestSpec.named("a").withFunction(card.vf(0)));
 *     a.check("ip link set eth0 up");
 * }
 * }</pre>
 *
 * <p>It needs a Docker engine and the guest-lab image, and where they are absent it fails with the command that brings
 * them. The logs are kept in the directory that the system property {@code vfnic.lab.logs} names, by default
 * {@code target/guest-lab}.
 */
public final class GuestLab implements AutoCloseable {
    private final Checkout checkout;
    private final LabImage image;
    private final Path directory;
    private final Path logs;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final AtomicInteger cards = new AtomicInteger();
    private boolean logsWanted = true;

    private GuestLab(Checkout checkout, LabImage image, Path directory, Path logs) {
        this.checkout = checkout;
        this.image = image;
        this.directory = directory;
        this.logs = logs;
    }

    /**
     * Opens a lab.
     *
     * @param name of the directory that will keep its logs, usually the test's name
     * @throws IllegalStateException where the Docker engine or the guest-lab image is absent
     */
    public static GuestLab open(String name) {
        Checkout checkout = Checkout.find();
        LabImage image = LabImage.find(checkout);
        Path logs = Path.of(System.getProperty("vfnic.lab.logs", "target/guest-lab")).resolve(name);
        try {
            // A short path, because those of Unix sockets end at 107 bytes.
            return new GuestLab(checkout, image, Files.createTempDirectory("vfnic-lab"), logs.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lab's directory. The guests' containers see it, at this same path, and nothing else of the host. */
    public Path directory() {
        return directory;
    }

    /** Whether guests run on {@code kvm} or {@code tcg}. */
    public String accelerator() {
        return image.accelerator();
    }

    /** Boots a guest, and returns once it is up. */
    public Guest start(GuestSpec spec) {
        return keep(Guest.boot(spec, image, checkout, directory));
    }

    /** Boots several guests at once, and returns once all are up, in the order of the specifications. */
    public List<Guest> start(List<GuestSpec> specs) {
        return atOnce(specs, this::start);
    }

    /** Much of a start is spent waiting for timers and files, so that several at once take little longer than one. */
    private static <S, T> List<T> atOnce(List<S> each, Function<S, T> start) {
        List<CompletableFuture<T>> starts = each.stream()
            .map(one -> CompletableFuture.supplyAsync(() -> start.apply(one), task -> Thread.ofVirtual().start(task)))
            .toList();
        try {
            return starts.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            // Those that did come up belong to the lab already, which stops them when it closes.
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Starts a card in this lab's directory, and returns once it listens.
     *
     * @param vfs number of Virtual Functions, 0 to 7
     */
    public CardProcess startCard(int vfs, String... arguments) {
        return keep(CardProcess.start(nextSockets(), vfs, arguments));
    }

    /** As {@link #startCard}, with the card's process in a network namespace. */
    public CardProcess startCardIn(NetworkNamespace network, int vfs, String... arguments) {
        return keep(CardProcess.startIn(network, nextSockets(), vfs, arguments));
    }

    private Path nextSockets() {
        int card = cards.getAndIncrement();
        return directory.resolve("card" + (card == 0 ? "" : String.valueOf(card)));
    }

    /**
     * Starts cards of one Virtual Function each at once, and returns once all listen, in the order of the uplinks.
     *
     * @param uplinks what {@code --uplink} is told
     */
    public List<CardProcess> startCards(List<String> uplinks) {
        return atOnce(uplinks, uplink -> startCard(1, "--uplink", uplink));
    }

    /**
     * A container of the lab's image, without a network, for whoever runs QEMU there in a way of his own; his to start
     * and to stop.
     */
    public GenericContainer<?> container() {
        ImagePullPolicy never = name -> false;
        GenericContainer<?> container = new GenericContainer<>(image.name());
        return container.withImagePullPolicy(never).withNetworkMode("none");
    }

    /** Makes a network namespace of the host, which goes with the lab. */
    public NetworkNamespace network() {
        return keep(NetworkNamespace.create());
    }

    private <T extends AutoCloseable> T keep(T resource) {
        synchronized (running) {
            running.push(resource);
        }
        return resource;
    }

    /** Where the logs are once the lab is closed. */
    public Path logs() {
        return logs;
    }

    /** Has the logs go with the directory when the lab is closed, because nothing failed. */
    public void discardLogs() {
        logsWanted = false;
    }

    /** Stops guests and cards, the last started first, puts their logs by where wanted, removes the directory. */
    @Override
    public void close() {
        RuntimeException failure = null;
        for (AutoCloseable resource : running) {
            try {
                resource.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("the lab did not close in order", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        running.clear();
        try {
            if (logsWanted || failure != null) {
                keepLogs();
            }
            removeDirectory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void keepLogs() throws IOException {
        for (Path log : contents()) {
            if (log.toString().endsWith(".log")) {
                Path kept = logs.resolve(directory.relativize(log));
                Files.createDirectories(kept.getParent());
                Files.move(log, kept, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void removeDirectory() throws IOException {
        for (Path path : contents()) {
            Files.deleteIfExists(path);
        }
    }

    /** Deepest first. */
    private List<Path> contents() throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            return new ArrayList<>(tree.sorted(Comparator.reverseOrder()).toList());
        }
    }
}
