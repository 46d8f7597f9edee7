package io.vfnic.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.server.log.LogFields;

/**
 * Tells, in verbose mode, of accesses that no register takes: what a driver wants of the card that is not there. A
 * guest can make any number of them, so of each function and page only the first ones are told.
 */
final class UndeclaredAccessLog implements RegisterTrace {
    private static final Logger LOG = LoggerFactory.getLogger(UndeclaredAccessLog.class);
    private static final int TOLD_PER_PAGE = 16;

    private final Map<String, AtomicInteger> accesses = new ConcurrentHashMap<>();

    private final BiConsumer<String, String> log;

    /** @param log takes a function's name and what is to be told of it; called by sessions. */
    UndeclaredAccessLog(BiConsumer<String, String> log) {
        this.log = log;
    }

    /** The trace for a card; {@link RegisterTrace#NONE}, which costs nothing, where nobody would read the log. */
    static RegisterTrace forCard() {
        return LOG.isDebugEnabled() ? new UndeclaredAccessLog(
            (function, text) -> LOG.atDebug().addKeyValue(LogFields.FUNCTION, function).log(text)) : RegisterTrace.NONE;
    }

    @Override
    public void read(String function, Register register, int element, int value) {
        // There is a register.
    }

    @Override
    public void written(String function, Register register, int element, int value) {
        // There is a register.
    }

    @Override
    public void undeclared(String function, String page, int offset, int value, boolean write) {
        int before = accesses.computeIfAbsent(function + page, key -> new AtomicInteger()).getAndIncrement();
        if (before < TOLD_PER_PAGE) {
            log.accept(function, "%s 0x%05x (%s), where no register is%s".formatted(
                write ? "write of 0x" + Integer.toHexString(value) + " to" : "read of", offset, page,
                before == TOLD_PER_PAGE - 1 ? "; the next ones in this page are not told" : ""));
        }
    }
}
