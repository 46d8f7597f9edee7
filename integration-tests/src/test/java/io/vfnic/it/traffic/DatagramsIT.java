package io.vfnic.it.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.extension.RegisterExtension;

/** UDP through the guests' own sockets, so that checksums are the card's to compute and to check. */
@DisplayName("Datagrams between two guests")
class DatagramsIT {
    private static final int JUMBO_MTU = 9216;
    private static final int LARGEST = 9000;
    private static final int STEP = 131;
    private static final int PORT = 5000;
    private static final int ROOM = 8 << 20;

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static GuestNic a;
    private static GuestNic b;

    @BeforeAll
    static void bootGuests() {
        CardProcess card = LAB.lab().startCard(2);
        List<Guest> guests = LAB.lab().start(List.of(
            GuestSpec.named("a").withFunction(card.vf(0)), GuestSpec.named("b").withFunction(card.vf(1))));
        a = GuestNic.onBus(guests.get(0), 1).up("10.0.0.1/24").up("fd00::1/64").mtu(JUMBO_MTU);
        b = GuestNic.onBus(guests.get(1), 1).up("10.0.0.2/24").up("fd00::2/64");
        // Room for all that is sent, however long the guest is not scheduled: in the ring, and in the socket.
        b.check("ethtool -G " + b.name() + " rx 4096");
        b.check("sysctl -w net.core.rmem_max=" + ROOM);
        b.mtu(JUMBO_MTU);
    }

    @ParameterizedTest(name = "over {0}, checksums by the card: {3}")
    @CsvSource({
        "IPv4, UDP4-RECV, UDP4-SENDTO:10.0.0.2, on",
        "IPv4, UDP4-RECV, UDP4-SENDTO:10.0.0.2, off",
        "IPv6, UDP6-RECV, UDP6-SENDTO:[fd00::2], on"})
    @DisplayName("of sizes up to 9,000 bytes arrive unaltered")
    void carriesDatagrams(String version, String receiver, String destination, String offload) {
        a.check("ethtool -K " + a.name() + " tx " + offload);
        b.check("ethtool -K " + b.name() + " rx " + offload);
        TreeSet<Integer> sizes = sizes();
        int total = sizes.stream().mapToInt(Integer::intValue).sum();
        String list = sizes.stream().map(String::valueOf).collect(Collectors.joining(" "));
        String sum = a.check("head -c " + LARGEST + " /dev/urandom > /tmp/source; for s in " + list
            + "; do head -c $s /tmp/source; done | sha256sum | cut -c 1-64");
        long checksumErrors = b.statistic("rx_csum_offload_errors");
        b.start("socat -u -b 65536 " + receiver + ":" + PORT + ",rcvbuf=" + ROOM + " CREATE:/tmp/received");
        GuestNic.await(b.guest(), "ss -Hlun sport = :" + PORT + " | grep " + PORT);

        a.guest().run("for s in " + list + "; do socat -u -b $s OPEN:/tmp/source,readbytes=$s " + destination + ":"
            + PORT + " || exit 1; done", Duration.ofMinutes(5)).orFail();

        GuestNic.await(b.guest(), "[ $(stat -c %s /tmp/received) -ge " + total + " ]");
        b.check("killall socat");
        assertThat(b.check("stat -c %s /tmp/received; sha256sum < /tmp/received | cut -c 1-64"))
            .isEqualTo(total + "\n" + sum);
        assertThat(b.statistic("rx_csum_offload_errors")).isEqualTo(checksumErrors);
    }

    /** Small ones, those around the limits of buffers and frames, and a sample of the others. */
    private static TreeSet<Integer> sizes() {
        TreeSet<Integer> sizes = new TreeSet<>(List.of(1, 2, 3, 17, 18, 19, 63, 64, 65, 1471, 1472, 1473,
            2005, 2006, 2007, 2047, 2048, 2049, 4095, 4096, 4097, 8191, 8192, 8193, 8971, 8972, 8973, 8999, LARGEST));
        for (int size = STEP; size <= LARGEST; size += STEP) {
            sizes.add(size);
        }
        return sizes;
    }
}
