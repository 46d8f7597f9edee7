package io.vfnic.server.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A failure in words: the thing it is about, and the way out where there is one. */
final class FailureText {
    private FailureText() {
    }

    /** In one line; for a mistaken file, in one for each mistake. */
    static String of(Exception failure) {
        if (failure instanceof AccessDeniedException denied && Files.isRegularFile(Path.of(denied.getFile()))) {
            return denied.getFile() + ": permission denied; let this user read or write it, or choose another file";
        }
        if (failure instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied; choose a directory that this user may write to";
        }
        if (failure instanceof NotDirectoryException notDirectory) {
            return notDirectory.getFile() + ": exists and is not a directory; choose another with --dir";
        }
        if (failure instanceof NoSuchFileException none) {
            return none.getFile() + ": no such file or directory";
        }
        if (failure instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
            return fileSystem.getFile() + ": " + fileSystem.getReason();
        }
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.toString() : message;
    }
}
