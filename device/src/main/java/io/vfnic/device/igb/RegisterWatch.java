package io.vfnic.device.igb;

import io.vfnic.device.register.Register;
import io.vfnic.device.register.RegisterTrace;
import io.vfnic.device.watch.Watch;
import io.vfnic.device.watch.WatchKind;
import io.vfnic.device.watch.WatchPoint;
import io.vfnic.device.watch.WatchRecord;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Records register accesses at the functions' watch points, and passes them on. */
public final class RegisterWatch implements RegisterTrace {
    /** The block number of accesses that no register takes. */
    public static final int UNDECLARED = 31;

    private static final String PF = "pf";

    private final Watch watch;
    private final RegisterTrace next;
    /** Numbers of the registers' blocks, see {@link RegisterMaps#BLOCKS}. */
    private final Map<Register, Integer> blocks = new IdentityHashMap<>();

    /** @param next hears of every access as well. */
    public RegisterWatch(Watch watch, RegisterTrace next) {
        this.watch = watch;
        this.next = next;
        for (int block = 0; block < RegisterMaps.BLOCKS.size(); block++) {
            number(RegisterMaps.BLOCKS.get(block).pf(), block);
            number(RegisterMaps.BLOCKS.get(block).vf(), block);
            if (RegisterMaps.BLOCKS.get(block).name().equals("mailbox")) {
                number(RegisterMaps.DISABLED_VF.registers(), block);
            }
        }
    }

    private void number(List<Register> registers, int block) {
        registers.forEach(register -> blocks.put(register, block));
    }

    @Override
    public boolean isListening() {
        return watch.wants(WatchKind.REGISTER) || next.isListening();
    }

    @Override
    public void read(String function, Register register, int element, int value) {
        record(function, register, element, value, 0);
        next.read(function, register, element, value);
    }

    @Override
    public void written(String function, Register register, int element, int value) {
        record(function, register, element, value, WatchRecord.WRITE);
        next.written(function, register, element, value);
    }

    @Override
    public void undeclared(String function, String page, int offset, int value, boolean write) {
        WatchPoint point = point(function);
        if (point.wants(WatchKind.REGISTER)) {
            point.register(UNDECLARED, offset, value, WatchRecord.UNDECLARED | (write ? WatchRecord.WRITE : 0));
        }
        next.undeclared(function, page, offset, value, write);
    }

    private void record(String function, Register register, int element, int value, int flags) {
        WatchPoint point = point(function);
        if (point.wants(WatchKind.REGISTER)) {
            point.register(blocks.get(register), register.offset(element), value, flags);
        }
    }

    /** A VF's name ends in its number. */
    private WatchPoint point(String function) {
        return watch.point(function.equals(PF) ? Watch.PF : function.charAt(function.length() - 1) - '0');
    }
}
