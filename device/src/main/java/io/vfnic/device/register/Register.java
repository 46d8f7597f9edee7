package io.vfnic.device.register;

import java.util.ArrayList;
import java.util.List;

/**
 * The declaration of a register or of an array of like registers: 32 bits each, little-endian on the bus. Immutable.
 */
public final class Register {
    private final String name;
    private final String title;
    private final int offset;
    private final int count;
    private final int stride;
    private final int resetValue;
    private final int writeMask;
    private final Access access;
    private final List<Alias> aliases;
    private final List<Field> fields;

    /**
     * Other offsets at which the first elements of a register appear.
     *
     * @param offset of element 0 in bytes.
     * @param count  how many elements appear there.
     * @param stride bytes from one element to the next.
     */
    public record Alias(int offset, int count, int stride) {
        /** Offset of an element in bytes. */
        public int offset(int element) {
            if (element < 0 || element >= count) {
                throw new IndexOutOfBoundsException("alias of element " + element);
            }
            return offset + element * stride;
        }
    }

    private Register(Builder builder) {
        this.name = builder.name;
        this.title = builder.title;
        this.offset = builder.offset;
        this.count = builder.count;
        this.stride = builder.stride;
        this.resetValue = builder.resetValue;
        this.writeMask = builder.writeMask;
        this.access = builder.access;
        this.aliases = builder.aliases.stream().map(this::alias).toList();
        this.fields = List.copyOf(builder.fields);
    }

    /**
     * Starts a declaration.
     *
     * @param offset of the (first) register in bytes, a multiple of 4.
     * @param name   as in the datasheet.
     * @param title  what it is, in a few words.
     */
    public static Builder at(int offset, String name, String title) {
        return new Builder(offset, name, title);
    }

    private Alias alias(int[] said) {
        return said.length == 1 ? new Alias(said[0], count, stride) : new Alias(said[0], said[1], said[2]);
    }

    /** As in the datasheet. */
    public String name() {
        return name;
    }

    /** What it is, in a few words. */
    public String title() {
        return title;
    }

    /** Offset of the (first) register in bytes. */
    public int offset() {
        return offset;
    }

    /** Offset of an element of the array in bytes. */
    public int offset(int element) {
        if (element < 0 || element >= count) {
            throw new IndexOutOfBoundsException(name + "[" + element + "]");
        }
        return offset + element * stride;
    }

    /** How many registers the declaration covers. */
    public int count() {
        return count;
    }

    /** Bytes from one element to the next. */
    public int stride() {
        return stride;
    }

    /** Value after reset. */
    public int resetValue() {
        return resetValue;
    }

    /** Bits that a write can change or that have an effect when written. */
    public int writeMask() {
        return writeMask;
    }

    /** What reading and writing does. */
    public Access access() {
        return access;
    }

    /** Other offsets at which the register appears. */
    public List<Alias> aliases() {
        return aliases;
    }

    /** Named bits. */
    public List<Field> fields() {
        return fields;
    }

    @Override
    public String toString() {
        return name + " 0x" + Integer.toHexString(offset) + (count == 1 ? "" : "[" + count + "]") + " " +
            access.abbreviation();
    }

    /** Collects a declaration. */
    public static final class Builder {
        private final int offset;
        private final String name;
        private final String title;
        private final List<int[]> aliases = new ArrayList<>();
        private final List<Field> fields = new ArrayList<>();
        private int count = 1;
        private int stride = Integer.BYTES;
        private int resetValue;
        private int writeMask;
        private Access access = Access.READ_ONLY;

        private Builder(int offset, String name, String title) {
            this.offset = offset;
            this.name = name;
            this.title = title;
        }

        /** An array of {@code elements} registers, each {@code bytes} after the one before. */
        public Builder array(int elements, int bytes) {
            this.count = elements;
            this.stride = bytes;
            return this;
        }

        /** Also appears at this offset, all elements with the same stride. */
        public Builder alias(int other) {
            aliases.add(new int[] {other});
            return this;
        }

        /** The first {@code elements} also appear at this offset, each {@code bytes} after the one before. */
        public Builder alias(int other, int elements, int bytes) {
            aliases.add(new int[] {other, elements, bytes});
            return this;
        }

        /** Value after reset; 0 if not said. */
        public Builder reset(int value) {
            this.resetValue = value;
            return this;
        }

        /** The fields of a like register. */
        public Builder fields(List<Field> others) {
            fields.addAll(others);
            return this;
        }

        /** A field of several bits. */
        public Builder field(String fieldName, int high, int low) {
            fields.add(new Field(fieldName, high, low));
            return this;
        }

        /** A field of one bit. */
        public Builder field(String fieldName, int bit) {
            return field(fieldName, bit, bit);
        }

        /** Readable and writable in the bits of {@code mask}. */
        public Register readWrite(int mask) {
            return build(Access.READ_WRITE, mask);
        }

        /** Readable and writable in all bits. */
        public Register readWrite() {
            return build(Access.READ_WRITE, -1);
        }

        /** Readable only. */
        public Register readOnly() {
            return build(Access.READ_ONLY, 0);
        }

        /** Writes of {@code mask} have side effects; reads as 0. */
        public Register writeOnly(int mask) {
            return build(Access.WRITE_ONLY, mask);
        }

        /** Any other kind of access. */
        public Register build(Access kind, int mask) {
            this.access = kind;
            this.writeMask = mask;
            if ((offset & 3) != 0 || count < 1 || (stride & 3) != 0 || stride < Integer.BYTES) {
                throw new IllegalArgumentException("register " + name + " at 0x" + Integer.toHexString(offset));
            }
            return new Register(this);
        }
    }
}
