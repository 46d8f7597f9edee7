package io.vfnic.device.register;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The registers of an address range, looked up by offset through a dense index. Immutable; one table serves any number
 * of {@link RegisterSpace}s. Every register of an array has a <em>slot</em>, a small number that is the same for all
 * aliases.
 */
public final class RegisterTable {
    /** No register is declared at the offset. */
    static final int NO_SLOT = -1;

    private static final int PAGE_SHIFT = 12;
    private static final String OUTSIDE = "outside of the registers";

    private final int size;
    private final List<Register> registers;
    private final List<String> pages;
    private final short[] slotAt;
    private final Register[] registerOf;
    private final short[] elementOf;

    /**
     * @param size      bytes of the range, a multiple of 4.
     * @param registers the declarations.
     * @param pages     what each 4 KiB of the range hold, in a few words, from offset 0 on.
     * @throws IllegalArgumentException where two overlap, one lies outside of the range or a page has no name.
     */
    public RegisterTable(int size, Collection<Register> registers, List<String> pages) {
        if (pages.size() != size + (1 << PAGE_SHIFT) - 1 >>> PAGE_SHIFT) {
            throw new IllegalArgumentException(pages.size() + " pages for " + size + " bytes");
        }
        this.pages = List.copyOf(pages);
        int slots = registers.stream().mapToInt(Register::count).sum();
        if (slots > Short.MAX_VALUE) {
            throw new IllegalArgumentException(slots + " registers");
        }
        this.size = size;
        this.registers = List.copyOf(registers);
        this.slotAt = new short[size / Integer.BYTES];
        this.registerOf = new Register[slots];
        this.elementOf = new short[slots];
        Arrays.fill(slotAt, (short)NO_SLOT);
        int slot = 0;
        for (Register register : this.registers) {
            for (int element = 0; element < register.count(); element++) {
                place(register, register.offset(element), slot + element);
            }
            for (Register.Alias alias : register.aliases()) {
                for (int element = 0; element < Math.min(alias.count(), register.count()); element++) {
                    place(register, alias.offset(element), slot + element);
                }
            }
            for (int element = 0; element < register.count(); element++) {
                registerOf[slot + element] = register;
                elementOf[slot + element] = (short)element;
            }
            slot += register.count();
        }
    }

    /** Bytes of the range. */
    public int size() {
        return size;
    }

    /** The declarations, in the order given. */
    public List<Register> registers() {
        return registers;
    }

    /** The register declared at an offset (in bytes; the low two bits do not matter), or null. */
    public Register at(int offset) {
        int slot = slotAt(offset);
        return slot == NO_SLOT ? null : registerOf[slot];
    }

    /** Which element of its register is at an offset at which there is one. */
    public int elementAt(int offset) {
        return elementOf[slotAt(offset)];
    }

    /** What the 4 KiB around an offset hold, in a few words. */
    public String page(int offset) {
        return offset < 0 || offset >= size ? OUTSIDE : pages.get(offset >>> PAGE_SHIFT);
    }

    int slots() {
        return registerOf.length;
    }

    int slotAt(int offset) {
        return offset < 0 || offset >= size ? NO_SLOT : slotAt[offset >>> 2];
    }

    int slotOf(Register register, int element) {
        int slot = slotAt(register.offset(element));
        if (slot == NO_SLOT || registerOf[slot] != register) {
            throw new IllegalArgumentException(register + " is not in this table");
        }
        return slot;
    }

    Register register(int slot) {
        return registerOf[slot];
    }

    int element(int slot) {
        return elementOf[slot];
    }

    private void place(Register register, int offset, int slot) {
        if ((offset & 3) != 0 || offset < 0 || offset >= size) {
            throw new IllegalArgumentException(register + " at 0x" + Integer.toHexString(offset) + " out of range");
        }
        if (slotAt[offset >>> 2] != NO_SLOT) {
            throw new IllegalArgumentException(register + " at 0x" + Integer.toHexString(offset) + " overlaps another");
        }
        slotAt[offset >>> 2] = (short)slot;
    }
}
