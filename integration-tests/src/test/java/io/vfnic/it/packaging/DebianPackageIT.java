package io.vfnic.it.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import io.vfnic.it.support.Scripts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.ImagePullPolicy;

/** The life of the package on a machine with systemd: a container in which that is the first process. */
@DisplayName("The Debian package")
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianPackageIT {
    /** Tenths of what systemd-analyze calls exposure, which goes from 0 (none) to 100. */
    private static final int HIGHEST_EXPOSURE = 15;

    private static GenericContainer<?> machine;

    @BeforeAll
    static void boot() throws Exception {
        ImagePullPolicy never = name -> false;
        String image;
        try (Scripts scripts = new Scripts()) {
            image = scripts.call("../integration-tests/systemd-image/build", "--tag").output().strip();
        }
        machine = new GenericContainer<>(image).withImagePullPolicy(never).withNetworkMode("none")
            .withFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE)
            .withFileSystemBind(Built.deb().toString(), "/vfnic.deb", BindMode.READ_ONLY)
            .withTmpFs(Map.of("/run", "", "/tmp", ""))
            // What systemd needs to set services' sandboxes up.
            .withCreateContainerCmdModifier(create -> create.getHostConfig()
                .withCapAdd(Capability.SYS_ADMIN, Capability.NET_ADMIN)
                .withSecurityOpts(List.of("seccomp=unconfined"))
                .withDevices(Device.parse("/dev/net/tun")));
        machine.start();
        check("n=0; until [ \"$(systemctl is-system-running)\" = running ]; do"
            + " n=$((n + 1)); [ $n -lt 600 ] || { systemctl --no-pager --failed; exit 1; }; sleep 0.1; done");
    }

    @AfterAll
    static void halt() {
        machine.stop();
    }

    private static ExecResult call(String command) throws Exception {
        return machine.execInContainer("sh", "-c", command);
    }

    private static String check(String command) throws Exception {
        ExecResult result = call(command);
        assertThat(result.getExitCode()).as(command + "\n" + result.getStdout() + result.getStderr()
            + call("journalctl --no-pager -u 'vfnic*' | tail -n 30").getStdout()).isZero();
        return result.getStdout().strip();
    }

    @Test
    @Order(1)
    @DisplayName("is installed without a Java, with a user, and starts no card by itself")
    void install() throws Exception {
        assertThat(check("dpkg-deb --field /vfnic.deb Depends")).contains("libc6")
            .doesNotContainIgnoringCase("java", "jre", "jdk");
        check("dpkg -i /vfnic.deb");

        assertThat(check("vfnic --version")).startsWith("vfnic ");
        assertThat(check("getent passwd vfnic")).contains(":/usr/sbin/nologin");
        assertThat(check("systemctl is-active vfnic || true")).isEqualTo("inactive");
        assertThat(check("ls /usr/share/bash-completion/completions/vfnic /usr/share/zsh/vendor-completions/_vfnic"))
            .isNotBlank();
        // What the card's warning of misplaced VFs names
        check("test -s /usr/share/vfnic/qemu-configs/guest-lab/firmware/vf-bars.aml");
    }

    @Test
    @Order(2)
    @DisplayName("has units that systemd-analyze finds nothing wrong with, with and without drop-ins")
    void verify() throws Exception {
        String verify = "systemd-analyze verify --man=no vfnic.service vfnic@.service 2>&1";
        assertThat(check(verify)).isEmpty();
        check("systemd-analyze security --no-pager --threshold=" + HIGHEST_EXPOSURE + " vfnic.service");

        check("mkdir -p /etc/systemd/system/vfnic.service.d"
            + " && cp /usr/share/doc/vfnic/examples/uplink.conf /etc/systemd/system/vfnic.service.d/"
            + " && printf '[Service]\\nIPAddressAllow=10.0.0.0/24\\n'"
            + " > /etc/systemd/system/vfnic.service.d/metrics.conf"
            + " && systemctl daemon-reload");
        assertThat(check(verify)).isEmpty();
        assertThat(check("systemctl show vfnic -p IPAddressAllow --value")).contains("10.0.0.0/24", "127.0.0.0/8");
        check("rm -r /etc/systemd/system/vfnic.service.d && systemctl daemon-reload");
    }

    /** sd_notify(3): systemctl start returns when the card has said that it is ready. */
    @Test
    @Order(3)
    @DisplayName("runs a card in the unit's sandbox, as a user without rights, for the group's members")
    void serve() throws Exception {
        check("systemctl start vfnic");

        assertThat(check("systemctl show vfnic -p StatusText --value")).contains("functions in /run/vfnic");
        assertThat(check("vfnic show --dir /run/vfnic")).contains("vf0: unused", "vf1: unused");
        assertThat(check("stat -c '%A %U %G' /run/vfnic /run/vfnic/vf0.sock /run/vfnic/control.sock").lines())
            .containsExactly("drwxr-x--- vfnic vfnic", "srw-rw---- vfnic vfnic", "srw------- vfnic vfnic");
        // proc_pid_status(5): no capabilities, no way to get any, system calls filtered
        assertThat(check("cat /proc/$(systemctl show vfnic -p MainPID --value)/status").lines()
            .map(line -> line.replaceAll("\\s+", " ")))
            .contains("CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2");
        // Nothing is amiss in there: whatever the sandbox denied would have been logged
        assertThat(check("journalctl --sync && journalctl --no-pager -o cat -u vfnic _COMM=java").lines())
            .singleElement().asString().startsWith("vfnic ready /run/vfnic/");
    }

    @Test
    @Order(4)
    @DisplayName("starts a card again that was killed")
    void restart() throws Exception {
        String pid = check("systemctl show vfnic -p MainPID --value");
        check("systemctl kill -s KILL vfnic");
        check("n=0; until [ \"$(systemctl show vfnic -p MainPID --value)\" != " + pid + " ]"
            + " && systemctl -q is-active vfnic; do n=$((n + 1)); [ $n -lt 600 ]; sleep 0.1; done");
        assertThat(check("vfnic show --dir /run/vfnic")).contains("vf0: unused");
    }

    @Test
    @Order(5)
    @DisplayName("runs more cards beside that one, each with a config file of its own")
    void more() throws Exception {
        check("printf '%s\\n' 'vfs = 1' 'jfr = \"/var/lib/vfnic-lab/card.jfr\"' > /etc/vfnic/lab.toml"
            + " && systemctl start vfnic@lab");
        assertThat(check("vfnic show --dir /run/vfnic-lab")).contains("vf0: unused").doesNotContain("vf1");
        check("systemctl stop vfnic@lab && rm /etc/vfnic/lab.toml && test -s /var/lib/vfnic-lab/card.jfr");
    }

    /** systemd.exec(5): what is in RuntimeDirectory= goes with the service, what is in StateDirectory= stays. */
    @Test
    @Order(6)
    @DisplayName("keeps a recording, and opens an uplink's socket of that name to the group")
    void recordingAndUplink() throws Exception {
        configure("jfr = \"/var/lib/vfnic/card.jfr\"", "uplink = \"stream:/run/vfnic/uplink.sock,server\"");
        check("systemctl restart vfnic");
        assertThat(check("stat -c '%A %U %G' /run/vfnic/uplink.sock /run/vfnic/control.sock").lines())
            .containsExactly("srw-rw---- vfnic vfnic", "srw------- vfnic vfnic");

        check("systemctl stop vfnic");
        assertThat(check("stat -c '%A %U %G' /var/lib/vfnic /var/lib/vfnic/card.jfr").lines())
            .containsExactly("drwx------ vfnic vfnic", "-rw------- vfnic vfnic");
        assertThat(check("head -c 3 /var/lib/vfnic/card.jfr")).isEqualTo("FLR");
    }

    @Test
    @Order(7)
    @DisplayName("has a tap interface for uplink where its unit is given the rights for that, and no more of them")
    void tap() throws Exception {
        configure("uplink = \"tap:tap0\"");
        check("mkdir -p /etc/systemd/system/vfnic.service.d"
            + " && cp /usr/share/doc/vfnic/examples/uplink.conf /etc/systemd/system/vfnic.service.d/"
            + " && systemctl daemon-reload && systemctl start vfnic");
        check("test -e /sys/class/net/tap0/tun_flags");
        // capabilities(7): CAP_NET_ADMIN is 12, CAP_NET_RAW is 13
        assertThat(check("cat /proc/$(systemctl show vfnic -p MainPID --value)/status").lines()
            .map(line -> line.replaceAll("\\s+", " ")))
            .contains("CapEff: 0000000000003000", "CapBnd: 0000000000003000", "NoNewPrivs: 1", "Seccomp: 2");

        configure();
        check("rm -r /etc/systemd/system/vfnic.service.d && systemctl daemon-reload && systemctl restart vfnic");
        assertThat(call("test -e /sys/class/net/tap0").getExitCode()).isNotZero();
    }

    private static void configure(String... lines) throws Exception {
        check("cat > /etc/vfnic/vfnic.toml <<'END'\n" + String.join("\n", lines) + "\nEND");
    }

    @Test
    @Order(8)
    @DisplayName("ends in order, keeps recordings until it is purged, and goes without a trace but for the user")
    void remove() throws Exception {
        check("systemctl stop vfnic");
        assertThat(check("systemctl show vfnic -p Result --value")).isEqualTo("success");
        assertThat(call("ls /run/vfnic").getExitCode()).isNotZero();

        check("systemctl start vfnic && dpkg --remove vfnic");
        assertThat(check("ls /etc/vfnic")).isEqualTo("vfnic.toml");
        assertThat(check("ls /var/lib/vfnic")).isEqualTo("card.jfr");
        assertThat(check("systemctl is-active vfnic || true")).isEqualTo("inactive");
        check("dpkg --purge vfnic");
        assertThat(check("find / -xdev -name '*vfnic*' -not -path '/proc/*' -not -path '/vfnic.deb'"
            + " -not -path '/var/log/*' -not -path '/sys/*'")).isEmpty();
    }
}
