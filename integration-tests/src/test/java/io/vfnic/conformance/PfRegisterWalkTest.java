package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.vfnic.testkit.guest.PfRegisters;
import io.vfnic.testkit.registers.PfRegisterFacts;
import io.vfnic.testkit.registers.RegisterFact;
import io.vfnic.testkit.registers.RegisterFact.Kind;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The Physical Function's register map, every address of it (82576 datasheet, chapter 8)")
class PfRegisterWalkTest extends PfRegistersTest {
    private static final int[] PATTERNS = {0x5A5A5A5A, 0xA5A5A5A5, 0x00FF00FF};

    static List<RegisterFact> registers() {
        return PfRegisterFacts.all();
    }

    static Stream<RegisterFact> written() {
        return PfRegisterFacts.all().stream().filter(fact -> fact.kind() == Kind.READ_WRITE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("registers")
    @DisplayName("reads its reset value, at each of its addresses")
    void resetValue(RegisterFact fact) {
        if (fact.kind() == Kind.VARYING) {
            assertThat(pf.read(fact.offset())).as("all ones would be a removed device").isNotEqualTo(-1);
            return;
        }
        SoftAssertions all = new SoftAssertions();
        fact.offsets().forEach(offset -> {
            if (fact.offset() != PfRegisters.SWSM || offset == fact.offset()) {
                all.assertThat(pf.read(offset)).as("0x%05X", offset).isEqualTo(fact.reset());
            }
        });
        all.assertAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("registers")
    @DisplayName("takes all ones and zeros in the bits that can be written, and no others")
    void onesAndZeros(RegisterFact fact) {
        if (fact.kind() == Kind.VARYING) {
            return;
        }
        SoftAssertions all = new SoftAssertions();
        for (int element = 0; element < fact.count(); element++) {
            int offset = fact.offset(element);
            pf.write(offset, -1);
            all.assertThat(pf.read(offset)).as("0x%05X after all ones", offset).isEqualTo(fact.afterOnes());
            pf.write(offset, 0);
            all.assertThat(pf.read(offset)).as("0x%05X after zeros", offset).isEqualTo(fact.afterZeros());
        }
        all.assertAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("written")
    @DisplayName("keeps patterns, and shows them at its other address")
    void patterns(RegisterFact fact) {
        SoftAssertions all = new SoftAssertions();
        for (int element = 0; element < fact.count(); element++) {
            int offset = fact.offset(element);
            int other = fact.alias(element) == RegisterFact.NO_ALIAS ? offset : fact.alias(element);
            for (int pattern : PATTERNS) {
                pf.write(other, pattern);
                all.assertThat(pf.read(offset)).as("0x%05X written at 0x%05X", offset, other)
                    .isEqualTo(pattern & fact.writable() | fact.reset() & ~fact.writable());
                pf.write(offset, ~pattern);
                all.assertThat(pf.read(other)).as("0x%05X written at 0x%05X", other, offset)
                    .isEqualTo(~pattern & fact.writable() | fact.reset() & ~fact.writable());
            }
        }
        all.assertAll();
    }

    @Test
    @DisplayName("Every register is one of its own: values written to all of them are all there afterwards")
    void noTwoAreOne() {
        Map<Integer, Integer> expected = new HashMap<>();
        written().forEach(fact -> {
            for (int element = 0; element < fact.count(); element++) {
                int offset = fact.offset(element);
                // EN stays 0, by which RCTL and TCTL would let queue 0 run.
                int value = offset * 0x9E3779B1 & fact.writable() & ~2;
                pf.write(offset, value);
                expected.put(offset, value | fact.reset() & ~fact.writable());
            }
        });

        SoftAssertions all = new SoftAssertions();
        expected.forEach((offset, value) -> all.assertThat(pf.read(offset)).as("0x%05X", offset).isEqualTo(value));
        all.assertAll();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("written")
    @DisplayName("has its reset value again after CTRL.RST, but for packet buffer sizes and EITR, and after an FLR")
    void resets(RegisterFact fact) {
        int offset = fact.offset(fact.count() - 1);
        pf.write(offset, -1);
        int written = pf.read(offset);

        pf.write(PfRegisters.CTRL, PfRegisters.CTRL_RESET);

        boolean isKept = PfRegisterFacts.KEPT_BY_SOFTWARE_RESET.contains(fact.name());
        assertThat(pf.read(offset)).as("after CTRL.RST").isEqualTo(isKept ? written : fact.reset());
        pf.write(offset, -1);
        pf.resetFunction();
        assertThat(pf.read(offset)).as("after a function level reset").isEqualTo(fact.reset());
    }

    @Test
    @DisplayName("Nothing else is decoded: every other address reads 0 and ignores writes")
    void nothingElse() {
        Set<Integer> known = new HashSet<>();
        PfRegisterFacts.all().forEach(fact -> fact.offsets().forEach(known::add));
        SoftAssertions all = new SoftAssertions();
        for (int offset = 0; offset < PfRegisterFacts.LENGTH; offset += 4) {
            if (!known.contains(offset)) {
                pf.write(offset, -1);
                all.assertThat(pf.read(offset)).as("0x%05X", offset).isZero();
            }
        }
        all.assertAll();

        registers().stream().filter(fact -> fact.kind() == Kind.READ_WRITE || fact.kind() == Kind.READ_ONLY)
            .forEach(fact -> assertThat(pf.read(fact.offset())).as(fact.toString()).isEqualTo(fact.reset()));
    }
}
