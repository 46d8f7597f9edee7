package io.vfnic.device.igb;

import io.vfnic.device.register.Access;
import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterSpace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The VFs' reset, interrupt and statistics registers as the PF sees them: VF n's at 0x10000 + 0x100 n, at the low
 * eight bits of their addresses in the VF. They are the VF's own, with the same side effects; only a reset is another:
 * that by the PF is no event for the PF's driver, which would answer it by resetting again. A VF that is not enabled
 * reads 0.
 */
public final class VfMirrorBlock implements RegisterBlock {
    private static final int BASE = 0x10000;
    private static final int STRIDE = 0x100;
    private static final int FOLDED = STRIDE - 1;
    /** Intel's shared code has the multicast count here, the other counters where the VF has them. */
    private static final int MPRC_OF_PF = BASE + 0x38;

    /** VTCTRL of each VF. */
    public static final Register VTCTRL = mirror(GeneralBlock.VTCTRL);

    private static final List<Register> OF_VF = List.of(
        StatisticsBlock.GPRC, StatisticsBlock.GPTC, StatisticsBlock.GORC, StatisticsBlock.GOTC, StatisticsBlock.MPRC,
        StatisticsBlock.GPRLBC, StatisticsBlock.GPTLBC, StatisticsBlock.GORLBC, StatisticsBlock.GOTLBC,
        InterruptBlock.VTEICS, InterruptBlock.VTEIMS, InterruptBlock.VTEIMC, InterruptBlock.VTEIAC,
        InterruptBlock.VTEIAM, InterruptBlock.VTEICR);

    static final List<Register> PF_REGISTERS = registers();

    private final List<RegisterSpace> vfs = new ArrayList<>();
    private final IntPredicate enabled;
    private final IntConsumer reset;

    /**
     * @param enabled whether a VF is enabled.
     * @param reset   resets a VF at the PF's wish.
     */
    VfMirrorBlock(IntPredicate enabled, IntConsumer reset) {
        this.enabled = enabled;
        this.reset = reset;
    }

    @Override
    public void bind(RegisterSpace pf) {
        pf.onWrite(VTCTRL, (vf, value) -> {
            if (enabled.test(vf) && (value & GeneralBlock.VTCTRL_RST) != 0) {
                reset.accept(vf);
            }
        });
        for (int i = 0; i < OF_VF.size(); i++) {
            int offset = OF_VF.get(i).offset();
            Register register = PF_REGISTERS.get(i + 1);
            Register ofVf = OF_VF.get(i);
            pf.onPeek(register, vf -> enabled.test(vf) ? vfs.get(vf).peek(ofVf, 0) : 0);
            pf.onRead(register, vf -> enabled.test(vf) ? vfs.get(vf).read(offset) : 0);
            pf.onWrite(register, (vf, value) -> {
                if (enabled.test(vf)) {
                    vfs.get(vf).write(offset, value);
                }
            });
        }
    }

    @Override
    public void bindVf(int vf, RegisterSpace space) {
        vfs.add(vf, space);
    }

    private static List<Register> registers() {
        List<Register> result = new ArrayList<>(List.of(VTCTRL));
        OF_VF.forEach(register -> result.add(mirror(register)));
        return List.copyOf(result);
    }

    private static Register mirror(Register of) {
        Register.Builder builder = Register.at(BASE + (of.offset() & FOLDED), of.name(), of.title())
            .array(Igb82576.POOLS, STRIDE).fields(of.fields());
        if (of == StatisticsBlock.MPRC) {
            builder.alias(MPRC_OF_PF);
        }
        return of.access() == Access.READ_ONLY ? builder.readOnly() : builder.build(of.access(), of.writeMask());
    }
}
