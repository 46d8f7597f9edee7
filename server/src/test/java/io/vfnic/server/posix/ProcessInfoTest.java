package io.vfnic.server.posix;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** proc(5): comm, cmdline. */
class ProcessInfoTest {
    private static final int NONE = 0;
    private static final int GONE = Integer.MAX_VALUE;

    @Test
    void aProcessHasANameAndACommandLine() throws Exception {
        int own = (int)ProcessHandle.current().pid();

        assertThat(ProcessInfo.name(own)).isEqualTo(Files.readString(Path.of("/proc/self/comm")).strip());
        assertThat(ProcessInfo.commandLine(own).getFirst()).endsWith("java");
    }

    @Test
    void anUnknownProcessHasNeither() {
        assertThat(ProcessInfo.name(NONE)).isEmpty();
        assertThat(ProcessInfo.name(GONE)).isEmpty();
        assertThat(ProcessInfo.commandLine(NONE)).isEmpty();
        assertThat(ProcessInfo.commandLine(GONE)).isEmpty();
    }

    @Test
    void aProcessIsDescribedByWhatIsKnownOfIt() {
        int own = (int)ProcessHandle.current().pid();

        assertThat(ProcessInfo.describe(own)).isEqualTo(ProcessInfo.name(own) + " (pid " + own + ")");
        assertThat(ProcessInfo.describe(GONE)).isEqualTo("process " + GONE);
        assertThat(ProcessInfo.describe(NONE)).isEqualTo("a process in another PID namespace");
    }

    @Test
    void whatWouldMakeATerminalDoThingsIsReplaced() {
        assertThat(ProcessInfo.printable("a\u001b[2J\nb\u009b1m")).isEqualTo("a?[2J?b?1m");
    }
}
