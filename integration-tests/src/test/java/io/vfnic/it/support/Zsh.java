package io.vfnic.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** An interactive zsh with nobody's settings, which completes {@code vfnic} and shows how that would be called. */
public final class Zsh implements AutoCloseable {
    /** As a press of Tab. */
    public static final String TAB = "\t";

    private static final String PROMPT = "<prompt>";

    private final Pty pty;

    private Zsh(Pty pty) {
        this.pty = pty;
    }

    /**
     * Starts it.
     *
     * @param home       an empty directory, for what zsh keeps.
     * @param program    directory with vfnic.
     * @param completion line that has zsh complete it.
     */
    public static Zsh start(Path home, Path program, String completion) throws IOException, InterruptedException {
        Files.createDirectories(home);
        Zsh zsh = new Zsh(Pty.start("zsh -f -i", Map.of("HOME", home.toString(), "ZDOTDIR", home.toString(),
            "TERM", "dumb", "PATH", program + ":" + System.getenv("PATH"))));
        // What is typed is echoed: the prompt must not stand in it.
        zsh.run("PS1='<'prompt'>'");
        zsh.run(completion);
        zsh.run("vfnic() { print -r -- \"runs: $*\" }");
        return zsh;
    }

    private void run(String line) throws InterruptedException {
        pty.type(line + "\n");
        pty.await(PROMPT);
    }

    /** Types a line, and insists on the arguments that vfnic gets by it. */
    public void type(String line, String arguments) throws InterruptedException {
        pty.type(line + "\n");
        pty.await("runs: " + arguments + "\r?\n");
        pty.await(PROMPT);
    }

    @Override
    public void close() {
        pty.close();
    }
}
