package io.vfnic.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.vfnic.protocol.region.RegionIndex;
import io.vfnic.testkit.client.VfioUserClient;
import io.vfnic.testkit.registers.RegisterFact;
import io.vfnic.testkit.registers.RegisterFact.Kind;
import io.vfnic.testkit.registers.VfRegisterFacts;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Virtual Function's register map, every address of it, on a card that drives its Physical Function itself. */
class VfRegisterWalkTest extends ServerTest {
    private static final List<RegisterFact> FIXED =
        VfRegisterFacts.all().stream().filter(fact -> fact.kind() != Kind.VARYING).toList();

    private final SoftAssertions all = new SoftAssertions();
    private VfioUserClient vf;

    /** VF 0's first queue differs from all others, so that another VF stands for them. */
    @BeforeEach
    void attach() throws java.io.IOException {
        vf = VfioUserClient.attach(server.socket(1));
    }

    @AfterEach
    void detach() {
        vf.close();
    }

    @Test
    void resetValuesAtEveryAddress() {
        for (RegisterFact fact : FIXED) {
            fact.offsets().forEach(
                offset -> all.assertThat(read(offset)).as("%s, 0x%04X", fact, offset).isEqualTo(fact.reset()));
        }
        all.assertAll();
    }

    @Test
    void onesAndZerosAndTheResetAfterwards() {
        for (RegisterFact fact : FIXED) {
            for (int element = 0; element < fact.count(); element++) {
                int offset = fact.offset(element);
                write(offset, -1);
                all.assertThat(read(offset)).as("%s after all ones, 0x%04X", fact, offset).isEqualTo(fact.afterOnes());
                write(offset, 0);
                all.assertThat(read(offset)).as("%s after zeros, 0x%04X", fact, offset).isEqualTo(fact.afterZeros());
                write(offset, fact.afterOnes());
            }
        }
        all.assertAll();

        vf.reset();

        resetValuesAtEveryAddress();
    }

    @Test
    void nothingElseIsDecoded() {
        Set<Integer> known = new HashSet<>();
        VfRegisterFacts.all().forEach(fact -> fact.offsets().forEach(known::add));
        for (int offset = 0; offset < VfRegisterFacts.LENGTH; offset += 4) {
            if (!known.contains(offset)) {
                write(offset, -1);
                all.assertThat(read(offset)).as("0x%04X", offset).isZero();
            }
        }
        all.assertAll();
        resetValuesAtEveryAddress();
        assertThat(known).contains(0x3C | 0x3800);
    }

    private int read(int offset) {
        return vf.read32(RegionIndex.BAR0, offset);
    }

    private void write(int offset, int value) {
        vf.postWrite32(RegionIndex.BAR0, offset, value);
    }
}
