package io.vfnic.device.register;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A table of registers with values: what one function's accesses are dispatched to. Registers that are just stored
 * need no code; the others bind a reader, a writer or both.
 * <p>
 * Accesses are dwords. A read of fewer bytes is cut from its dword (the side effects of the read are those of the whole
 * dword); a write of fewer bytes is ignored and counted: the 82576 specifies dword accesses only, no driver makes any
 * other, and to guess the missing bytes would invent a write that nobody made. Accesses of eight bytes are two dwords,
 * the low one first. Offsets without a register read 0 and ignore writes.
 * <p>
 * Threading: as the handlers allow; the space's own storage is plain memory. The counters may be read by anyone.
 */
public final class RegisterSpace {
    /** Gives the value of a register. */
    @FunctionalInterface
    public interface Reader {
        /** Value of an element, with the side effects of reading it. */
        int read(int element);
    }

    /** Takes a value for a register. */
    @FunctionalInterface
    public interface Writer {
        /** Writes an element; {@code value} holds only bits of the write mask. */
        void write(int element, int value);
    }

    private static final int PAGE_SHIFT = 12;

    private final String name;
    private final RegisterTable table;
    private final RegisterTrace trace;
    private final int[] values;
    private final Reader[] readers;
    private final Reader[] peekers;
    private final Writer[] writers;
    private final AtomicLongArray undeclared;

    /**
     * @param name  of the function as users know it; appears in traces.
     * @param table the registers.
     * @param trace hears of every access.
     */
    public RegisterSpace(String name, RegisterTable table, RegisterTrace trace) {
        this.name = Objects.requireNonNull(name);
        this.table = Objects.requireNonNull(table);
        this.trace = Objects.requireNonNull(trace);
        this.values = new int[table.slots()];
        this.readers = new Reader[table.slots()];
        this.peekers = new Reader[table.slots()];
        this.writers = new Writer[table.slots()];
        this.undeclared = new AtomicLongArray((table.size() >>> PAGE_SHIFT) + 1);
        reset();
    }

    /** Puts every stored register at its reset value; handlers are not called. */
    public void reset() {
        for (int slot = 0; slot < values.length; slot++) {
            values[slot] = table.register(slot).resetValue();
        }
    }

    /** The registers. */
    public RegisterTable table() {
        return table;
    }

    /** Reads of this register are answered by {@code reader} instead of the storage. */
    public void onRead(Register register, Reader reader) {
        for (int element = 0; element < register.count(); element++) {
            readers[table.slotOf(register, element)] = reader;
        }
    }

    /** What {@link #peek} gives for this register, whose reader has side effects. */
    public void onPeek(Register register, Reader peeker) {
        for (int element = 0; element < register.count(); element++) {
            peekers[table.slotOf(register, element)] = peeker;
        }
    }

    /** Writes to this register go to {@code writer} instead of the storage. */
    public void onWrite(Register register, Writer writer) {
        for (int element = 0; element < register.count(); element++) {
            writers[table.slotOf(register, element)] = writer;
        }
    }

    /** What is stored for a register, whatever its handlers; no side effect. */
    public int load(Register register, int element) {
        return values[table.slotOf(register, element)];
    }

    /** Stores a value for a register, whatever its access kind; no side effect. */
    public void store(Register register, int element, int value) {
        values[table.slotOf(register, element)] = value;
    }

    /** What a read of a register would give; nothing changes by it, and no trace hears of it. Any thread. */
    public int peek(Register register, int element) {
        return peekSlot(table.slotOf(register, element));
    }

    /** As {@link #peek(Register, int)}, of the register at an offset; 0 where there is none. */
    public int peek(int offset) {
        int slot = table.slotAt(offset);
        return slot == RegisterTable.NO_SLOT ? 0 : peekSlot(slot);
    }

    private int peekSlot(int slot) {
        Reader peeker = peekers[slot] != null ? peekers[slot] : readers[slot];
        if (peeker != null) {
            return peeker.read(table.element(slot));
        }
        return table.register(slot).access() == Access.WRITE_ONLY ? 0 : values[slot];
    }

    /** Reads the dword at {@code offset} (in bytes; the low two bits do not matter). */
    public int read(int offset) {
        int slot = table.slotAt(offset);
        if (slot == RegisterTable.NO_SLOT) {
            count(offset, 0, false);
            return 0;
        }
        Reader reader = readers[slot];
        int value = reader != null ? reader.read(table.element(slot)) : readStored(slot);
        if (trace.isListening()) {
            trace.read(name, table.register(slot), table.element(slot), value);
        }
        return value;
    }

    /** Writes the dword at {@code offset} (in bytes; the low two bits do not matter). */
    public void write(int offset, int value) {
        int slot = table.slotAt(offset);
        if (slot == RegisterTable.NO_SLOT) {
            count(offset, value, true);
            return;
        }
        Register register = table.register(slot);
        Writer writer = writers[slot];
        if (writer != null) {
            writer.write(table.element(slot), value & register.writeMask());
        } else {
            writeStored(slot, register, value);
        }
        if (trace.isListening()) {
            trace.written(name, register, table.element(slot), value);
        }
    }

    /**
     * Reads {@code length} bytes (1, 2, 4 or 8) that do not straddle a dword, or two dwords.
     *
     * @return the value, zero-extended.
     */
    public long read(int offset, int length) {
        if (length == Long.BYTES) {
            long low = read(offset) & 0xFFFFFFFFL;
            return low | (long)read(offset + Integer.BYTES) << Integer.SIZE;
        }
        long dword = read(offset) & 0xFFFFFFFFL;
        return length == Integer.BYTES ? dword : (dword >>> (8 * (offset & 3))) & ((1L << (8 * length)) - 1);
    }

    /** Writes {@code length} bytes (1, 2, 4 or 8); fewer than four, or not aligned to four, are ignored and counted. */
    public void write(int offset, int length, long value) {
        if (length < Integer.BYTES || (offset & 3) != 0) {
            count(offset, (int)value, true);
            return;
        }
        write(offset, (int)value);
        if (length == Long.BYTES) {
            write(offset + Integer.BYTES, (int)(value >>> Integer.SIZE));
        }
    }

    /** How many accesses to the 4 KiB page at {@code pageOffset} no register took since the space was made. */
    public long undeclaredAccesses(int pageOffset) {
        return undeclared.get(pageOffset >>> PAGE_SHIFT);
    }

    private int readStored(int slot) {
        int value = values[slot];
        return switch (table.register(slot).access()) {
            case READ_WRITE, READ_ONLY, WRITE_1_CLEAR, WRITE_1_SET -> value;
            case WRITE_ONLY -> 0;
            case READ_CLEAR, READ_CLEAR_WRITE_1_CLEAR -> {
                values[slot] = 0;
                yield value;
            }
        };
    }

    private void writeStored(int slot, Register register, int value) {
        int bits = value & register.writeMask();
        switch (register.access()) {
            case READ_WRITE -> values[slot] = (values[slot] & ~register.writeMask()) | bits;
            case WRITE_1_CLEAR, READ_CLEAR_WRITE_1_CLEAR -> values[slot] &= ~bits;
            case WRITE_1_SET -> values[slot] |= bits;
            case READ_ONLY, WRITE_ONLY, READ_CLEAR -> { }
        }
    }

    private void count(int offset, int value, boolean write) {
        int page = offset >>> PAGE_SHIFT;
        undeclared.incrementAndGet(Math.min(page, undeclared.length() - 1));
        if (trace.isListening()) {
            trace.undeclared(name, table.page(offset), offset, value, write);
        }
    }
}
