package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Card;
import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.ShowRequest;
import io.vfnic.protocol.control.v1.Stats;
import io.vfnic.protocol.control.v1.StatsRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.posix.Terminal;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vfnic top}: what the functions do, live. */
@Command(
    name = "top",
    usageHelpWidth = 100,
    description = "Shows live what the functions do: packets, bits, drops and interrupts a second. q ends it.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
final class TopCommand extends CardCommand {
    private static final double SHORTEST_INTERVAL = 0.1;
    private static final double LONGEST_INTERVAL = 3600;
    private static final int END_OF_TEXT = 3;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1",
        description = "Seconds between two looks, 0.1 to 3600 (default: ${DEFAULT-VALUE}).")
    private double seconds;

    private volatile boolean quit;

    @Override
    void check() {
        if (Double.isNaN(seconds) || seconds < SHORTEST_INTERVAL || seconds > LONGEST_INTERVAL) {
            throw usage("--interval: must be 0.1 to 3600 seconds, not " + seconds);
        }
        if (isJson() || !Terminal.isThere()) {
            throw usage("top draws on a terminal, and there is none; \"vfnic stats --watch\" prints lines, and with " +
                "--json objects");
        }
    }

    @Override
    void run(ControlClient client) throws IOException, CardRefusedException {
        Terminal terminal = Terminal.byKey();
        TopScreen screen = new TopScreen(out(), terminal::size);
        // Also where a signal ends the program.
        Thread restore = new Thread(() -> restore(screen, terminal), "vfnic-top-restore");
        Runtime.getRuntime().addShutdownHook(restore);
        Thread.ofPlatform().daemon().name("vfnic-top-keys").start(() -> readKeys(client));
        try (ControlClient shows = connectAgain()) {
            screen.open();
            client.stream(Request.newBuilder().setStats(
                StatsRequest.newBuilder().setIntervalMs((int)(seconds * TimeUnit.SECONDS.toMillis(1)))),
                response -> draw(screen, shows, response.getStats()));
        } catch (IOException e) {
            if (!quit) {
                throw e;
            }
        } finally {
            restore(screen, terminal);
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    private boolean draw(TopScreen screen, ControlClient shows, Stats stats) {
        try {
            Card card = shows.call(Request.newBuilder().setShow(ShowRequest.getDefaultInstance())).getCard();
            screen.draw(card, new StatsTable(stats));
            return !quit;
        } catch (IOException | CardRefusedException e) {
            // The stream ends for the same reason, and says so.
            return false;
        }
    }

    private void readKeys(ControlClient client) {
        try {
            int key = System.in.read();
            while (key != 'q' && key != 'Q' && key != END_OF_TEXT && key >= 0) {
                key = System.in.read();
            }
            quit = true;
            client.close();
        } catch (IOException e) {
            // Without keys it ends by a signal.
            quit = false;
        }
    }

    private static void restore(TopScreen screen, Terminal terminal) {
        screen.close();
        terminal.close();
    }
}
