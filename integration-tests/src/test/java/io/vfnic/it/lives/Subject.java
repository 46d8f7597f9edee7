package io.vfnic.it.lives;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.BulkTraffic;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.Guest;
import java.time.Duration;

/** The guest that a test makes live and die, and the peer that it talks to all the while. */
final class Subject {
    private static final int FILE_BYTES = 3_000_001;

    private final LabExtension lab;
    private final String address;
    private final GuestNic peer;
    private final String peerAddress;
    private Guest guest;

    /**
     * @param guest       with its VF on the first bus.
     * @param address     for the VF, in one /24 with the peer's.
     * @param peer        in another guest, up.
     */
    Subject(LabExtension lab, Guest guest, String address, GuestNic peer, String peerAddress) {
        this.lab = lab;
        this.guest = guest;
        this.address = address;
        this.peer = peer;
        this.peerAddress = peerAddress;
    }

    Guest guest() {
        return guest;
    }

    /** The guest's interface on its VF, with address and link. */
    GuestNic up() {
        GuestNic nic = GuestNic.onBus(guest, 1);
        guest.check("ip address flush dev " + nic.name());
        return nic.up(address + "/24");
    }

    /** The proof that the VF works: a file goes each way, intact. */
    void exchangeFiles() {
        FileTransfer.checkBothWays(up(), address, peer, peerAddress, FILE_BYTES);
    }

    /** Sends to the peer as fast as it can until {@link BulkTraffic#end}. */
    void startTraffic() {
        BulkTraffic.start(up(), peer, peerAddress);
    }

    void reboot() {
        String mac = up().mac();
        startTraffic();

        guest.reboot();

        assertThat(up().mac()).isEqualTo(mac);
        exchangeFiles();
    }

    void reloadDriver(int times) {
        up();

        guest.run("""
            for i in $(seq %d); do
                rmmod igbvf && insmod $(modinfo -n igbvf) || exit 1
                n=0; until [ -e %s/net ]; do n=$((n + 1)); [ $n -lt 600 ] || exit 2; sleep 0.1; done
                nic=$(ls %s/net)
                ip address add %s/24 dev $nic && ip link set $nic up || exit 3
                link=/sys/class/net/$nic/carrier
                n=0; until grep -q 1 $link; do n=$((n + 1)); [ $n -lt 600 ] || exit 4; sleep 0.1; done
                ping -q -c 2 -i 0.05 -w 60 %s || { echo "reload $i" >&2; dmesg | tail -n 20 >&2; exit 5; }
            done""".formatted(times, GuestNic.pciDevice(1), GuestNic.pciDevice(1), address, peerAddress),
            Duration.ofMinutes(5)).orFail();

        exchangeFiles();
    }

    void resetFunction() {
        startTraffic();
        assertThat(guest.check("cat " + GuestNic.pciDevice(1) + "/reset_method")).contains("flr");

        guest.check("echo flr > " + GuestNic.pciDevice(1) + "/reset_method");
        guest.check("echo 1 > " + GuestNic.pciDevice(1) + "/reset");
        BulkTraffic.end(guest);
        // igbvf is not told, and resets itself no sooner than 10 s after its last reset.
        GuestNic.await(guest, "ping -c 1 -W 1 " + peerAddress);

        exchangeFiles();
    }

    /** @param meanwhile while the guest is dead. */
    void dieAndBeReplaced(Runnable meanwhile) {
        String mac = up().mac();
        startTraffic();
        BulkTraffic.start(peer, up(), address);

        guest.kill();
        BulkTraffic.end(peer.guest());
        meanwhile.run();
        guest = lab.lab().start(guest.spec());

        assertThat(up().mac()).isEqualTo(mac);
        exchangeFiles();
    }
}
