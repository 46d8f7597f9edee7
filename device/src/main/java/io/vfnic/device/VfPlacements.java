package io.vfnic.device;

import io.vfnic.device.pci.VirtualFunctionConfig;
import io.vfnic.device.spi.MisplacedVf;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the VFs are in the machine of the PF's guest. At a VF's routing ID there is either the VF itself or, where
 * another guest has it, the view of it; the process at the other end of the sockets tells which.
 * <p>
 * A guest takes all VFs' addresses from one register of the PF and writes none of the VFs' own, as the VFs of a real
 * device have none (SR-IOV 1.1, 3.4.1.11). QEMU, for which each VF is a device by itself, goes by their own, which
 * firmware has filled in. So the two have to agree.
 */
final class VfPlacements {
    private final BarPlacement pf;
    private final List<BarPlacement> vfs;
    private final List<BarPlacement> views;

    VfPlacements(int totalVfs, int pfBarLength) {
        pf = new BarPlacement(pfBarLength);
        vfs = ofVfs(totalVfs);
        views = ofVfs(totalVfs);
    }

    private static List<BarPlacement> ofVfs(int count) {
        return IntStream.range(0, count).mapToObj(vf -> new BarPlacement(VirtualFunctionConfig.BAR0_LENGTH)).toList();
    }

    BarPlacement pf() {
        return pf;
    }

    BarPlacement vf(int index) {
        return vfs.get(index);
    }

    BarPlacement view(int index) {
        return views.get(index);
    }

    /** Where VF 0, or the view of it, is in the PF's guest; 0 where it is not there or has no address yet. */
    int first() {
        if (vfs.isEmpty()) {
            return 0;
        }
        if (views.getFirst().isTaken()) {
            return views.getFirst().address();
        }
        return isInPfGuest(0) ? vfs.getFirst().address() : 0;
    }

    /** Which of {@code count} VFs the PF's guest has elsewhere than one behind the other from {@code first} on. */
    List<MisplacedVf> misplaced(int first, int count) {
        List<MisplacedVf> misplaced = new ArrayList<>();
        for (int vf = 0; vf < count; vf++) {
            int expected = first + vf * VirtualFunctionConfig.BAR0_LENGTH;
            int actual = vfs.get(vf).address();
            if (isInPfGuest(vf) && actual != expected) {
                misplaced.add(
                    new MisplacedVf("vf" + vf, Integer.toUnsignedLong(expected), Integer.toUnsignedLong(actual)));
            }
        }
        return misplaced;
    }

    /** A view has nothing behind its registers, so that it may be anywhere. */
    private boolean isInPfGuest(int vf) {
        return !views.get(vf).isTaken() && vfs.get(vf).isBeside(pf);
    }
}
