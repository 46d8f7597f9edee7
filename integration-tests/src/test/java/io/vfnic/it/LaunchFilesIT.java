package io.vfnic.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vfnic.it.support.Scripts;
import io.vfnic.it.support.Scripts.Result;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What users start whole topologies with. */
@DisplayName("qemu-configs/topologies")
class LaunchFilesIT {
    private Scripts scripts;
    private String started;

    @BeforeEach
    void chooseDirectory() throws IOException {
        scripts = new Scripts();
    }

    @AfterEach
    void stop() throws Exception {
        scripts.call(started, "--stop");
        scripts.close();
    }

    @Test
    @DisplayName("one-guest: traffic between the PF and the VFs of one guest; --stop stops guest and card")
    void oneGuest() throws Exception {
        start("topologies/one-guest");

        ping("whole-card", "ip netns exec vf0 ping -c 3 -i 0.1 -w 60 10.0.0.1");
        ping("whole-card", "ip netns exec vf1 ping -c 3 -i 0.1 -w 60 10.0.0.10");

        assertThat(scripts.call(started, "--stop").exitCode()).isZero();
        assertThat(scripts.call("guest", "list").output()).isEmpty();
        assertThat(scripts.run().resolve("topologies/one-guest/card/pf.sock")).doesNotExist();
    }

    @Test
    @DisplayName("one-guest --firmware ovmf: UEFI firmware places VFs in an order of its own, and they work")
    void oneGuestWithUefi() throws Exception {
        start("topologies/one-guest", "--vfs", "3", "--firmware", "ovmf");

        assertThat(scripts.call("guest", "run", "whole-card", "dmesg").output()).contains("EDK II");
        ping("whole-card", "ip netns exec vf0 ping -c 3 -i 0.1 -w 60 10.0.0.1");
        ping("whole-card", "ip netns exec vf2 ping -c 3 -i 0.1 -w 60 10.0.0.11");
        assertThat(scripts.run().resolve("topologies/one-guest/card.log")).isEmptyFile();
    }

    @Test
    @DisplayName("pf-guest: traffic between the PF's guest and a VF's")
    void pfGuest() throws Exception {
        start("topologies/pf-guest", "--vfs", "1");

        ping("vf0", "ping -c 3 -i 0.1 -w 60 10.0.0.1");
        ping("pf", "ping -c 3 -i 0.1 -w 60 10.0.0.10");
    }

    @Test
    @DisplayName("headless: traffic between two VFs' guests")
    void headless() throws Exception {
        assertThat(start("topologies/headless")).contains("Running: vm0 vm1. Try");

        ping("vm0", "ping -c 3 -i 0.1 -w 60 10.0.0.11");
        ping("vm1", "ping -c 3 -i 0.1 -w 60 10.0.0.10");
    }

    @Test
    @DisplayName("a launch file says how it is used, and refuses more VFs than a card has")
    void usage() throws Exception {
        started = "topologies/headless";

        assertThat(scripts.call(started, "--help").output()).contains("headless --stop", "-device pcie-root-port");
        Result refused = scripts.call(started, "--vfs", "8");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).contains("--vfs takes 1 to 7");
        assertIsMisuse("--vfs needs a value", started, "--vfs");
        assertIsMisuse("--firmware is seabios or ovmf, not \"bios\"", started, "--firmware", "bios");
        assertIsMisuse("unknown option --vf", started, "--vf", "1");
        assertIsMisuse("unknown option --help-me", "quickstart", "--help-me");
        assertIsMisuse("start: unknown option --soket", "guest", "start", "--soket", "x");
        assertIsMisuse("unknown command strat", "guest", "strat");
    }

    private void assertIsMisuse(String message, String script, String... arguments) throws Exception {
        Result result = scripts.call(script, arguments);
        assertThat(result.output()).contains(message).endsWith(" --help\"\n").hasLineCount(1);
        assertThat(result.exitCode()).isEqualTo(2);
    }

    private String start(String script, String... arguments) throws Exception {
        started = script;
        Result result = scripts.call(script, arguments);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("Running:", script + " --stop");
        return result.output();
    }

    private void ping(String guest, String command) throws Exception {
        Result result = scripts.call("guest", "run", guest, command);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
