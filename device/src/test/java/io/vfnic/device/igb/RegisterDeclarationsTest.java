package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Field;
import io.vfnic.device.register.Register;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The declarations of the PF's registers")
final class RegisterDeclarationsTest {
    static Stream<Register> registers() {
        return RegisterMaps.PF.registers().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("registers")
    @DisplayName("name and describe each, with fields that do not overlap")
    void fields(Register register) {
        assertThat(register.name()).isNotBlank();
        assertThat(register.title()).isNotBlank();
        int taken = 0;
        for (Field field : register.fields()) {
            assertThat(taken & field.mask()).as(field.name()).isZero();
            taken |= field.mask();
        }
        if (register.access() == Access.READ_ONLY || register.access() == Access.READ_CLEAR) {
            assertThat(register.writeMask()).isZero();
        }
    }

    @Test
    @DisplayName("name each 4 KiB of the map, and an access that no register takes is counted there")
    void pages() {
        TestCard card = TestCard.withGuestPf(1);
        List<String> names = new ArrayList<>();
        IntStream.range(0, 0x20).forEach(page -> names.add(RegisterMaps.PF.page(page << 12)));

        assertThat(names).doesNotContain("").contains("statistics", "receive queues", "VF registers");
        card.igb.pfRead(0x7FFC);
        card.igb.pfWrite(0x5524, 1);
        card.igb.pfRead(0x5524);

        assertThat(card.igb.pfUndeclaredAccesses(0x7000)).isEqualTo(1);
        assertThat(card.igb.pfUndeclaredAccesses(0x5000)).as("DPDK writes a RAH[24] that is not there").isEqualTo(2);
        assertThat(card.igb.pfRead(0x5524)).isZero();
    }
}
