package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every VF that the card can have, in three guests; each in a network namespace, so that all traffic is the card's. */
@DisplayName("Seven VFs in three guests")
class ManyFunctionsIT {
    private static final int VFS = 7;
    private static final int[] VFS_OF_GUEST = {3, 2, 2};
    private static final int FILE_BYTES = 1_500_001;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static final List<GuestNic> NICS = new ArrayList<>();

    @BeforeAll
    static void bootGuests() {
        CardProcess card = LAB.lab().startCard(VFS, "--agents", "2");
        List<GuestSpec> specs = new ArrayList<>();
        int vf = 0;
        for (int guest = 0; guest < VFS_OF_GUEST.length; guest++) {
            GuestSpec spec = GuestSpec.named("guest" + guest).withSparePorts(0);
            for (int i = 0; i < VFS_OF_GUEST[guest]; i++) {
                spec = spec.withFunction(card.vf(vf));
                vf++;
            }
            specs.add(spec);
        }
        for (Guest guest : LAB.lab().start(specs)) {
            for (int bus = 1; bus <= guest.spec().sockets().size(); bus++) {
                GuestNic nic = GuestNic.onBus(guest, bus).inNamespace("bus" + bus);
                NICS.add(nic);
                nic.up(address(NICS.size() - 1) + "/24");
            }
        }
    }

    @Test
    @DisplayName("have an address each")
    void haveAddresses() {
        assertThat(NICS).hasSize(VFS);
        assertThat(NICS).extracting(GuestNic::mac).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("reach each other, each from each")
    void reachEachOther() {
        for (int from = 0; from < VFS; from++) {
            GuestNic nic = NICS.get(from);
            String own = address(from);
            String others = IntStream.range(0, VFS).mapToObj(ManyFunctionsIT::address)
                .filter(address -> !address.equals(own)).collect(Collectors.joining(" "));
            nic.guest().check("for other in " + others + "; do "
                + nic.inItsNamespace("ping -c 3 -i 0.05 -w 60 $other || exit 1; done"));
        }
    }

    @Test
    @DisplayName("carry files between two of them in one guest, and between guests")
    void carryFiles() {
        FileTransfer.checkBothWays(NICS.get(0), address(0), NICS.get(1), address(1), FILE_BYTES);
        FileTransfer.checkBothWays(NICS.get(2), address(2), NICS.get(6), address(6), FILE_BYTES);
    }

    private static String address(int vf) {
        return "10.0.0." + (vf + 1);
    }
}
