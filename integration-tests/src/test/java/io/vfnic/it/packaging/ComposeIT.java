package io.vfnic.it.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import io.vfnic.it.support.Scripts;
import io.vfnic.testkit.lab.Checkout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.ImagePullPolicy;

/** The card's image, and a card with two guests, each in a container of its own. */
@DisplayName("qemu-configs/compose.yaml")
@Timeout(600)
class ComposeIT {
    private static final String PROJECT = "vfnic-it" + ProcessHandle.current().pid();

    @AfterEach
    void down() throws Exception {
        compose("down", "-v", "-t", "5");
    }

    @Test
    @DisplayName("starts a card and two guests that reach each other")
    void up() throws Exception {
        build("server-image/build", "is ready");
        build("guest-lab/build", "up to date");

        compose("up", "-d");

        inGuest("a", "10.0.0.1");
        inGuest("b", "10.0.0.2");
        run("a", "ping -c 3 -i 0.1 -w 60 10.0.0.2");
        assertThat(compose("exec", "-T", "card", "vfnic", "show")).contains("vf0: running", "vf1: running");
        assertThat(compose("exec", "-T", "card", "id", "-un")).contains("vfnic");
    }

    @Test
    @DisplayName("comes with an image that has a tap interface for uplink where it is given the rights for that")
    void tap() throws Exception {
        build("server-image/build", "is ready");
        ImagePullPolicy never = name -> false;
        try (GenericContainer<?> card = new GenericContainer<>("vfnic/server:latest").withImagePullPolicy(never)
            .withNetworkMode("none")
            .withCreateContainerCmdModifier(create -> create.withUser("0").getHostConfig()
                .withCapAdd(Capability.NET_ADMIN).withDevices(Device.parse("/dev/net/tun")))
            .withCommand("serve", "--dir", "/run/vfnic", "--uplink", "tap:tap0")
            .waitingFor(Wait.forLogMessage("vfnic ready .*", 1))) {
            card.start();

            assertThat(card.execInContainer("test", "-e", "/sys/class/net/tap0/tun_flags").getExitCode()).isZero();
            assertThat(card.execInContainer("vfnic", "show").getStdout()).contains("vf0: unused");
        }
    }

    private static void build(String script, String done) throws Exception {
        try (Scripts scripts = new Scripts()) {
            assertThat(scripts.call(script).output()).contains(done);
        }
    }

    private static void inGuest(String guest, String address) throws Exception {
        run(guest, "set -e; nic=$(ls /sys/bus/pci/devices/0000:01:00.0/net); ip link set $nic up;"
            + " ip address add " + address + "/24 dev $nic; n=0;"
            + " until grep -q 1 /sys/class/net/$nic/carrier; do n=$((n + 1)); [ $n -lt 300 ]; sleep 0.1; done");
    }

    private static String run(String guest, String command) throws Exception {
        return compose("exec", "-T", guest, "sh", "-c", "until [ -S /run/guest/agent.sock ]; do sleep 0.1; done;"
            + " exec /guest-lab/run /run/guest/agent.sock --timeout 300 \"$0\"", command);
    }

    private static String compose(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker-compose", "-p", PROJECT, "-f",
            Checkout.find().file("qemu-configs/compose.yaml").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + said).isZero();
        return said;
    }
}
