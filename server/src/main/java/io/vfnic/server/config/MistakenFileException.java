package io.vfnic.server.config;

import java.util.List;

/** A config file that nothing can be started from; the message is a line for each mistake, with its place. */
public final class MistakenFileException extends Exception {
    private static final long serialVersionUID = 1;

    private MistakenFileException(String file, List<ConfigMistake> mistakes) {
        super(String.join("\n", mistakes.stream().map(mistake -> mistake.in(file)).toList()));
    }

    /**
     * Throws where there is any mistake.
     *
     * @param file     its name, as its user wrote it.
     * @param mistakes in the order in which they are to be told.
     */
    public static void throwIfAny(String file, List<ConfigMistake> mistakes) throws MistakenFileException {
        if (!mistakes.isEmpty()) {
            throw new MistakenFileException(file, mistakes);
        }
    }
}
