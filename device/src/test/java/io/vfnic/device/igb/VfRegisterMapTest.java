package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

@DisplayName("The register map of a VF (82576 facts, section 3)")
class VfRegisterMapTest {
    private static final int VF = 2;

    /**
     * What the specification says of each register: its offset, what it reads after reset, and what it reads after all
     * ones were written to it.
     */
    private static final List<Expected> MAP = map();

    private final TestCard card = new TestCard();

    private record Expected(String name, int offset, int reset, int afterOnes) {
        private static Expected readWrite(String name, int offset, int reset, int mask) {
            return new Expected(name, offset, reset, reset & ~mask | mask);
        }

        private static Expected fixed(String name, int offset, int value) {
            return new Expected(name, offset, value, value);
        }
    }

    private static List<Expected> map() {
        List<Expected> map = new ArrayList<>();
        map.add(Expected.fixed("VTCTRL", 0x0000, 0));
        map.add(Expected.fixed("VTCTRL (alias)", 0x0004, 0));
        map.add(Expected.fixed("STATUS: full duplex, 1000 Mb/s, master enabled, bit 31", 0x0008, 0x80080081));
        for (int i = 0; i < 16; i++) {
            map.add(Expected.readWrite("VMBMEM[" + i + "]", 0x0800 + 4 * i, 0, -1));
        }
        map.add(new Expected("V2PMAILBOX: RSTI until the PF is ready; VFU is granted", 0x0C40, 0x40, 0x44));
        map.add(Expected.fixed("PBACL", 0x0F04, 0));
        map.add(Expected.readWrite("PSRTYPE", 0x0F0C, 0, -1));
        for (int offset : new int[] {0xF10, 0xF14, 0xF18, 0xF34, 0xF3C, 0xF40, 0xF44, 0xF48, 0xF50}) {
            map.add(Expected.fixed("statistics " + Integer.toHexString(offset), offset, 0));
        }
        map.add(Expected.fixed("FRTIMER, with the clock at 0", 0x1048, 0));
        map.add(Expected.fixed("VTEICS", 0x1520, 0));
        map.add(new Expected("VTEIMS", 0x1524, 0, 7));
        map.add(Expected.fixed("VTEIMC", 0x1528, 0));
        map.add(Expected.readWrite("VTEIAC", 0x152C, 0, 7));
        map.add(Expected.readWrite("VTEIAM", 0x1530, 0, 7));
        map.add(Expected.fixed("VTEICR", 0x1580, 0));
        for (int v = 0; v < 3; v++) {
            map.add(Expected.readWrite("VTEITR[" + v + "]: CNT_IGNR is write-only", 0x1680 + 4 * v, 0, 0x7FFFFFFF));
        }
        map.add(Expected.readWrite("VTIVAR", 0x1700, 0, 0x83838383));
        map.add(Expected.readWrite("VTIVAR_MISC", 0x1740, 0, 0x83));
        map.add(Expected.fixed("PBRWAC", 0x24E8, 0));
        map.add(Expected.fixed("PBTWAC", 0x34E8, 0));
        for (int k = 0; k < 2; k++) {
            int rx = 0x2800 + 0x100 * k;
            map.add(Expected.readWrite("RDBAL" + k, rx, 0, 0xFFFFFF80));
            map.add(Expected.readWrite("RDBAH" + k, rx + 0x04, 0, -1));
            map.add(Expected.readWrite("RDLEN" + k, rx + 0x08, 0, 0x000FFFF0));
            map.add(Expected.readWrite("SRRCTL" + k, rx + 0x0C, 0x80000400, 0xCFF03F7F));
            map.add(Expected.fixed("RDH" + k + " is the card's", rx + 0x10, 0));
            map.add(Expected.readWrite("DCA_RXCTL" + k, rx + 0x14, 0, -1));
            map.add(Expected.readWrite("RDT" + k, rx + 0x18, 0, 0xFFFF));
            map.add(Expected.readWrite("RXDCTL" + k + ": SWFLUSH clears itself", rx + 0x28, 0x00010000, 0x021F1F1F));
            map.add(Expected.fixed("RQDPC" + k, rx + 0x30, 0));
            int tx = 0x3800 + 0x100 * k;
            map.add(Expected.readWrite("TDBAL" + k, tx, 0, 0xFFFFFF80));
            map.add(Expected.readWrite("TDBAH" + k, tx + 0x04, 0, -1));
            map.add(Expected.readWrite("TDLEN" + k, tx + 0x08, 0, 0x000FFFF0));
            map.add(Expected.fixed("TDH" + k + " is the card's", tx + 0x10, 0));
            map.add(Expected.readWrite("DCA_TXCTL" + k, tx + 0x14, 0x2A00, -1));
            map.add(Expected.readWrite("TDT" + k, tx + 0x18, 0, 0xFFFF));
            map.add(Expected.readWrite("TXDCTL" + k + ": SWFLUSH clears itself", tx + 0x28, 0, 0x021F1F1F));
            map.add(Expected.readWrite("TDWBAL" + k, tx + 0x38, 0, 0xFFFFFFFD));
            map.add(Expected.readWrite("TDWBAH" + k, tx + 0x3C, 0, -1));
        }
        return map;
    }

    @TestFactory
    @DisplayName("reset values")
    Stream<DynamicTest> resetValues() {
        return MAP.stream().map(expected -> dynamicTest(expected.name, () ->
            assertThat(new TestCard().igb.vfRead(VF, expected.offset)).as(expected.name)
                .isEqualTo(expected.reset)));
    }

    @TestFactory
    @DisplayName("all ones written")
    Stream<DynamicTest> ones() {
        return MAP.stream().map(expected -> dynamicTest(expected.name, () -> {
            TestCard fresh = new TestCard();

            fresh.igb.vfWrite(VF, expected.offset, -1);

            assertThat(fresh.igb.vfRead(VF, expected.offset)).as(expected.name).isEqualTo(expected.afterOnes);
        }));
    }

    @TestFactory
    @DisplayName("a function level reset restores the reset value")
    Stream<DynamicTest> functionLevelReset() {
        return MAP.stream().map(expected -> dynamicTest(expected.name, () -> {
            TestCard fresh = new TestCard();
            fresh.igb.vfWrite(VF, expected.offset, -1);

            fresh.igb.resetVf(VF);

            assertThat(fresh.igb.vfRead(VF, expected.offset)).as(expected.name).isEqualTo(expected.reset);
        }));
    }

    @TestFactory
    @DisplayName("an access to one VF leaves every register of its neighbours alone")
    Stream<DynamicTest> isolation() {
        return MAP.stream().map(expected -> dynamicTest(expected.name, () -> {
            TestCard fresh = new TestCard();

            fresh.igb.vfWrite(VF, expected.offset, -1);

            for (Expected other : MAP) {
                assertThat(fresh.igb.vfRead(VF - 1, other.offset)).as(other.name).isEqualTo(other.reset);
                assertThat(fresh.igb.vfRead(VF + 1, other.offset)).as(other.name).isEqualTo(other.reset);
            }
        }));
    }

    @Test
    @DisplayName("nothing else is decoded: every other offset reads 0, takes any write and is counted")
    void nothingElse() {
        Set<Integer> known = new HashSet<>();
        MAP.forEach(expected -> known.add(expected.offset));
        int unknown = 0;
        for (int offset = 0; offset < 0x4000; offset += 4) {
            assertThat(RegisterMaps.VF.at(offset) != null).as("declared at 0x%x", offset)
                .isEqualTo(known.contains(offset));
            if (!known.contains(offset)) {
                card.igb.vfWrite(VF, offset, -1);
                assertThat(card.igb.vfRead(VF, offset)).isZero();
                unknown += 2;
            }
        }

        long counted = 0;
        for (int page = 0; page < 0x4000; page += 0x1000) {
            counted += card.igb.vfRegisters(VF).undeclaredAccesses(page);
        }
        assertThat(counted).isEqualTo(unknown);
    }

    @Test
    @DisplayName("every register has a name and a title, and its fields do not overlap")
    void declarations() {
        for (Register register : RegisterMaps.VF.registers()) {
            assertThat(register.name()).isNotBlank();
            assertThat(register.title()).as(register.name()).isNotBlank();
            int taken = 0;
            for (var field : register.fields()) {
                assertThat(taken & field.mask()).as("%s.%s", register.name(), field.name()).isZero();
                taken |= field.mask();
            }
        }
    }

    @Test
    @DisplayName("receive queue 0 of the card alone comes up without DROP_EN")
    void dropEnable() {
        assertThat(card.read(0, ReceiveBlock.SRRCTL, 0)).isEqualTo(0x00000400);
        assertThat(card.read(0, ReceiveBlock.SRRCTL, 1)).isEqualTo(0x80000400);
    }

    @Test
    @DisplayName("FRTIMER counts microseconds")
    void timer() {
        card.nanos = 5_000_999;

        assertThat(card.read(VF, GeneralBlock.FRTIMER)).isEqualTo(5_000);
    }
}
