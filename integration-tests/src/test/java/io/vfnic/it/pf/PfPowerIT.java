package io.vfnic.it.pf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Await;
import io.vfnic.it.support.FileTransfer;
import io.vfnic.it.support.GuestNic;
import io.vfnic.it.support.LabExtension;
import io.vfnic.it.support.LoopbackPlug;
import io.vfnic.it.support.PfGuest;
import io.vfnic.testkit.lab.CardProcess;
import io.vfnic.testkit.lab.Guest;
import io.vfnic.testkit.lab.GuestSpec;
import io.vfnic.testkit.lab.RunningCommand;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PF whose guest sleeps, resets it, takes it away and finds it again; a VF in another guest has to come back. */
@Tag("full")
@DisplayName("A Physical Function comes back, and a VF in another guest with it,")
class PfPowerIT {
    private static final String PF_ADDRESS = "10.0.0.1";
    private static final String VF_ADDRESS = "10.0.0.2";
    private static final int FILE = 200_000;
    private static final int RELOADS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final LabExtension LAB = new LabExtension();

    private static PfGuest pf;
    private static Guest host;
    private static GuestNic nic;
    private static GuestNic vf;

    @BeforeAll
    static void boot() {
        final CardProcess card = LAB.lab().startCard(1, "--pf", "guest");
        pf = PfGuest.boot(LAB.lab(), PfGuest.spec(card, 1), PF_ADDRESS + "/24");
        pf.enableVfs(1);
        host = pf.guest();
        nic = GuestNic.ofPf(host, 1);
        vf = GuestNic.onBus(LAB.lab().start(GuestSpec.named("vf").withFunction(card.vf(0))), 1).up(VF_ADDRESS + "/24");
        checkTraffic();
    }

    @Test
    @DisplayName("after its guest was suspended to RAM, SR-IOV being off, and had traffic with itself before and after")
    void suspends() {
        host.check("echo 0 > " + PfGuest.DEVICE + "/sriov_numvfs");
        final LoopbackPlug wire = LoopbackPlug.in(nic);
        FileTransfer.check(wire.one(), wire.two(), LoopbackPlug.TWO, FILE);
        final String memoryMappedConfiguration = host.check("setpci -s 0:0.0 60.l");
        suspend();
        wire.plug();
        FileTransfer.check(wire.one(), wire.two(), LoopbackPlug.TWO, FILE);
        wire.unplug();

        // SeaBIOS leaves PCIEXBAR disabled after S3, which keeps extended configuration space from the guest.
        host.check("setpci -s 0:0.0 60.l=" + memoryMappedConfiguration);
        pf.enableVfs(1);
        checkTraffic();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        // igb takes no part in a reset of its device, and programs it anew when its interface is set up.
        "function level reset: echo 1 > DEVICE/reset; ip link set $(ls DEVICE/net) down",
        "unbind, bind: echo 0000:01:00.0 > DRIVER/unbind; echo 0000:01:00.0 > DRIVER/bind",
        "remove, rescan: echo 1 > DEVICE/remove; echo 1 > /sys/bus/pci/rescan"
    })
    @DisplayName("after it was made to go by way of sysfs")
    void comesBack(String way) {
        host.check(way.replaceFirst(".*?: ", "set -e; ").replace("DEVICE", PfGuest.DEVICE)
            .replace("DRIVER", "/sys/bus/pci/drivers/igb"));
        nic = GuestNic.ofPf(host, 1);
        if (host.check("cat " + PfGuest.DEVICE + "/sriov_numvfs").equals("0")) {
            pf.enableVfs(1);
        }
        pf.up();

        checkTraffic();
        assertThat(host.check("dmesg")).doesNotContain("Hardware Error", "Tx Unit Hang", "WARNING:");
    }

    @Test
    @DisplayName("after igb was unloaded and loaded " + RELOADS + " times, each time enabling the VF")
    void reloads() {
        for (int i = 0; i < RELOADS; i++) {
            host.check("modprobe -r igb && modprobe igb");
            GuestNic.ofPf(host, 1);
            pf.enableVfs(1);
        }

        checkTraffic();
    }

    private static void suspend() {
        // The delay lets the agent answer that it has started the command.
        final RunningCommand sleeping = host.start("sleep 0.5; echo mem > /sys/power/state");
        Await.until("the guest sleeps", () -> status().equals("suspended"));
        host.qmp("{\"execute\": \"system_wakeup\"}");
        Await.until("the guest is awake", () -> status().equals("running"));
        sleeping.await(PATIENCE).orFail();
        assertThat(host.check("dmesg")).contains("Waking up from system sleep state S3");
        pf.up();
    }

    private static String status() {
        return host.qmp("{\"execute\": \"query-status\"}").getAsJsonObject().get("status").getAsString();
    }

    private static void checkTraffic() {
        GuestNic.await(vf.guest(), "ping -c 1 -W 1 " + PF_ADDRESS);
        FileTransfer.checkBothWays(nic, PF_ADDRESS, vf, VF_ADDRESS, FILE);
    }
}
