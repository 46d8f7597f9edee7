package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vfnic.it.support.GuestNic;
import io.vfnic.testkit.lab.CommandResult;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestException;
import io.vfnic.testkit.lab.GuestLab;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.QmpException;
import io.vfnic.testkit.lab.RunningCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lab itself, with QEMU's own model of the 82576 and without a card of ours. */
@DisplayName("The guest lab")
class GuestLabIT {
    private static GuestLab lab;
    private static Guest guest;

    @BeforeAll
    static void bootGuest() {
        lab = GuestLab.open("GuestLabIT");
        guest = lab.start(GuestSpec.named("lab").withSparePorts(1)
            .withQemuArguments("-netdev", "hubport,id=hub,hubid=0", "-device", "igb,netdev=hub,bus=spare0"));
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @Test
    @DisplayName("gives exit code, stdout and stderr of a command, each for itself")
    void runsCommands() {
        CommandResult result = guest.run("echo out; echo err >&2; exit 3");

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    @DisplayName("runs other commands while one is running")
    void runsCommandsSideBySide() {
        RunningCommand waiting = guest.start("while ! [ -e /tmp/go ]; do sleep 0.1; done; echo gone");

        guest.check("touch /tmp/go");

        assertThat(waiting.await(Duration.ofSeconds(60)).stdout()).isEqualTo("gone\n");
    }

    @Test
    @DisplayName("says which command did not finish, and what the guest's console showed")
    void reportsCommandsThatHang() {
        assertThatThrownBy(() -> guest.run("sleep 1000", Duration.ofMillis(200)))
            .isInstanceOf(GuestException.class)
            .hasMessageContaining("sleep 1000")
            .hasMessageContaining("vfnic guest: lab is up");
    }

    @Test
    @DisplayName("has igb drive the Physical Function and igbvf the Virtual Function that it enables")
    void bindsTheStockDrivers() {
        assertThat(guest.check("readlink /sys/bus/pci/devices/0000:01:00.0/driver")).endsWith("/igb");

        guest.check("echo 1 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs");

        // First VF offset 0x80 (82576 datasheet, SR-IOV capability): 01:00.0 + 0x80 = 01:10.0.
        GuestNic.await(guest, "[ -e /sys/bus/pci/devices/0000:01:10.0/net ]");
        assertThat(guest.check("readlink /sys/bus/pci/devices/0000:01:10.0/driver")).endsWith("/igbvf");
        assertThat(guest.check("cat /sys/bus/pci/devices/0000:01:10.0/device")).isEqualTo("0x10ca");
        String name = guest.check("ls /sys/bus/pci/devices/0000:01:10.0/net");
        assertThat(guest.check("ethtool -i " + name)).contains("driver: igbvf");
    }

    @Test
    @DisplayName("has the traffic tools in the guest")
    void hasTrafficTools() {
        assertThat(guest.check("for tool in ip ethtool iperf3 lspci tcpdump tcpreplay socat ping sha256sum; do"
            + " type $tool >/dev/null || echo $tool; done")).as("missing tools").isEmpty();
    }

    @Test
    @DisplayName("shares a directory between host and guest")
    void sharesFiles() throws IOException {
        Files.writeString(guest.share().resolve("from-host"), "hello");

        assertThat(guest.check("cat /share/from-host; echo there > /share/from-guest")).isEqualTo("hello");
        assertThat(guest.share().resolve("from-guest")).hasContent("there\n");
    }

    @Test
    @DisplayName("speaks QMP, and passes QEMU's refusals on")
    void speaksQmp() {
        assertThat(guest.qmp("{\"execute\": \"query-status\"}").getAsJsonObject().get("status").getAsString())
            .isEqualTo("running");
        assertThatThrownBy(() -> guest.qmp("{\"execute\": \"no-such-command\"}"))
            .isInstanceOf(QmpException.class)
            .hasMessageContaining("no-such-command");
    }

    @Test
    @DisplayName("says so when nothing listens where a function is to be plugged")
    void refusesAbsentFunctions() {
        try (Guest other = lab.start(GuestSpec.named("lonely"))) {
            assertThatThrownBy(() -> other.plug(lab.directory().resolve("absent.sock")))
                .isInstanceOf(QmpException.class)
                .hasMessageContaining("absent.sock");
        }
    }

    @Test
    @DisplayName("says what QEMU said when a guest cannot start")
    void reportsQemusComplaint() {
        GuestSpec orphan = GuestSpec.named("orphan").withFunction(lab.directory().resolve("absent.sock"));

        assertThatThrownBy(() -> lab.start(orphan))
            .isInstanceOf(GuestException.class)
            .hasMessageContaining("absent.sock");
    }

    @Test
    @Tag("full")
    @DisplayName("sees a guest through a reboot, a kill and a new start")
    void survivesRebootAndKill() {
        Guest first = lab.start(GuestSpec.named("phoenix"));
        first.check("touch /tmp/memory");

        first.reboot();
        assertThat(first.run("[ -e /tmp/memory ]").exitCode()).isNotZero();

        first.kill();
        assertThat(first.isRunning()).isFalse();

        try (Guest second = lab.start(first.spec())) {
            assertThat(second.check("hostname")).isEqualTo("phoenix");
        }
    }
}
