package io.vfnic.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTrace;

/**
 * Tells, in verbose mode, of accesses that no register takes: what a driver wants of the card that is not there. A guest
 * can make any number of them, so of each function and page only the first ones are told.
 */
final class UndeclaredAccessLog implements RegisterTrace {
    private static final Logger LOG = LoggerFactory.getLogger(UndeclaredAccessLog.class);
    private static final int TOLD_PER_PAGE = 16;

    private final Map<String, AtomicInteger> accesses = new ConcurrentHashMap<>();

    private final Consumer<String> log;

    /** @param log takes a line; called by sessions. */
    UndeclaredAccessLog(Consumer<String> log) {
        this.log = log;
    }

    /** The trace for a card; {@link RegisterTrace#NONE}, which costs nothing, where nobody would read the log. */
    static RegisterTrace forCard() {
        return LOG.isDebugEnabled() ? new UndeclaredAccessLog(LOG::debug) : RegisterTrace.NONE;
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
            log.accept("%s: %s 0x%05x (%s), where no register is%s".formatted(function,
                write ? "write of 0x" + Integer.toHexString(value) + " to" : "read of", offset, page,
                before == TOLD_PER_PAGE - 1 ? "; the next ones in this page are not told" : ""));
        }
    }
}
