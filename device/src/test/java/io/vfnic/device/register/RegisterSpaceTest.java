package io.vfnic.device.register;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Register spaces")
class RegisterSpaceTest {
    private static final Register PLAIN = Register.at(0x00, "PLAIN", "").reset(0x80000001).alias(0x04)
        .readWrite(0x00FFFF00);
    private static final Register FIXED = Register.at(0x08, "FIXED", "").reset(0x1234).readOnly();
    private static final Register COMMAND = Register.at(0x0C, "COMMAND", "").writeOnly(0x0F);
    private static final Register CAUSE = Register.at(0x10, "CAUSE", "").build(Access.READ_CLEAR_WRITE_1_CLEAR, 0xFF);
    private static final Register FLAGS = Register.at(0x14, "FLAGS", "").build(Access.WRITE_1_CLEAR, 0xFF);
    private static final Register MASK = Register.at(0x18, "MASK", "").build(Access.WRITE_1_SET, 0xFF);
    private static final Register COUNT = Register.at(0x1C, "COUNT", "").build(Access.READ_CLEAR, 0);
    private static final Register TABLE = Register.at(0x40, "TABLE", "").array(4, 8).readWrite();

    private final List<String> trace = new ArrayList<>();
    private final RegisterSpace space = new RegisterSpace("vf3",
        new RegisterTable(0x2000, List.of(PLAIN, FIXED, COMMAND, CAUSE, FLAGS, MASK, COUNT, TABLE),
            List.of("general", "queues")), new Recorder());

    @Test
    @DisplayName("RW: only the bits of the write mask change; aliases show the same register")
    void readWrite() {
        assertThat(space.read(0x00)).isEqualTo(0x80000001);

        space.write(0x04, 0x7FFFFFFE);

        assertThat(space.read(0x00)).isEqualTo(0x80FFFF01);
        assertThat(space.read(0x04)).isEqualTo(0x80FFFF01);
    }

    @Test
    @DisplayName("RO ignores writes, WO reads 0")
    void oneWay() {
        space.write(0x08, -1);
        space.write(0x0C, -1);

        assertThat(space.read(0x08)).isEqualTo(0x1234);
        assertThat(space.read(0x0C)).isZero();
    }

    @Test
    @DisplayName("RC clears on read, W1C by ones, W1S sets by ones")
    void sideEffects() {
        space.store(CAUSE, 0, 0x0F);
        space.write(0x10, 0x01);
        assertThat(space.read(0x10)).isEqualTo(0x0E);
        assertThat(space.read(0x10)).isZero();

        space.store(FLAGS, 0, 0x0F);
        space.write(0x14, 0x03);
        assertThat(space.read(0x14)).isEqualTo(0x0C);
        assertThat(space.read(0x14)).isEqualTo(0x0C);

        space.write(0x18, 0x03);
        space.write(0x18, 0xF04);
        assertThat(space.read(0x18)).isEqualTo(0x07);

        space.store(COUNT, 0, 5);
        space.write(0x1C, 0);
        assertThat(space.read(0x1C)).isEqualTo(5);
        assertThat(space.read(0x1C)).isZero();
    }

    @Test
    @DisplayName("handlers get the element and only the writable bits")
    void handlers() {
        List<Integer> written = new ArrayList<>();
        space.onRead(TABLE, element -> 100 + element);
        space.onWrite(TABLE, (element, value) -> written.add(element));
        space.onWrite(COMMAND, (element, value) -> written.add(value));

        space.write(0x58, 1);
        space.write(0x0C, 0xFFFF);

        assertThat(space.read(0x50)).isEqualTo(102);
        assertThat(written).containsExactly(3, 0x0F);
    }

    @Test
    @DisplayName("offsets without a register read 0 and ignore writes, and are counted and traced by name of page")
    void undeclared() {
        space.write(0x44, 7);
        space.write(0x1004, 7);

        assertThat(space.read(0x44)).isZero();
        assertThat(space.read(0x1004)).isZero();
        assertThat(space.read(0x7FFFFFFC)).isZero();
        assertThat(space.undeclaredAccesses(0x0000)).isEqualTo(2);
        assertThat(space.undeclaredAccesses(0x1000)).isEqualTo(2);
        assertThat(trace).containsExactly("vf3 general?44=7 write", "vf3 queues?1004=7 write", "vf3 general?44=0 read",
            "vf3 queues?1004=0 read", "vf3 outside of the registers?7ffffffc=0 read");
    }

    @Test
    @DisplayName("reads of one and two bytes are cut from the dword; of eight, two dwords")
    void widths() {
        space.store(PLAIN, 0, 0x89ABCDEF);

        assertThat(space.read(0x00, 4)).isEqualTo(0x89ABCDEFL);
        assertThat(space.read(0x00, 2)).isEqualTo(0xCDEF);
        assertThat(space.read(0x02, 2)).isEqualTo(0x89AB);
        assertThat(space.read(0x03, 1)).isEqualTo(0x89);
        assertThat(space.read(0x04, 8)).isEqualTo(0x1234_89ABCDEFL);
    }

    @Test
    @DisplayName("writes of less than a dword are ignored and counted; of eight bytes, two dwords, low first")
    void narrowWrites() {
        space.write(0x00, 1, 0xFF);
        space.write(0x01, 2, 0xFFFF);
        assertThat(space.read(0x00)).isEqualTo(0x80000001);
        assertThat(space.undeclaredAccesses(0)).isEqualTo(2);

        trace.clear();
        space.write(0x14, 8, 0x55_00000000L);
        assertThat(space.read(0x18)).isEqualTo(0x55);
        assertThat(trace).startsWith("vf3 FLAGS[0]=0 write", "vf3 MASK[0]=55 write");
    }

    @Test
    @DisplayName("reset restores what is stored")
    void reset() {
        space.write(0x00, -1);
        space.write(0x48, 9);

        space.reset();

        assertThat(space.read(0x00)).isEqualTo(0x80000001);
        assertThat(space.read(0x48)).isZero();
    }

    @Test
    @DisplayName("every access is traced by function, register, element and value")
    void tracing() {
        space.write(0x50, 0xAB);
        space.read(0x50);

        assertThat(trace).containsExactly("vf3 TABLE[2]=ab write", "vf3 TABLE[2]=ab read");
    }

    private final class Recorder implements RegisterTrace {
        @Override
        public void read(String function, Register register, int element, int value) {
            trace.add(line(function, register.name() + "[" + element + "]", value, "read"));
        }

        @Override
        public void written(String function, Register register, int element, int value) {
            trace.add(line(function, register.name() + "[" + element + "]", value, "write"));
        }

        @Override
        public void undeclared(String function, String page, int offset, int value, boolean write) {
            trace.add(line(function, page + "?" + Integer.toHexString(offset), value, write ? "write" : "read"));
        }

        private static String line(String function, String what, int value, String kind) {
            return function + " " + what + "=" + Integer.toHexString(value) + " " + kind;
        }
    }
}
