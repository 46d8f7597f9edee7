package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.PfGuest;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.RunningCommand;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The IEEE 1588 clock and timestamps of the PF, used by stock igb and linuxptp; the other end is a VF's guest, which
 * has no such clock and stamps by software (82576 facts, 2.10).
 */
@DisplayName("A guest with the Physical Function keeps time by IEEE 1588")
class TimeSyncIT {
    private static final Pattern OFFSET = Pattern.compile("offset from CLOCK_REALTIME is (-?\\d+)ns");
    /** Neither end is given the processor in time on a busy host, for which linuxptp's patience is too short. */
    private static final String PTP4L = "ptp4l -m -q --tx_timestamp_timeout=30000 --summary_interval=0 "
        + "--logAnnounceInterval=-1 --logSyncInterval=-2 --logMinDelayReqInterval=-2 ";

    /** Of a veth pair, which stamps by software what it sends; igbvf does not. */
    private static final String OTHER_END = "ptp0";
    private static final List<String> PTP_GROUPS =
        List.of("01:1b:19:00:00:00", "01:80:c2:00:00:0e", "01:00:5e:00:01:81", "01:00:5e:00:00:6b");

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static PfGuest pf;
    private static String pfNic;
    private static Guest vf;

    @BeforeAll
    static void bootBothGuests() {
        final CardProcess card = LAB.lab().startCard(1, "--pf", "guest");
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(card, 1), "10.0.0.1/24");
        pf.enableVfs(1);
        pfNic = pf.nic();
        bootOtherEnd(card);
    }

    @Test
    @DisplayName("igb offers a clock, and timestamps of what is sent and of version 2's events that are received")
    void offersClock() {
        assertThat(pf.check("ethtool -T " + pfNic))
            .contains("hardware-transmit", "hardware-receive", "hardware-raw-clock", "ptpv2-event")
            .containsPattern("(PTP Hardware Clock|Hardware timestamp provider index): 0");
        assertThat(pf.check("ls /dev")).contains("ptp0");
    }

    @Test
    @DisplayName("The clock advances as time does: in 5 s it gets less than 6 % off")
    void advances() {
        final Drift drift = drift();

        assertThat(drift.nanos()).isBetween((long) (-0.06 * drift.longest()), (long) (0.06 * drift.longest()));
    }

    @ParameterizedTest(name = "by {0} ppb")
    @ValueSource(longs = {500_000_000, -500_000_000})
    @DisplayName("Its frequency is adjusted: by 50 % it gets half the time off")
    void adjustsFrequency(long ppb) {
        pf.check("phc_ctl " + pfNic + " -- set freq " + ppb);
        final Drift drift = drift();
        pf.check("phc_ctl " + pfNic + " freq 0");

        assertThat(drift.nanos() * Long.signum(-ppb)).as("clock's time behind the system's")
            .isBetween((long) (0.43 * drift.shortest()), (long) (0.57 * drift.longest()));
    }

    @Test
    @DisplayName("Its time is adjusted, and set")
    void adjustsTime() {
        assertThat(offsetNanos("set adj 100.0 cmp")).isBetween(-110_000_000_000L, -90_000_000_000L);
        assertThat(offsetNanos("set cmp")).isBetween(-10_000_000_000L, 10_000_000_000L);
    }

    @ParameterizedTest(name = "ptp4l {0}")
    @ValueSource(strings = {"-2", "-4"})
    @DisplayName("ptp4l synchronises the card's clock to a VF's guest by hardware timestamps, over Ethernet and UDP")
    void synchronises(String transport) {
        pf.check("phc_ctl " + pfNic + " set 1000 freq 0");
        final RunningCommand master =
            vf.start("exec " + PTP4L + transport + " -S -i " + OTHER_END + " > /tmp/master.log 2>&1");
        final RunningCommand slave =
            pf.guest().start("exec " + PTP4L + transport + " -H -s -i " + pfNic + " > /tmp/slave.log 2>&1");

        GuestNic.await(pf.guest(), "grep -q 'UNCALIBRATED to SLAVE' /tmp/slave.log && grep -q ' rms ' /tmp/slave.log");
        pf.check("kill " + slave.pid());
        vf.check("kill " + master.pid());

        assertThat(pf.check("cat /tmp/slave.log")).doesNotContain("timed out while polling", "FAULTY");
        assertThat(offsetNanos("cmp")).as("to this guest's time, which is the host's as the other guest's is")
            .isBetween(-60_000_000_000L, 60_000_000_000L);
        assertThat(pf.check("ethtool -S " + pfNic))
            .containsPattern("tx_hwtstamp_timeouts: 0\\s").containsPattern("rx_hwtstamp_cleared: 0\\s");
    }

    /** A guest whose VF passes everything to and from one end of a veth pair that has the VF's address. */
    private static void bootOtherEnd(CardProcess card) {
        vf = LAB.lab().start(GuestSpec.named("vf").withFunction(card.vf(0)));
        final GuestNic nic = GuestNic.onBus(vf, 1).up();
        vf.check("ip link add " + OTHER_END + " address " + nic.mac().strip() + " type veth peer name wire"
            + " && ip link set " + OTHER_END + " up && ip link set wire up"
            + " && ip address add 10.0.0.2/24 dev " + OTHER_END);
        redirect(nic.name(), "wire");
        redirect("wire", nic.name());
        PTP_GROUPS.forEach(group -> vf.check("ip maddress add " + group + " dev " + nic.name()));
        GuestNic.await(vf, "ping -c 1 -W 1 10.0.0.1");
    }

    private static void redirect(String from, String to) {
        vf.check("tc qdisc add dev " + from + " ingress && tc filter add dev " + from
            + " ingress matchall action mirred egress redirect dev " + to);
    }

    /**
     * What the system's time has gained on the clock's, by two comparisons.
     *
     * @param nanos    so much, ns.
     * @param shortest least time that has passed between the two, ns: the guest may have been held up before or after.
     * @param longest  most time that has passed between the two, ns.
     */
    private record Drift(long nanos, long shortest, long longest) {
    }

    private static Drift drift() {
        final String[] lines = pf.check("uptime() { cut -d ' ' -f 1 /proc/uptime; };"
            + " compare() { uptime; phc_ctl " + pfNic + " cmp 2>&1 | grep offset; uptime; };"
            + " compare; sleep 5; compare").split("\n");
        assertThat(lines).hasSize(6);
        return new Drift(offset(lines[4]) - offset(lines[1]), nanos(lines[3]) - nanos(lines[2]),
            nanos(lines[5]) - nanos(lines[0]));
    }

    private static long nanos(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1e9);
    }

    /** What phc_ctl's command at last says of the system's time less the clock's. */
    private static long offsetNanos(String commands) {
        return offset(pf.check("phc_ctl " + pfNic + " -- " + commands + " 2>&1"));
    }

    private static long offset(String output) {
        final Matcher offset = OFFSET.matcher(output);
        assertThat(offset.find()).as(output).isTrue();
        return Long.parseLong(offset.group(1));
    }
}
