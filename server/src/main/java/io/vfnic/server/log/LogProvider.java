package io.vfnic.server.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * How slf4j comes to these loggers. slf4j's own simple ones know no fields and no JSON, and the large libraries that do
 * take longer to start than the rest of the program.
 */
public final class LogProvider implements SLF4JServiceProvider {
    /** Of slf4j; its documentation asks for the highest number of a generation. */
    private static final String API_VERSION = "2.0.99";

    private final Map<String, Logger> loggers = new ConcurrentHashMap<>();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();
    private ILoggerFactory factory;

    @Override
    public void initialize() {
        LogSettings settings = LogSettings.current();
        LineLayout layout = settings.format().layout();
        factory = name -> loggers.computeIfAbsent(
            name, key -> new LineLogger(key, settings.levelOf(key), layout, () -> System.err));
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return factory;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }
}
