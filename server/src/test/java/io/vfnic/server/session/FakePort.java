package io.vfnic.server.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import io.vfnic.device.spi.ClientLink;
import io.vfnic.device.spi.FunctionPort;
import io.vfnic.device.spi.InterruptSignal;
import io.vfnic.device.spi.MemoryRange;
import io.vfnic.device.spi.RegionInfo;

/** A function of plain memory, which is quiet when the test says so. */
final class FakePort implements FunctionPort {
    static final int BAR_SIZE = 0x8000;
    static final int CONFIG_SIZE = 4096;
    private static final RegionInfo BAR_INFO = new RegionInfo(BAR_SIZE, true, true);
    private static final RegionInfo READ_ONLY_INFO = new RegionInfo(16, true, false);
    private static final RegionInfo CONFIG_INFO = new RegionInfo(CONFIG_SIZE, true, true);
    /** A write here makes the port busy, as the disabling of a queue does. */
    static final int DISABLE_REGISTER = 0x100;
    /** Accesses here are not recorded. */
    static final int SILENT_REGISTER = 0x300;
    /** A write here fails in the card. */
    static final int FAULTY_REGISTER = 0x200;

    final UnsafeBuffer bar = new UnsafeBuffer(new byte[BAR_SIZE]);
    final UnsafeBuffer config = new UnsafeBuffer(new byte[CONFIG_SIZE]);
    final List<String> calls = new ArrayList<>();
    final Map<Long, MemoryRange> memory = new ConcurrentHashMap<>();
    final Map<Integer, InterruptSignal> msix = new ConcurrentHashMap<>();
    volatile InterruptSignal intx;
    /** Whether the INTx line is asserted. */
    volatile boolean asserted;
    volatile ClientLink client;
    /** Whether stopping operations take until {@link #becomeQuiet()}. */
    volatile boolean slow;
    private final List<Runnable> callbacks = new ArrayList<>();
    private boolean busy;

    private synchronized void call(String text) {
        calls.add(text);
    }

    private void stop(String text) {
        synchronized (this) {
            calls.add(text);
            busy = slow;
        }
        if (slow) {
            client.messageDma().cancel();
        }
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** What an engine agent does when it has let go. */
    void becomeQuiet() {
        List<Runnable> due;
        synchronized (this) {
            busy = false;
            due = List.copyOf(callbacks);
            callbacks.clear();
        }
        if (client != null) {
            client.messageDma().resume();
        }
        due.forEach(Runnable::run);
    }

    @Override
    public String name() {
        return "vf0";
    }

    @Override
    public RegionInfo region(int index) {
        return switch (index) {
            case 0 -> BAR_INFO;
            case 2 -> READ_ONLY_INFO;
            case 7 -> CONFIG_INFO;
            default -> RegionInfo.ABSENT;
        };
    }

    @Override
    public int regionCount() {
        return 9;
    }

    @Override
    public int vectorCount(int irqIndex) {
        return switch (irqIndex) {
            case 0 -> 1;
            case 2 -> 3;
            default -> 0;
        };
    }

    @Override
    public void attach(ClientLink link) {
        client = link;
        call("attach");
    }

    @Override
    public void detach() {
        memory.clear();
        msix.clear();
        intx = null;
        stop("detach");
    }

    private UnsafeBuffer memoryOf(int region) {
        return region == 7 ? config : bar;
    }

    @Override
    public int read(int region, long offset, int length, MutableDirectBuffer destination, int index) {
        destination.putBytes(index, memoryOf(region), (int)offset, length);
        return 0;
    }

    @Override
    public int write(int region, long offset, int length, DirectBuffer source, int index) {
        if (region == 0 && offset == FAULTY_REGISTER) {
            throw new IllegalStateException("the card has a bug");
        }
        memoryOf(region).putBytes((int)offset, source, index, length);
        if (region == 0 && offset == DISABLE_REGISTER) {
            stop("disable");
        } else if (region != 0 || offset != SILENT_REGISTER) {
            call("write " + region + " " + Long.toHexString(offset) + " " + length);
        }
        return 0;
    }

    @Override
    public int mapMemory(MemoryRange range) {
        for (MemoryRange other : memory.values()) {
            if (range.iova() < other.iova() + other.size() && other.iova() < range.iova() + range.size()) {
                return 17;
            }
        }
        memory.put(range.iova(), range);
        call("map");
        return 0;
    }

    @Override
    public int unmapMemory(long iova, long size) {
        memory.remove(iova);
        stop("unmap");
        return 0;
    }

    @Override
    public void unmapAllMemory() {
        memory.clear();
        stop("unmap all");
    }

    @Override
    public void interruptSignal(int irqIndex, int vector, InterruptSignal signal) {
        if (irqIndex == 0) {
            intx = signal;
        } else if (signal == null) {
            msix.remove(vector);
        } else {
            msix.put(vector, signal);
        }
        call("signal " + irqIndex + " " + vector + (signal == null ? " off" : " on"));
    }

    @Override
    public void interruptUnmasked(int irqIndex, int vector) {
        call("unmasked " + irqIndex + " " + vector);
        if (irqIndex == 0 && asserted) {
            intx.raise();
        }
    }

    @Override
    public void reset() {
        stop("reset");
    }

    @Override
    public synchronized boolean isQuiet() {
        return !busy;
    }

    @Override
    public void whenQuiet(Runnable callback) {
        synchronized (this) {
            if (busy) {
                callbacks.add(callback);
                return;
            }
        }
        callback.run();
    }
}
