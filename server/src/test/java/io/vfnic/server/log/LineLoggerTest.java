package io.vfnic.server.log;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import static org.assertj.core.api.Assertions.assertThat;

/** Messages become lines that people or programs read, with the fields that they have beside their words. */
class LineLoggerTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(written);

    private Logger logger(Level level, LogFormat format) {
        return new LineLogger("io.vfnic.server.Some", level, format.layout(), () -> stream);
    }

    private JsonObject json() {
        assertThat(written.toString()).endsWith("}\n").containsOnlyOnce("\n");
        return JsonParser.parseString(written.toString()).getAsJsonObject();
    }

    @Test
    void slf4jTakesTheseLoggers() {
        assertThat(LoggerFactory.getLogger("io.vfnic.server.Some")).isInstanceOf(LineLogger.class);
    }

    @Test
    void textHasTimeLevelFunctionWordsAndOtherFields() {
        logger(Level.INFO, LogFormat.TEXT).atInfo().addKeyValue(LogFields.FUNCTION, "vf0")
            .addKeyValue(LogFields.CLIENT, 42).log("{} is {}", "this", "that");

        assertThat(written.toString()).matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d) \\[INFO] vf0: this is that " +
            "client=42\n");
    }

    @Test
    void textHasAFailuresStackTraceBelow() {
        logger(Level.INFO, LogFormat.TEXT).error("no {}", "luck", new IllegalStateException("reason"));

        assertThat(written.toString().lines()).anyMatch(line -> line.endsWith("[ERROR] no luck"))
            .contains("java.lang.IllegalStateException: reason").anyMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void jsonIsAnObjectWithTheFieldsByTheirNames() {
        logger(Level.INFO, LogFormat.JSON).atWarn().addKeyValue(LogFields.FUNCTION, "vf0")
            .addKeyValue(LogFields.CLIENT, 42).log("a \"quoted\"\n{}\u0001", "word");

        JsonObject line = json();
        assertThat(line.keySet()).containsExactly("ts", "level", "logger", "message", "function", "client");
        assertThat(Instant.parse(line.get("ts").getAsString())).isBefore(Instant.now().plusSeconds(1));
        assertThat(line.get("level").getAsString()).isEqualTo("warn");
        assertThat(line.get("logger").getAsString()).isEqualTo("io.vfnic.server.Some");
        assertThat(line.get("message").getAsString()).isEqualTo("a \"quoted\"\nword\u0001");
        assertThat(line.get("function").getAsString()).isEqualTo("vf0");
        assertThat(line.get("client").getAsInt()).isEqualTo(42);
    }

    @Test
    void jsonHasAFailuresStackTraceInOneField() {
        logger(Level.INFO, LogFormat.JSON).error("no luck", new IllegalStateException("reason"));

        assertThat(json().get("error").getAsString()).startsWith("java.lang.IllegalStateException: reason\n\tat ");
    }

    @Test
    void anErrorCanBeALineWithoutALogger() {
        JsonObject line = JsonParser.parseString(LogFormat.JSON.error("some.Program", "no luck", null))
            .getAsJsonObject();

        assertThat(line.keySet()).containsExactly("ts", "level", "logger", "message");
        assertThat(line.get("logger").getAsString()).isEqualTo("some.Program");
        assertThat(LogFormat.TEXT.error("some.Program", "no luck", null)).endsWith(" [ERROR] no luck\n");
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void nothingBelowTheLevelIsWritten(Level level) {
        Logger logger = logger(level, LogFormat.JSON);
        List<String> expected = new ArrayList<>();
        for (Level each : Level.values()) {
            logger.makeLoggingEventBuilder(each).log("fluent {}", each);
            logger.atLevel(each).log("fluent {}", each);
            if (each.toInt() >= level.toInt()) {
                expected.addAll(List.of("fluent " + each, "fluent " + each));
            }
        }
        logger.error("error");
        expected.add("error");

        assertThat(written.toString().lines().map(
            line -> JsonParser.parseString(line).getAsJsonObject().get("message").getAsString()))
            .containsExactlyElementsOf(expected);
    }

    @Test
    void librariesSayWhatIsWrongOnly() {
        LogSettings chatty = new LogSettings(Level.TRACE, LogFormat.TEXT);
        assertThat(chatty.levelOf("io.vfnic.server.Some")).isEqualTo(Level.TRACE);
        assertThat(chatty.levelOf("io.netty.channel.Some")).isEqualTo(Level.WARN);
        assertThat(new LogSettings(Level.ERROR, LogFormat.TEXT).levelOf("io.netty.channel.Some"))
            .isEqualTo(Level.ERROR);
    }
}
