package io.vfnic.server.cli;

import io.vfnic.server.control.client.ControlClient;
import io.vfnic.server.control.client.UnreachableException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which card a command is for. */
final class CardOptions {
    /** Where a card's sockets are unless something else is said. */
    static final String DEFAULT_DIRECTORY = "/run/vfnic";
    /** The environment's word for another directory. */
    static final String DIRECTORY_VARIABLE = "VFNIC_DIR";

    private static final String SOCKET = "control.sock";

    @Option(names = "--dir", paramLabel = "DIR",
        description = "Directory of the card's sockets, as \"vfnic serve --dir\" was given (default: the " +
            "environment's " +
            DIRECTORY_VARIABLE + ", else " + DEFAULT_DIRECTORY + ").")
    private Path directory;

    @Option(names = "--socket", paramLabel = "PATH",
        description = "The card's control socket, where it is not DIR/" + SOCKET + ".")
    private Path socket;

    /** Connects to the card. */
    ControlClient connect() throws UnreachableException {
        return ControlClient.connect(path());
    }

    private Path path() {
        if (socket != null) {
            return socket;
        }
        if (directory != null) {
            return directory.resolve(SOCKET);
        }
        String variable = System.getenv(DIRECTORY_VARIABLE);
        return Path.of(variable == null || variable.isEmpty() ? DEFAULT_DIRECTORY : variable).resolve(SOCKET);
    }
}
