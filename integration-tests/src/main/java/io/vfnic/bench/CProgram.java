package io.vfnic.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.vfnic.testkit.lab.Checkout;

/** A baseline in C, compiled for the purpose; it answers a line with a line. */
final class CProgram implements AutoCloseable {
    private static final String SOURCES = "integration-tests/src/main/c/";
    private static final long PATIENCE_SECONDS = 60;

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private CProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
        input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Compiles a program and starts it. */
    static CProgram start(Scratch scratch, String name, Object... arguments) throws IOException, InterruptedException {
        Path program = scratch.file(name);
        String source = Checkout.find().file(SOURCES + name + ".c").toString();
        Process compiler = new ProcessBuilder(
            "gcc", "-std=gnu11", "-O2", "-march=native", "-Wall", "-Wextra", "-o", program.toString(), source)
            .inheritIO().start();
        if (!compiler.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException("cannot compile " + source);
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new CProgram(
            name, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** The process id. */
    long pid() {
        return process.pid();
    }

    /** The next line that it prints. */
    String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException(name + " has ended");
        }
        return line;
    }

    /** Says a line to it and takes what it prints. */
    String ask(Object question) throws IOException {
        input.write(question + "\n");
        input.flush();
        return answer();
    }

    /** Ends it by the end of its input, or if that does nothing by force. */
    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
