package io.vfnic.it.support;

import io.vfnic.testkit.lab.GuestLab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A lab for all tests of a class. Where a test fails, what the card, QEMU and the guests said last is shown with it,
 * and their logs are kept; where none fails, the logs go.
 */
public final class LabExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final int TAIL_LINES = 25;

    private GuestLab lab;
    private boolean failed;

    /** The lab; there is one as long as the class's tests run. */
    public GuestLab lab() {
        return lab;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        lab = GuestLab.open(context.getRequiredTestClass().getSimpleName());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> show(context.getDisplayName()));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            show(context.getDisplayName());
        }
        if (!failed) {
            lab.discardLogs();
        }
        lab.close();
    }

    private void show(String what) {
        failed = true;
        System.err.println("FAILED: " + what + ". Logs will be in " + lab.logs());
        try (Stream<Path> tree = Files.walk(lab.directory())) {
            for (Path log : tree.filter(path -> path.toString().endsWith(".log")).sorted().toList()) {
                System.err.println("--- end of " + lab.directory().relativize(log) + " ---");
                List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
                lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).forEach(System.err::println);
            }
        } catch (IOException e) {
            System.err.println("(the logs cannot be read: " + e + ")");
        }
    }
}
