package io.vfnic.server.log;

import org.slf4j.event.Level;

/**
 * How much is logged, and in what form. System properties carry it from the command line, because slf4j makes the
 * loggers.
 *
 * @param level  of our own messages; libraries say nothing below {@link Level#WARN}.
 */
public record LogSettings(Level level, LogFormat format) {
    private static final String LEVEL = "vfnic.log.level";
    private static final String FORMAT = "vfnic.log.format";
    private static final String OURS = "io.vfnic";

    /** What holds while nobody has said anything else: what went wrong, as text. */
    public static LogSettings current() {
        return new LogSettings(Level.valueOf(System.getProperty(LEVEL, Level.WARN.name())),
            LogFormat.valueOf(System.getProperty(FORMAT, LogFormat.TEXT.name())));
    }

    /** Has the log go by these settings; before the first logger is made. */
    public void apply() {
        System.setProperty(LEVEL, level.name());
        System.setProperty(FORMAT, format.name());
    }

    Level levelOf(String logger) {
        return logger.startsWith(OURS) || level == Level.ERROR ? level : Level.WARN;
    }
}
