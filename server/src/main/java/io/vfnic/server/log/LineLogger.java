package io.vfnic.server.log;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** A logger that writes lines. Called by any thread. */
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;

    private final transient Level level;
    private final transient LineLayout layout;
    private final transient Supplier<PrintStream> out;

    /** @param level below which nothing is written. */
    LineLogger(String name, Level level, LineLayout layout, Supplier<PrintStream> out) {
        this.name = name;
        this.level = level;
        this.layout = layout;
        this.out = out;
    }

    @Override
    public void log(LoggingEvent event) {
        if (isLogged(event.getLevel())) {
            write(new LogLine(Instant.now(), event.getLevel(), name,
                MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()),
                Objects.requireNonNullElse(event.getKeyValuePairs(), List.of()), event.getThrowable()));
        }
    }

    @Override
    protected void handleNormalizedLoggingCall(Level of, Marker marker, String message, Object[] arguments,
        Throwable failure) {
        write(new LogLine(Instant.now(), of, name, MessageFormatter.basicArrayFormat(message, arguments), List.of(),
            failure));
    }

    private void write(LogLine line) {
        PrintStream stream = out.get();
        // One call, so that lines of several threads do not mix.
        stream.print(layout.format(line));
        stream.flush();
    }

    private boolean isLogged(Level asked) {
        return asked.toInt() >= level.toInt();
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return isLogged(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isLogged(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isLogged(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isLogged(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isLogged(Level.ERROR);
    }
}
