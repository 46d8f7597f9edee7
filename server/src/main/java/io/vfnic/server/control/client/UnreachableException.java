package io.vfnic.server.control.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** No card can be reached; the message says where it was looked for, and the way out. */
public final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    private UnreachableException(String message, IOException cause) {
        super(message, cause);
    }

    static UnreachableException at(Path socket, IOException cause) {
        return new UnreachableException(socket + ": " + reason(socket, cause), cause);
    }

    private static String reason(Path socket, IOException cause) {
        try {
            socket.getFileSystem().provider().checkAccess(socket, AccessMode.WRITE);
        } catch (AccessDeniedException e) {
            return "permission denied; run the command as the card's user or as root";
        } catch (IOException e) {
            return "no card listens there; start \"vfnic serve\", or say with --dir or VFNIC_DIR which directory it " +
                "was given";
        }
        if (Files.isDirectory(socket) || Files.isRegularFile(socket)) {
            return "is no socket; --socket takes a card's control.sock, --dir the directory that it is in";
        }
        return "the card that listened there is gone (" + cause.getMessage() + "); start \"vfnic serve\" again";
    }
}
