package io.vfnic.device.decode;

import io.vfnic.device.igb.RegisterMaps;
import io.vfnic.device.igb.RegisterWatch;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTable;
import io.vfnic.device.watch.Watch;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Names registers. Immutable. */
public final class RegisterDecoder {
    /** The block of accesses that no register takes, as users name it. */
    public static final String UNDECLARED = "undeclared";

    private final Map<Register, String> blocks = new IdentityHashMap<>();

    /** Knows all registers of the 82576. */
    public RegisterDecoder() {
        for (RegisterMaps.Block block : RegisterMaps.BLOCKS) {
            block.pf().forEach(register -> blocks.put(register, block.name()));
            block.vf().forEach(register -> blocks.put(register, block.name()));
        }
    }

    /** The names of the register blocks. */
    public static List<String> blockNames() {
        return RegisterMaps.BLOCKS.stream().map(RegisterMaps.Block::name).toList();
    }

    /** The bit of a block in a watch filter; 0 where there is no block of this name. */
    public static int blockBit(String name) {
        int block = blockNames().indexOf(name);
        return block >= 0 ? 1 << block : name.equals(UNDECLARED) ? 1 << RegisterWatch.UNDECLARED : 0;
    }

    /**
     * The register at an offset.
     *
     * @param point watch point of the function.
     */
    public DecodedRegister decode(int point, int offset, int value) {
        RegisterTable table = point == Watch.PF ? RegisterMaps.PF : RegisterMaps.VF;
        Register register = table.at(offset);
        return register == null
            ? new DecodedRegister("", "", UNDECLARED, table.page(offset), offset, value, List.of())
            : decode(register, table.elementAt(offset), value);
    }

    /** An element of a register. */
    public DecodedRegister decode(Register register, int element, int value) {
        return new DecodedRegister(
            register.count() == 1 ? register.name() : register.name() + "[" + element + "]", register.name(),
            blocks.get(register), register.title(), register.offset(element), value,
            FieldValue.of(register.fields(), value));
    }
}
