package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.LoopbackPlug;
import io.vfnic.it.support.PfGuest;
import io.vfnic.it.support.QueueCounters;
import io.vfnic.it.support.Streams;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.CommandResult;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code ethtool} shows and changes of a PF that igb drives, in a guest with four processors. The traffic is the
 * PF's with itself, so that igb has all its queues, which it gives up for SR-IOV.
 */
@DisplayName("ethtool, in a guest with the Physical Function,")
class PfOptionsIT {
    private static final int FILE = 200_000;
    private static final int STREAM = 400_000;
    private static final int CTRL = 0x0000;
    private static final int CTRL_RFCE = 1 << 27;
    private static final int CTRL_TFCE = 1 << 28;
    private static final int CTRL_VME = 1 << 30;
    private static final int LEDCTL = 0x0E00;
    private static final int NVM_CHECKED_WORDS = 0x40;
    private static final int NVM_SUM = 0xBABA;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static Guest guest;
    private static GuestNic pf;
    private static LoopbackPlug wire;

    @BeforeAll
    static void boot() {
        final CardProcess card = LAB.lab().startCard(0, "--pf", "guest");
        guest = PfGuest.boot(LAB.lab(), PfGuest.spec(card, 0).withCpus(4), "10.0.0.1/24").guest();
        pf = GuestNic.ofPf(guest, 1);
        wire = LoopbackPlug.in(pf);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(ints = {1, 2, 4})
    @DisplayName("-L combined: so many queues each way, a vector each, and flows are spread over all of them")
    void channels(int queues) {
        set("-L", "combined " + queues);

        assertThat(interruptsOf("rx")).hasSize(queues);
        assertThat(interruptsOf("tx")).hasSize(queues);
        final QueueCounters received = QueueCounters.received(pf);
        final QueueCounters sent = QueueCounters.sent(pf);
        final List<Long> interrupts = interruptsOf("rx");
        Streams.send(wire.one(), wire.two(), LoopbackPlug.TWO, Streams.MANY, STREAM);

        assertThat(QueueCounters.received(pf).since(received)).hasSize(queues).allMatch(packets -> packets > 0);
        assertThat(QueueCounters.sent(pf).since(sent)).hasSize(queues).allMatch(packets -> packets > 0);
        final List<Long> after = interruptsOf("rx");
        for (int queue = 0; queue < queues; queue++) {
            assertThat(after.get(queue)).as("interrupts of receive queue %d", queue)
                .isGreaterThan(interrupts.get(queue));
        }
    }

    @ParameterizedTest(name = "receive {0}, transmit {1}")
    @CsvSource({"64, 64", "80, 4096", "4096, 80", "256, 256"})
    @DisplayName("-G: rings of other lengths carry traffic")
    void rings(int receive, int transmit) {
        set("-G", "rx " + receive + " tx " + transmit);

        assertThat(show("-d")).containsPattern("RDLEN .*0x%08X".formatted(receive * 16))
            .containsPattern("TDLEN .*0x%08X".formatted(transmit * 16));
        transfer();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"rx", "tx", "sg", "gso", "gro", "rxhash"})
    @DisplayName("-K: traffic is right without an offload and with it again")
    void offloads(String offload) {
        set("-K", offload + " off");
        transfer();

        set("-K", offload + " on");
        transfer();
    }

    @Test
    @DisplayName("-K tso: the card segments with it and not without (statistic tx_tcp_seg_good)")
    void segmentation() {
        set("-K", "tso off");
        final long without = pf.statistic("tx_tcp_seg_good");
        transfer();
        assertThat(pf.statistic("tx_tcp_seg_good")).isEqualTo(without);

        set("-K", "tso on");
        final long with = pf.statistic("tx_tcp_seg_good");
        transfer();
        assertThat(pf.statistic("tx_tcp_seg_good")).isGreaterThan(with);
    }

    @Test
    @DisplayName("-K rxvlan and txvlan: tags travel in the frame or beside it (CTRL.VME)")
    void vlanOffloads() {
        // igb has both or neither.
        final GuestNic one = tagged(wire.one(), "10.1.8.1");
        final GuestNic two = tagged(wire.two(), "10.1.8.2");
        for (String options : List.of("rxvlan off", "rxvlan on txvlan on")) {
            set("-K", options);
            FileTransfer.checkBothWays(one, "10.1.8.1", two, "10.1.8.2", FILE);
            assertThat((LoopbackPlug.register(guest, CTRL) & CTRL_VME) != 0).as("CTRL.VME with " + options)
                .isEqualTo(show("-k").contains("rx-vlan-offload: on"));
        }
        one.check("ip link delete " + one.name());
        two.check("ip link delete " + two.name());
    }

    @Test
    @DisplayName("-C rx-usecs: the receive interrupt comes no more often than that")
    void moderation() {
        final int apart = 8;
        set("-L", "combined 1");
        final Pace free = paceOfPings(0);
        final Pace moderated = paceOfPings(apart * 1000);

        assertThat(moderated.interrupts()).as("interrupts in %d ms, %d ms apart at least", moderated.millis(), apart)
            .isLessThan(moderated.millis() / apart * 3 / 2 + 20);
        assertThat(free.perSecond()).isGreaterThan(moderated.perSecond());
        set("-C", "rx-usecs 3");
        set("-L", "combined 4");
    }

    @Test
    @DisplayName("-X: flows go to the queues that the indirection table names")
    void indirection() {
        set("-X", "equal 2");
        assertThat(streamsByQueue().subList(2, 4)).containsOnly(0L);
        set("-X", "weight 0 0 1 0");
        final List<Long> third = streamsByQueue();
        assertThat(third.get(2)).isPositive();
        assertThat(third.get(0) + third.get(1) + third.get(3)).isZero();
        set("-X", "weight 0 1 0 3");
        final List<Long> weighted = streamsByQueue();
        assertThat(weighted.get(0) + weighted.get(2)).isZero();
        assertThat(List.of(weighted.get(1), weighted.get(3))).allMatch(packets -> packets > 0);

        // Unlike "equal 4", this lets -L choose fewer queues later.
        set("-X", "default");
        assertThat(streamsByQueue()).allMatch(packets -> packets > 0);
        assertThat(show("-x")).contains("4 RX ring(s)", "toeplitz: on");
    }

    @Test
    @DisplayName("-N rx-flow-hash udp4: datagrams are spread by ports, too, or by addresses only")
    void flowHash() {
        pf.check("ethtool -N " + pf.name() + " rx-flow-hash udp4 sdfn");
        assertThat(show("-n", "rx-flow-hash udp4")).contains("IP SA", "IP DA", "L4 bytes 0 & 1", "L4 bytes 2 & 3");
        wire.plug();
        final List<Long> byPorts = datagramsByQueue();
        assertThat(Collections.max(byPorts)).isLessThan(sum(byPorts) * 9 / 10);

        pf.check("ethtool -N " + pf.name() + " rx-flow-hash udp4 sd");
        assertThat(show("-n", "rx-flow-hash udp4")).contains("IP SA", "IP DA").doesNotContain("L4 bytes");
        wire.plug();
        final List<Long> byAddresses = datagramsByQueue();
        assertThat(Collections.max(byAddresses)).isGreaterThan(sum(byAddresses) * 9 / 10);
    }

    @Test
    @DisplayName("and XPS: what a processor sends goes out by the queue that is its")
    void transmitSteering() {
        for (int cpu = 0; cpu < 4; cpu++) {
            guest.check("echo %x > /sys/class/net/%s/queues/tx-%d/xps_cpus".formatted(1 << cpu, pf.name(), 3 - cpu));
        }
        for (int cpu = 0; cpu < 4; cpu++) {
            final QueueCounters before = QueueCounters.sent(pf);
            // An address that nobody has: its neighbour is known, so that nothing but these goes out.
            wire.one().check("ip neighbour replace 10.1.0.99 lladdr 02:00:00:00:00:99 nud permanent dev one");
            wire.one().run("taskset " + Integer.toHexString(1 << cpu) + " ping -c 20 -i 0.01 -W 1 10.1.0.99");
            final int queue = 3 - cpu;
            // igb counts what it finds sent after an interrupt.
            Await.until("queue " + queue + " has sent what processor " + cpu + " did",
                () -> QueueCounters.sent(pf).since(before).get(queue) >= 20);
        }
    }

    @Test
    @DisplayName("-A: pause frames are enabled each way as told, or as negotiated")
    void pause() {
        for (String rx : List.of("on", "off")) {
            for (String tx : List.of("on", "off")) {
                set("-A", "autoneg off rx " + rx + " tx " + tx);
                assertThat(show("-a")).containsPattern("RX:\\s+" + rx).containsPattern("TX:\\s+" + tx);
                final long ctrl = LoopbackPlug.register(guest, CTRL);
                assertThat((ctrl & CTRL_RFCE) != 0).isEqualTo(rx.equals("on"));
                assertThat((ctrl & CTRL_TFCE) != 0).isEqualTo(tx.equals("on"));
            }
        }
        // igb asks for both ways where it negotiates, whatever it is told beside that.
        set("-A", "autoneg on rx on tx on");
        assertThat(show("-a")).containsPattern("Autonegotiate:\\s+on").containsPattern("RX:\\s+on");
        assertThat(LoopbackPlug.register(guest, CTRL) & (CTRL_RFCE | CTRL_TFCE)).isEqualTo(CTRL_RFCE | CTRL_TFCE);
    }

    @Test
    @DisplayName("-p: the port's light blinks, and is as it was afterwards (LEDCTL)")
    void identify() {
        final long before = LoopbackPlug.register(guest, LEDCTL);
        final RunningCommand blinking = pf.start("ethtool -p " + pf.name());
        GuestNic.await(guest, "ethtool -d " + pf.name() + " | grep 'LED control' | grep -vi '%08x'".formatted(before));
        guest.check("kill -INT " + blinking.pid());
        blinking.await(PATIENCE);

        assertThat(LoopbackPlug.register(guest, LEDCTL)).isEqualTo(before);
    }

    @Test
    @DisplayName("-e: the NVM begins with the MAC address, and its checksum is right")
    void nvm() {
        final byte[] nvm = nvm(NVM_CHECKED_WORDS * 2);
        assertThat(HexFormat.ofDelimiter(":").formatHex(nvm, 0, 6)).isEqualTo(pf.mac());
        assertThat(sumOfWords(nvm)).isEqualTo(NVM_SUM);
    }

    @Test
    @DisplayName("-E: a byte of the NVM is written, and igb keeps the checksum right")
    void nvmWrites() {
        final byte before = nvm(NVM_CHECKED_WORDS * 2)[0x06];
        for (int value : new int[] {(before ^ 0x55) & 0xFF, before & 0xFF}) {
            pf.check("ethtool -E " + pf.name() + " magic 0x10c98086 offset 6 length 1 value " + value);
            final byte[] nvm = nvm(NVM_CHECKED_WORDS * 2);
            assertThat(nvm[0x06] & 0xFF).isEqualTo(value);
            assertThat(sumOfWords(nvm)).isEqualTo(NVM_SUM);
        }
    }

    @Test
    @DisplayName("-s wol: every way to be woken up that igb knows is taken")
    void wakeOnLan() {
        assertThat(show("")).contains("Supports Wake-on: pumbg");
        for (String ways : List.of("d", "umb", "g")) {
            pf.check("ethtool -s " + pf.name() + " wol " + ways);
            assertThat(show("")).containsPattern("\\sWake-on: " + ways);
        }
    }

    @Test
    @DisplayName("-T, -m, -d, -S, -c, -g, -i: says what an 82576 with a copper port has")
    void description() {
        assertThat(show("-T")).contains("hardware-transmit", "hardware-receive", "hardware-raw-clock")
            .containsPattern("PTP Hardware Clock: \\d|provider index: \\d");
        final CommandResult module = pf.run("ethtool -m " + pf.name());
        assertThat(module.exitCode()).isNotZero();
        assertThat(module.stderr()).contains("not supported");
        assertThat(show("-d")).contains("CTRL (Device control register)", "Link speed:", "1000Mb/s", "EITR0");
        assertThat(show("-S")).contains("rx_packets:", "tx_queue_3_packets:", "rx_queue_3_drops:", "rx_errors: 0\n");
        assertThat(show("-g")).containsPattern("RX:\\s+4096");
        assertThat(show("-c")).containsPattern("rx-usecs:\\s+\\d");
        assertThat(show("-i")).contains("driver: igb\n", "bus-info: 0000:01:00.0");
        assertThat(show("")).contains("Port: Twisted Pair", "1000baseT/Full", "Auto-negotiation: on", "PHYAD: 1");
    }

    /** Changes something, which may make igb reset the port. */
    private static void set(String option, String values) {
        pf.check("ethtool " + option + " " + pf.name() + " " + values);
        wire.plug();
    }

    private static String show(String option, String... more) {
        return pf.check("ethtool " + option + " " + pf.name() + " " + String.join(" ", more)) + "\n";
    }

    private static void transfer() {
        FileTransfer.checkBothWays(wire.one(), LoopbackPlug.ONE, wire.two(), LoopbackPlug.TWO, FILE);
    }

    private static GuestNic tagged(GuestNic end, String address) {
        end.check("ip link add link " + end.name() + " name " + end.name() + ".8 type vlan id 8");
        return end.upper(end.name() + ".8").up(address + "/24");
    }

    private static List<Long> streamsByQueue() {
        final QueueCounters before = QueueCounters.received(pf);
        Streams.send(wire.one(), wire.two(), LoopbackPlug.TWO, Streams.MANY, STREAM);
        return QueueCounters.received(pf).since(before);
    }

    private static List<Long> datagramsByQueue() {
        final QueueCounters before = QueueCounters.received(pf);
        Streams.sendDatagrams(wire.one(), wire.two(), LoopbackPlug.TWO, Streams.MANY);
        return QueueCounters.received(pf).since(before);
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }

    /** How often each vector of queues of one direction has fired, from queue 0 on. */
    private static List<Long> interruptsOf(String direction) {
        return guest.check("awk '/ " + pf.name() + "-(TxRx|" + direction + ")-[0-9]+$/"
                + " { n = 0; for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i; print n }' /proc/interrupts")
            .lines().map(Long::valueOf).toList();
    }

    /** Receive interrupts, and for how long they were counted at least. */
    private record Pace(long interrupts, long millis) {
        private double perSecond() {
            return interrupts * 1000.0 / millis;
        }
    }

    /** The pace while a thousand echo requests are sent. */
    private static Pace paceOfPings(int microseconds) {
        set("-C", "rx-usecs " + microseconds);
        // A vector takes a new interval over when it fires.
        wire.one().ping(LoopbackPlug.TWO);
        final long before = interruptsOf("rx").getFirst();
        final long began = uptime();
        wire.one().check("ping -q -c 1000 -i 0.002 " + LoopbackPlug.TWO);
        final long millis = uptime() - began;
        return new Pace(interruptsOf("rx").getFirst() - before, millis);
    }

    private static long uptime() {
        return Long.parseLong(guest.check("cut -d ' ' -f 1 /proc/uptime").replace(".", "")) * 10;
    }

    private static byte[] nvm(int length) {
        return HexFormat.of().parseHex(guest.check("ethtool -e " + pf.name() + " raw on length " + length
            + " | xxd -p | tr -d '\\n'"));
    }

    private static int sumOfWords(byte[] nvm) {
        int sum = 0;
        for (int i = 0; i < nvm.length; i += 2) {
            sum += nvm[i] & 0xFF | (nvm[i + 1] & 0xFF) << 8;
        }
        return sum & 0xFFFF;
    }
}
