package io.vfnic.it.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.LabExtension;
import io.vfnic.testkit.lab.CardProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** iPXE's intel driver: no interrupts, one queue of legacy descriptors each way. */
@DisplayName("iPXE")
class IpxeIT {
    private static final Path LAB_SCRIPTS =
        Path.of(System.getProperty("vfnic.checkout")).resolve("qemu-configs/guest-lab");
    /** The I/O port of the serial line that SeaBIOS shows its console on, little-endian. */
    private static final byte[] CONSOLE_PORT = {(byte)0xF8, 0x03};
    private static final Pattern TRANSMITTED = Pattern.compile("\\[Link:up, TX:(\\d+) TXE:");

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    @Test
    @DisplayName("finds the PF, sees its link, has frames sent, and can do so again after closing it")
    void drivesPf() throws Exception {
        CardProcess card = LAB.lab().startCard(1, "--pf", "guest");

        String console = run(card, """
            #!ipxe
            set net0/ip 10.0.0.5
            set net0/netmask 255.255.255.0
            ifopen net0
            iflinkwait --timeout 60000 net0
            ping --count 3 --timeout 500 10.0.0.6 ||
            ifstat net0
            ifclose net0
            ifopen net0
            iflinkwait --timeout 60000 net0
            ping --count 3 --timeout 500 10.0.0.7 ||
            ifstat net0
            echo vfnic: done
            sleep 2
            poweroff
            """);

        assertThat(console).contains("using 82576 on 0000:01:00.0 (Ethernet) [open]", "vfnic: done");
        List<Integer> sent = TRANSMITTED.matcher(console).results()
            .map((MatchResult match) -> Integer.valueOf(match.group(1))).toList();
        // Counted by iPXE when the card has written a descriptor back: ARP requests for the addresses.
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).isPositive();
        assertThat(sent.get(1)).isGreaterThan(sent.get(0));
    }

    private static String run(CardProcess card, String script) throws IOException, InterruptedException {
        Path directory = Files.createDirectory(LAB.lab().directory().resolve("ipxe"));
        Path scriptFile = Files.writeString(directory.resolve("script"), script);
        Path portFile = Files.write(directory.resolve("port"), CONSOLE_PORT);
        String lab = LAB.lab().directory().toString();
        Process process = new ProcessBuilder("docker", "run", "--rm", "--network", "none", "-v", lab + ":" + lab,
            "-v", LAB_SCRIPTS + ":/guest-lab:ro", image(), "timeout", "300", "/guest-lab/boot",
            "--dir", directory.toString(), "--socket", card.pf().toString(), "--spare-ports", "0", "--",
            "-machine", "graphics=off", "-fw_cfg", "name=etc/sercon-port,file=" + portFile,
            "-kernel", "/guest/ipxe.lkrn", "-initrd", scriptFile.toString(), "-append", "")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("qemu.log").toFile())
            .start();
        assertThat(process.waitFor(6, TimeUnit.MINUTES)).as("iPXE has come to its end").isTrue();
        return new String(Files.readAllBytes(directory.resolve("console.log")), StandardCharsets.UTF_8);
    }

    private static String image() throws IOException {
        Process process = new ProcessBuilder(LAB_SCRIPTS.resolve("build").toString(), "--tag").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
