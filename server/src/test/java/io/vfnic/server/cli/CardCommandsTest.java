package io.vfnic.server.cli;

import io.vfnic.device.CardConfig;
import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.server.CardServer;
import io.vfnic.server.ServerOptions;
import io.vfnic.server.uplink.UplinkSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands that ask a running card, as server/docs/control.md tells of them; no guest has its functions. */
@Timeout(120)
final class CardCommandsTest {
    private static final long PAUSE_MS = 5;

    @TempDir
    private static Path directory;
    private static CardServer headless;
    private static CardServer guestDriven;
    private static CardServer wired;

    @BeforeAll
    static void start() throws Exception {
        headless = start("headless", false, "none");
        guestDriven = start("guest", true, "none");
        wired = start("wired", false, "stream:" + directory.resolve("wire.sock") + ",server");
    }

    @AfterAll
    static void stop() {
        headless.close();
        guestDriven.close();
        wired.close();
    }

    private static CardServer start(String name, boolean guestPf, String uplink) throws Exception {
        ServerOptions options = ServerOptions.DEFAULT.with(UplinkSpec.parse(uplink));
        return CardServer.start(new CardConfig(2, 1, IdleMode.BACKOFF, CardConfig.DEFAULT_MAX_PAUSE_NANOS, guestPf,
            PfInterrupts.MSIX, SriovDisguise.QEMU, 1), options, directory.resolve(name));
    }

    /**
     * What a command did.
     *
     * @param out what it printed.
     * @param err what it complained about.
     */
    private record Outcome(int exitCode, String out, String err) {
    }

    private static Outcome vfnic(String card, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--dir";
        all[arguments.length + 1] = directory.resolve(card).toString();
        int exitCode = VfnicCommand.execute(new PrintWriter(out), new PrintWriter(err), all);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private static String done(String... arguments) {
        Outcome outcome = vfnic("headless", arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "stats", "fdb"})
    void jsonStaysAsItIs(String command) throws IOException {
        assertThat(normalised(done(command, "--json"))).isEqualTo(golden(command + ".json"));
    }

    @Test
    void theUplinkHasItsStatistics() throws IOException {
        assertThat(normalised(vfnic("wired", "stats", "uplink", "--json").out()))
            .isEqualTo(golden("stats-uplink.json"));
        assertThat(vfnic("wired", "stats", "uplink").out()).isEqualTo(golden("stats-uplink.txt"));
        assertThat(vfnic("wired", "stats").out().lines().filter(line -> !line.startsWith(" ")))
            .containsExactly("vf0:", "vf1:", "uplink:", "vfnic-engine-0:");
        assertThat(vfnic("headless", "stats", "uplink").err()).contains(
            "uplink: this card has none", "vfnic serve --uplink");
    }

    @Test
    void showTellsOfTheCardAndItsFunctions() {
        assertThat(normalised(done("show"))).startsWith("""
            card: link up, 2 of 2 VFs enabled, PF driven by the card
            vf0: unused, link up
                link/ether MAC
                vlan 0, qos 0, spoofchk on, trust off, state auto, max-tx-rate 0
                queues 0 of 2 rx, 0 of 2 tx
            """);
        assertThat(done("show", "vf1")).startsWith("vf1: unused")
            .contains("tx 1: off, ring of 0 at 0x0, head 0, tail 0");
        assertThat(vfnic("guest", "show").out()).contains("0 of 2 VFs enabled, PF driven by a guest", "pf: unused",
            "vf0: disabled, link down", "vf1-host: unused");
    }

    @Test
    void showTellsOfTheUplinkAndWhyItsLinkIsDown() throws Exception {
        Path wire = directory.resolve("wire.sock");
        String line = "uplink stream:" + wire + ",server: link ";
        awaitShown(line + "down (nobody has connected)\nvf0: ");
        assertThat(vfnic("wired", "show", "-j").out()).contains("""
              "uplink": {
                "name": "stream:%s,server",
                "link_up": false,
                "reason": "nobody has connected"
              }
            """.formatted(wire));
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(wire))) {
            assertThat(peer.isConnected()).isTrue();
            awaitShown(line + "up\nvf0: ");
            assertThat(vfnic("wired", "show", "-j").out()).contains("""
                    "link_up": true
                  }
                }
                """);
        }
        assertThat(vfnic("wired", "show", "vf0").out() + done("show") + done("show", "-j")).doesNotContain("uplink");
    }

    private static void awaitShown(String text) throws InterruptedException {
        while (!vfnic("wired", "show").out().contains(text)) {
            Thread.sleep(PAUSE_MS);
        }
    }

    @Test
    void settingsAreShownWithAStarUntilTheyAreGivenBack() {
        done("set", "vf", "1", "mac", "02:00:00:00:0A:01", "vlan", "10", "qos", "3", "spoofchk", "off", "trust", "on",
            "state", "enable", "max-tx-rate", "200", "min-tx-rate", "0");
        assertThat(done("show", "vf1")).contains("link/ether 02:00:00:00:0a:01",
            "vlan 10*, qos 3*, spoofchk off*, trust on*, state enable*, max-tx-rate 200*, mac 02:00:00:00:0a:01*");

        done("set", "vf", "1", "vlan", "20");
        assertThat(done("show", "vf1")).contains("vlan 20*, qos 3*");

        done("set", "vf", "1", "mac", "auto", "vlan", "auto", "qos", "auto", "spoofchk", "auto", "trust", "auto",
            "state", "auto", "max-tx-rate", "auto", "min-tx-rate", "auto");
        assertThat(done("show", "vf1"))
            .contains("vlan 0, qos 0, spoofchk on, trust off, state auto, max-tx-rate 0\n").doesNotContain("*");
    }

    @Test
    void aPortVlanIsInTheForwardingDatabase() {
        done("set", "vf", "0", "vlan", "4094");
        try {
            assertThat(done("fdb")).contains("vlan 4094 dev vf0 pool 0");
        } finally {
            done("set", "vf", "0", "vlan", "auto");
        }
    }

    @Test
    void theLinkGoesDownAndUpForAllButThoseThatAreToldOtherwise() {
        done("set", "vf", "1", "state", "enable");
        done("link", "down");
        try {
            assertThat(done("show"))
                .contains("card: link down (set down)", "vf0: unused, link down", "vf1: unused, link up");
        } finally {
            done("link", "up");
            done("set", "vf", "1", "state", "auto");
        }
        assertThat(done("show")).contains("card: link up,");
    }

    @Test
    void fewerVfsCanBeEnabled() {
        done("set", "vfs", "1");
        try {
            assertThat(done("show")).contains("1 of 2 VFs enabled", "vf1: disabled, link down");
            Outcome reset = vfnic("headless", "reset", "vf1");
            assertThat(reset.exitCode()).isEqualTo(1);
            assertThat(reset.err()).contains("vf1: it is not enabled").contains("vfnic set vfs 2");
        } finally {
            done("set", "vfs", "2");
        }
        done("reset", "vf1");
    }

    @Test
    void aChangePrintsNothingOrAnEmptyObject() {
        assertThat(done("link", "up")).isEmpty();
        assertThat(done("link", "up", "-j")).isEqualTo("{}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "set vf 7 vlan 1             | vf7: there is no such VF; there are vf0 to vf1",
        "set vf 0 vlan 4095          | vf0: a VLAN is 0 to 4094, not 4095",
        "set vf 0 qos 8              | vf0: a priority is 0 to 7, not 8",
        "set vf 0 max-tx-rate 1001   | vf0: a rate is 0 to 1000 Mbit/s, not 1001",
        "set vf 0 vlan 4000000000    | vf0: a VLAN is 0 to 4094",
        "set vf 0 mac 02:00          | vf0: '02:00' is not a MAC address such as 52:54:00:12:34:56",
        "set vf 0 mac 01:00:5e:00:00:01 | vf0: 01:00:5e:00:00:01 is not a unicast address",
        "set vf 0 min-tx-rate 5      | limit the other VFs with max-tx-rate",
        "set vfs 3                   | choose 0 to 2, or start \"vfnic serve\" with a larger --vfs",
        "reset vf9                   | vf9: there is no such function here; there are vf0 to vf1",
        "show vf9                    | vf9: there is no such function here; there are vf0, vf1",
        "show pf                     | pf: this card drives its PF itself (headless)",
        "stats pf                    | start it with \"vfnic serve --pf guest\" for one that a guest drives",
        "stats --watch pf            | pf: this card drives its PF itself (headless)",
        "stats --watch vf9           | vf9: there is no such function here",
        "reset pf                    | pf: this card drives its PF itself (headless)"})
    void whatTheCardRefusesIsToldWithTheFunctionAndTheWayOut(String command, String message) {
        Outcome outcome = vfnic("headless", command.split(" "));

        assertThat(outcome.err()).startsWith("vfnic: ").contains(message);
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    /** As server/docs/control.md has it for programs: the schema's Error, on one line. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        headless | 1 | show vf9 -j | {"error":{"code":"not_found","function":"vf9","message":"there is no such function \
        here","remedy":"there are vf0, vf1"}}
        headless | 1 | set vf 0 qos 8 --json | {"error":{"code":"invalid_argument","function":"vf0","message":"a \
        priority is 0 to 7, not 8","remedy":""}}
        guest | 1 | set vf 0 trust on -j | {"error":{"code":"refused","function":"vf0","message":"a driver in a guest \
        drives the PF and decides on whom it trusts","remedy":"in that guest: ip link set DEV vf 0 trust on"}}
        headless | 1 | capture vf9 -w nowhere.pcapng -j | {"error":{"code":"not_found","function":"vf9",
        nowhere | 3 | show -j | {"error":{"code":"unspecified","function":"","message":"
        headless | 1 | show vf9 --json=false | vfnic: vf9: there is no such function here; there are vf0, vf1
        """)
    void programsAreToldOfRefusalsAsJson(String card, int exitCode, String command, String error) {
        Outcome outcome = vfnic(card, command.split(" "));

        assertThat(outcome.err()).startsWith(error).endsWith("\n").hasLineCount(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void anAddressThatAnotherVfHasIsRefused() {
        done("set", "vf", "1", "mac", "02:00:00:00:0a:02");
        try {
            assertThat(vfnic("headless", "set", "vf", "0", "mac", "02:00:00:00:0a:02").err())
                .contains("vf0: the address 02:00:00:00:0a:02 is vf1's");
        } finally {
            done("set", "vf", "1", "mac", "auto");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "set vf 0 mac 02:00:00:00:0a:01 | in that guest: ip link set DEV vf 0 mac 02:00:00:00:0a:01",
        "set vf 0 trust on              | in that guest: ip link set DEV vf 0 trust on",
        "set vfs 2                      | in that guest: echo 2 > /sys/class/net/DEV/device/sriov_numvfs",
        "reset pf                       | pf: its driver would not notice",
        "reset vf0-host                 | reset vf0 itself",
        "set vf 0 vlan 5000             | vf0: a VLAN is 0 to 4094, not 5000"})
    void whatOnlyADriverInAGuestCanDoIsRefusedWithTheWordsForIt(String command, String message) {
        Outcome outcome = vfnic("guest", command.split(" "));

        assertThat(outcome.err()).contains(message);
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "set vf 0 colour red            | unknown setting 'colour'; there are mac, vlan, qos, spoofchk",
        "set vf 0 vlan ten              | vfnic: vlan: must be a whole number or auto, not \"ten\"; see",
        "set vf 0 spoofchk yes          | spoofchk: must be on, off or auto, not \"yes\"",
        "set vf 0 state up              | state: must be auto, enable or disable, not \"up\"",
        "set vf 0 vlan 1 vlan 2         | vlan: can be set only once",
        "set vf 0 vlan 1 qos            | qos: its value is missing",
        "set vf -1 vlan 1               | N: must be a VF's number, from 0 on, not -1",
        "set vfs -1                     | N: must be a number of VFs, from 0 on, not -1",
        "set vfs many                   | N: must be a whole number, not \"many\"",
        "link sideways                  | must be one of up, down, not \"sideways\"",
        "stats --watch=0                | --watch: must be 0.1 to 3600 seconds",
        "stats --watch=vf0              | --watch: must be a number, not \"vf0\"",
        "stats --watch 0 vf0            | --watch: must be 0.1 to 3600 seconds",
        "stats --watch vf0 vf1          | unknown argument 'vf1'",
        "top --interval=0               | --interval: must be 0.1 to 3600 seconds",
        "capture vf0                    | missing: '--write=FILE'",
        "capture                        | missing: '--write=FILE', 'FUNCTION'",
        "show --json=x                  | --json: must be true or false, not \"x\"",
        "set vf 0 max_tx_rate x         | max_tx_rate: must be a whole number",
        "capture vf0 -w f -c -1         | --count: must be a whole number not below 0, not -1",
        "capture vf0 -w f -s x          | --snaplen: must be a whole number, not \"x\"",
        "trace --kind frames            | --kind: must be one of register, mailbox, descriptor, interrupt, not " +
        "\"frames\"",
        "stats --wtch=3                 | unknown option '--wtch'; did you mean --watch? See",
        "show -x                        | unknown option '-x'",
        "show vf0 vf1                   | unknown argument 'vf1'",
        "show --jason                   | unknown option '--jason'; did you mean --json? See",
        "stats --dir x                  | --dir: can be given only once",
        "dump                           | missing: 'FUNCTION'",
        "set vf                         | missing:",
        "set vg                         | unknown command 'vg'; did you mean vf? See",
        "top -j                         | vfnic stats --watch"})
    void argumentsThatMakeNoSenseAreToldFromRefusals(String command, String message) {
        Outcome outcome = vfnic("headless", command.split(" "));

        // In one line, which also says where to read on
        assertThat(outcome.err()).startsWith("vfnic: ").contains(message).endsWith(" --help\"\n").hasLineCount(1);
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void aCardThatCannotBeReachedHasAnExitCodeOfItsOwn() throws IOException {
        Outcome nowhere = vfnic("nowhere", "show");
        assertThat(nowhere.exitCode()).isEqualTo(3);
        assertThat(nowhere.err()).contains("nowhere/control.sock: no card listens there", "--dir");

        Files.createDirectories(directory.resolve("dead"));
        Files.createFile(directory.resolve("dead").resolve("control.sock"));
        assertThat(vfnic("dead", "show").exitCode()).isEqualTo(3);
        assertThat(vfnic("dead", "show").err()).contains("dead/control.sock: is no socket");
    }

    @ParameterizedTest
    @CsvSource({"help, vfnic --help", "help serve, vfnic serve --help", "help set vf, vfnic set vf --help"})
    void helpIsTheSameAsTheOption(String command, String option) {
        StringWriter out = new StringWriter();
        StringWriter same = new StringWriter();
        assertThat(VfnicCommand.execute(new PrintWriter(out), new PrintWriter(out), command.split(" "))).isZero();
        VfnicCommand.execute(new PrintWriter(same), new PrintWriter(same),
            option.substring("vfnic ".length()).split(" "));

        assertThat(out.toString()).startsWith("Usage: " + option.replace(" --help", "")).isEqualTo(same.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completionKnowsTheCommands(String shell) {
        StringWriter out = new StringWriter();
        int exitCode = VfnicCommand.execute(new PrintWriter(out), new PrintWriter(out), "completion", shell);

        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("complete -F", "max-tx-rate", "--watch");
    }

    /** What differs from card to card and from version to version is left out. */
    private static String normalised(String text) {
        return text.replaceAll("(?<=[ \"])[0-9a-f]{2}(:[0-9a-f]{2}){5}", "MAC")
            .replaceAll("(?<=\"version\": )\".*\"", "\"VERSION\"")
            .replaceAll(
                "(?<=\"(monotonic_ns|(busy_)?duty_cycles|busy_ns|stalls|sleeps|wakeups|event_[a-z_]{1,40})\": )\\d+",
                "0");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = CardCommandsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
