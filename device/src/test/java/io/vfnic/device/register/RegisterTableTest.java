package io.vfnic.device.register;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("Register tables")
class RegisterTableTest {
    private static final Register CTRL = Register.at(0x00, "CTRL", "control").alias(0x04).readWrite();
    private static final Register RAL = Register.at(0x40, "RAL", "address").array(4, 8).alias(0x80).readWrite();

    @Test
    @DisplayName("find registers, elements and aliases by offset, whatever the low two bits")
    void lookup() {
        RegisterTable table = table(0x100, CTRL, RAL);

        assertThat(table.at(0x00)).isSameAs(CTRL);
        assertThat(table.at(0x07)).isSameAs(CTRL);
        assertThat(table.at(0x58)).isSameAs(RAL);
        assertThat(table.at(0x98)).isSameAs(RAL);
        assertThat(table.at(0x5C)).isNull();
        assertThat(table.at(-4)).isNull();
        assertThat(table.at(0x100)).isNull();
    }

    @Test
    @DisplayName("find an array's first elements at an alias with a stride of its own")
    void partialAlias() {
        Register queues = Register.at(0xC0, "QUEUE", "of a queue").array(4, 0x10).alias(0x00, 2, 0x40).readWrite();
        RegisterTable table = table(0x100, queues);
        RegisterSpace space = new RegisterSpace("pf", table, RegisterTrace.NONE);

        space.write(0x40, 7);

        assertThat(space.read(0xD0)).isEqualTo(7);
        assertThat(table.at(0x00)).isSameAs(queues);
        assertThat(table.at(0x80)).isNull();
    }

    @Test
    @DisplayName("name every page of their range")
    void pages() {
        RegisterTable table = new RegisterTable(0x1800, List.of(CTRL), List.of("general", "queues"));

        assertThat(table.page(0xFFC)).isEqualTo("general");
        assertThat(table.page(0x1000)).isEqualTo("queues");
        assertThat(table.page(0x1800)).isEqualTo(table.page(-4)).isEqualTo("outside of the registers");
        assertThatThrownBy(() -> new RegisterTable(0x1800, List.of(CTRL), List.of("general")))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("refuse two registers at one offset, aliases included")
    void overlap() {
        Register other = Register.at(0x98, "OTHER", "lies on an alias").readOnly();

        assertThatThrownBy(() -> table(0x100, RAL, other))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("OTHER").hasMessageContaining("0x98");
    }

    @Test
    @DisplayName("refuse registers beyond their range")
    void range() {
        assertThatThrownBy(() -> table(0x50, RAL)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("refuse registers that are not aligned to four bytes")
    void alignment() {
        assertThatThrownBy(() -> Register.at(0x02, "ODD", "").readOnly()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Register.at(0x04, "ODD", "").array(2, 6).readOnly())
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("fields give their mask and value")
    void fields() {
        Field field = new Field("NUM_VFS", 17, 14);

        assertThat(field.mask()).isEqualTo(0x3C000);
        assertThat(field.of(0xFFFEBFFF)).isEqualTo(0xA);
        assertThat(new Field("ALL", 31, 0).mask()).isEqualTo(-1);
        assertThatThrownBy(() -> new Field("X", 32, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RegisterTable table(int size, Register... registers) {
        return new RegisterTable(size, List.of(registers), List.of("page"));
    }
}
