package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Pty;
import io.vfnic.it.support.Zsh;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Checkout;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a terminal shows: {@code vfnic top}, and completion in zsh. */
@DisplayName("On a terminal")
@Timeout(300)
class TerminalIT {
    private static final String CTRL_C = "\u0003";
    /** Private modes 1049, the alternate screen, and 25, the cursor. */
    private static final String DRAWS = "\u001b\\[\\?1049h\u001b\\[\\?25l";
    private static final String RESTORES = "\u001b\\[\\?25h\u001b\\[\\?1049l";

    @TempDir
    private static Path temporary;
    private static Path bin;
    private static CardProcess card;

    @BeforeAll
    static void startCard() {
        bin = Checkout.find().file("server/bin");
        card = CardProcess.start(temporary.resolve("card"), 2);
    }

    @AfterAll
    static void stopCard() {
        card.close();
    }

    /** The terminal's settings are written down before and after. */
    private static Pty top(CardProcess of) throws Exception {
        return Pty.start("trap : INT; cd " + temporary + "; stty rows 24 cols 100 echo; stty -a > before; "
            + bin.resolve("vfnic") + " top --interval 0.1 --dir " + of.directory()
            + "; echo \"ended with $?\"; stty -a > after", Map.of());
    }

    private static void assertRestored(Pty pty) throws Exception {
        assertThat(pty.awaitEnd()).containsOnlyOnce("\u001b[?1049h").containsOnlyOnce("\u001b[?1049l");
        assertThat(temporary.resolve("after")).hasSameTextualContentAs(temporary.resolve("before"));
        assertThat(temporary.resolve("before")).content().contains(" echo ", " icanon ");
    }

    @Test
    @DisplayName("top draws the card again and again until q is pressed, and leaves the terminal as it was")
    void topUntilQ() throws Exception {
        try (Pty pty = top(card)) {
            pty.await(DRAWS);
            for (int drawn = 0; drawn < 3; drawn++) {
                pty.await("vfnic \\S+: link up, 2 of 2 VFs enabled   \\(q quits\\)");
                pty.await("FUNCTION  STATE");
                pty.await("vf0 +unused +up");
                pty.await("vf1 +unused +up");
            }
            pty.type("xq");
            pty.await(RESTORES + "ended with 0");
            assertRestored(pty);
        }
    }

    @Test
    @DisplayName("top leaves the terminal as it was when Ctrl-C ends it")
    void topUntilInterrupted() throws Exception {
        try (Pty pty = top(card)) {
            pty.await("vf1 +unused");
            pty.type(CTRL_C);
            pty.await(RESTORES + "(\\^C)?ended with 130");
            assertRestored(pty);
        }
    }

    @Test
    @DisplayName("top leaves the terminal as it was when its card ends, and says that")
    void topUntilTheCardEnds() throws Exception {
        try (CardProcess ending = CardProcess.start(temporary.resolve("ending"), 1); Pty pty = top(ending)) {
            pty.await("vf0 +unused");
            ending.stop();
            pty.await(RESTORES + "vfnic: .*\r?\nended with [13]");
            assertRestored(pty);
        }
    }

    @Test
    @DisplayName("zsh completes commands, options and values with what \"vfnic completion zsh\" prints")
    void zsh() throws Exception {
        try (Zsh zsh = Zsh.start(temporary.resolve("home"), bin, "source <(vfnic completion zsh)")) {
            zsh.type("vfnic serv" + Zsh.TAB + "--vf" + Zsh.TAB + "3", "serve --vfs 3");
            zsh.type("vfnic serve --idle sp" + Zsh.TAB, "serve --idle spin ?");
            zsh.type("vfnic set v" + Zsh.TAB + " 0 spoof" + Zsh.TAB + "on", "set vf 0 spoofchk on");
        }
    }
}
