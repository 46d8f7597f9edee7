package io.vfnic.device.register;

/**
 * Hears of every register access of a function. Called on that function's thread, after the access took effect.
 */
public interface RegisterTrace {
    /** Hears nothing; a space that has it pays one branch an access. */
    RegisterTrace NONE = new RegisterTrace() {
        @Override
        public boolean isListening() {
            return false;
        }

        @Override
        public void read(String function, Register register, int element, int value) { }

        @Override
        public void written(String function, Register register, int element, int value) { }

        @Override
        public void undeclared(String function, String page, int offset, int value, boolean write) { }
    };

    /** Whether it wants to hear of accesses now; asked before each. */
    default boolean isListening() {
        return true;
    }

    /** A register was read and gave {@code value}. */
    void read(String function, Register register, int element, int value);

    /** A register was written with {@code value}, as it was on the bus. */
    void written(String function, Register register, int element, int value);

    /**
     * An access that no register takes: not declared, or a write of less than a dword.
     *
     * @param page what the 4 KiB around the offset hold, in a few words.
     */
    void undeclared(String function, String page, int offset, int value, boolean write);
}
