package io.vfnic.bench.guests;

import static java.util.stream.Collectors.joining;

import io.vfnic.bench.Aim;
import io.vfnic.bench.Benchmark;
import io.vfnic.bench.Row;
import io.vfnic.bench.Scale;
import io.vfnic.bench.Turns;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestLab;
import io.vfnic.testkit.lab.GuestSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Two guests with five NICs each take turns over them: a VF of a card with trapped doorbells, a VF of one with mapped
 * doorbells, and each NIC of QEMU's.
 */
public final class GuestBenchmark implements Benchmark {
    /** The card's default comes first. */
    private static final List<String> DOORBELLS = List.of("trap", "mmap");
    private static final int OURS = 0;
    private static final int MAPPED = 1;

    @Override
    public String name() {
        return "guests";
    }

    @Override
    public List<Row> run(Scale scale) throws Exception {
        try (GuestLab lab = GuestLab.open("bench")) {
            List<GuestLink> links = links(lab);
            List<Row> rows = new ArrayList<>(measure(lab, scale, links));
            lab.discardLogs();
            return rows;
        }
    }

    private static List<GuestLink> links(GuestLab lab) {
        List<CardProcess> cards = DOORBELLS.stream().map(how -> lab.startCard(2, "--doorbell", how)).toList();
        List<Guest> guests = lab.start(List.of(spec("left", 0, lab, cards), spec("right", 1, lab, cards)));
        guests.forEach(guest -> guest.check("modprobe -a e1000e virtio_net"));
        guests.get(1).check("iperf3 -s -D");
        List<GuestLink> links = new ArrayList<>();
        for (String doorbell : DOORBELLS) {
            links.add(link("VF, " + doorbell, guests, links.size(), "igbvf"));
        }
        for (QemuNic nic : QemuNic.values()) {
            links.add(link(nic.device(), guests, links.size(), nic.driver()));
        }
        return links;
    }

    private static GuestSpec spec(String name, int side, GuestLab lab, List<CardProcess> cards) {
        GuestSpec spec = GuestSpec.named(name).withSparePorts(QemuNic.values().length);
        for (CardProcess card : cards) {
            spec = spec.withFunction(card.vf(side));
        }
        for (QemuNic nic : QemuNic.values()) {
            spec = spec.withQemuArguments(nic.arguments(lab.directory(), side == 0).toArray(String[]::new));
        }
        return spec;
    }

    /** Functions come first on the PCI buses, from 1 on, the spare root ports after them. */
    private static GuestLink link(String name, List<Guest> guests, int index, String driver) {
        return GuestLink.up(name, guests.get(0), guests.get(1), index + 1, driver, index);
    }

    private static List<Row> measure(GuestLab lab, Scale scale, List<GuestLink> links) throws Exception {
        int seconds = scale.count(2, 1);
        int pings = scale.count(200, 10);
        String guests = "guests on " + lab.accelerator();
        List<Row> rows = new ArrayList<>();

        double[] tcp = medians(scale, links, link -> link.tcp(seconds));
        double[] aims = {1.5, 1.2, 1.0};
        for (QemuNic nic : QemuNic.values()) {
            rows.add(Row.of("TCP between two guests, by " + nic.device(), "bit/s", tcp[OURS], tcp[ofQemu(nic)],
                Aim.ratioAtLeast(aims[nic.ordinal()]), guests));
        }
        rows.add(Row.of("TCP between two guests, mapped by trapped doorbells", "bit/s", tcp[MAPPED], tcp[OURS],
            null, ""));

        double[] ping = medians(scale, links, link -> link.roundTrip(pings));
        int quickest = best(ping, 1);
        rows.add(Row.of("ping between two guests, median", "s", ping[OURS], ping[quickest],
            Aim.ratioAtMost(0.8), guests + "; best of " + figures(links, ping, 1e6, "us")));
        rows.add(Row.of("ping, mapped by trapped doorbells", "s", ping[MAPPED], ping[OURS], null, ""));

        double[] datagrams = medians(scale, links, link -> link.datagrams(seconds));
        int most = best(datagrams, -1);
        rows.add(Row.of("UDP in 64-byte frames that arrive in another guest", "packets/s", datagrams[OURS],
            datagrams[most], Aim.ratioAtLeast(1.5), guests + "; best of " + figures(links, datagrams, 1, "packets/s")));
        rows.add(Row.of("UDP, mapped by trapped doorbells", "packets/s", datagrams[MAPPED], datagrams[OURS], null, ""));
        return rows;
    }

    private static double[] medians(Scale scale, List<GuestLink> links, ToDoubleFunction<GuestLink> measure)
        throws Exception {
        // One round that does not count, until the just-in-time compilers of the cards and of QEMU have seen it all.
        for (int i = 0; i < scale.count(links.size(), 0); i++) {
            measure.applyAsDouble(links.get(i));
        }
        return Turns.medians(scale, links.stream()
            .map(link -> (Turns.Side)() -> measure.applyAsDouble(link)).toArray(Turns.Side[]::new));
    }

    private static int ofQemu(QemuNic nic) {
        return DOORBELLS.size() + nic.ordinal();
    }

    /** The index of QEMU's NIC with the least figure, or with the greatest where {@code sign} is -1. */
    private static int best(double[] figures, int sign) {
        return IntStream.range(DOORBELLS.size(), figures.length).boxed()
            .min((a, b) -> sign * Double.compare(figures[a], figures[b])).orElseThrow();
    }

    private static String figures(List<GuestLink> links, double[] figures, double factor, String unit) {
        return IntStream.range(DOORBELLS.size(), figures.length)
            .mapToObj(i -> String.format(Locale.ROOT, "%s %,.0f %s", links.get(i).name(), figures[i] * factor, unit))
            .collect(joining(", "));
    }
}
