package io.vfnic.device.igb;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.device.register.Register;
import io.vfnic.device.ring.PoolCounters.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Looking at registers without reading them")
final class RegisterPeekTest {
    private static final long MAC = 0x0002_0304_0506L;
    private static final int ROUNDS = 3;

    @Test
    @DisplayName("Of two cards with the same life, the one that was looked at all over still reads as the other does")
    void peekingChangesNothing() {
        TestCard looked = TestCard.withGuestPf(MAC);
        TestCard other = TestCard.withGuestPf(MAC);
        for (int round = 0; round < ROUNDS; round++) {
            live(looked, round);
            live(other, round);

            peekAll(looked);
            peekAll(looked);

            assertThat(readAll(looked)).containsExactlyElementsOf(readAll(other));
        }
    }

    @Test
    @DisplayName("What a look shows is what a read then gives")
    void peekingTellsTheTruth() {
        TestCard card = TestCard.withGuestPf(MAC);
        live(card, 0);

        for (Register register : RegisterMaps.VF.registers()) {
            for (int element = 0; element < register.count(); element++) {
                int seen = card.igb.vfRegisters(1).peek(register, element);
                assertThat(card.read(1, register, element)).as("%s[%d]", register, element).isEqualTo(seen);
            }
        }
        for (Register register : RegisterMaps.PF.registers()) {
            for (int element = 0; element < register.count(); element++) {
                int seen = card.igb.pfPeek(register, element);
                assertThat(card.pf(register, element)).as("%s[%d]", register, element).isEqualTo(seen);
            }
        }
    }

    /** Something in every register that can hold something, and causes, messages, counters and time beside. */
    private static void live(TestCard card, int round) {
        Random values = new Random(round);
        card.igb.enableVfs(3);
        card.nanos += 123_456_789;
        for (Register register : RegisterMaps.PF.registers()) {
            boolean resets = register == GeneralBlock.CTRL || register == GeneralBlock.CTRL_EXT
                || register == VfMirrorBlock.VTCTRL;
            for (int element = 0; element < register.count() && !resets; element++) {
                card.igb.pfWrite(register.offset(element), values.nextInt());
            }
        }
        card.igb.pfWrite(GeneralBlock.CTRL_EXT.offset(), GeneralBlock.CTRL_EXT_PFRSTD);
        for (Register register : RegisterMaps.VF.registers()) {
            for (int element = 0; element < register.count() && register != GeneralBlock.VTCTRL; element++) {
                card.write(1, register, element, values.nextInt());
            }
        }
        card.interrupts.raise(values.nextInt());
        card.port.causes().raise(0xFF);
        card.spoofs.report(3, 1);
        for (Counter counter : Counter.values()) {
            card.counters.get(1).add(counter, 100 + round);
            card.port.counters().add(counter, 0x1_0000_0000L + round);
        }
        card.igb.queuePages(1).receive(0).set(0x30, 5);
    }

    private static void peekAll(TestCard card) {
        RegisterMaps.PF.registers().forEach(register -> {
            for (int element = 0; element < register.count(); element++) {
                card.igb.pfPeek(register, element);
            }
        });
        RegisterMaps.VF.registers().forEach(register -> {
            for (int element = 0; element < register.count(); element++) {
                card.igb.vfRegisters(1).peek(register, element);
            }
        });
    }

    private static List<String> readAll(TestCard card) {
        List<String> values = new ArrayList<>();
        for (Register register : RegisterMaps.VF.registers()) {
            for (int element = 0; element < register.count(); element++) {
                values.add(register.name() + element + "=" + card.read(1, register, element));
            }
        }
        for (Register register : RegisterMaps.PF.registers()) {
            for (int element = 0; element < register.count(); element++) {
                values.add("PF " + register.name() + element + "=" + card.pf(register, element));
            }
        }
        return values;
    }
}
