package io.vfnic.server.cli;

import io.vfnic.protocol.control.v1.Request;
import io.vfnic.protocol.control.v1.SetVfsRequest;
import io.vfnic.server.control.client.CardRefusedException;
import io.vfnic.server.control.client.ControlClient;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vfnic set}: changes what the operator has set. */
@Command(
    name = "set",
    description = "Changes a running card.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "(vf | vfs)",
    subcommands = {SetCommand.Vf.class, SetCommand.Vfs.class})
final class SetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "set what? \"vf N ...\" or \"vfs N\"");
    }

    /** {@code vfnic set vf}. */
    @Command(
        name = "vf",
        usageHelpWidth = 100,
        description = {"Changes what is set for a VF, in effect at once.",
            "What is set here stands above what the PF's driver sets. Only mac and trust are refused where a guest " +
            "drives the PF: they are for that guest to say, by ip link set DEV vf N ..."},
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        footer = {"", "Settings:",
            "  mac ADDRESS        of the VF; its driver takes it up when it has reset itself, which it is told to",
            "  vlan ID            port VLAN, 1 to 4094, of whose tag the VF does not know; 0 for none",
            "  qos PRIORITY       of that tag, 0 to 7",
            "  spoofchk on|off    whether frames with an address or VLAN that is not the VF's are dropped",
            "  trust on|off       whether the VF may become promiscuous and choose its address",
            "  state STATE        of the link the VF sees: auto (the port's), enable (always up), disable (never)",
            "  max-tx-rate MBIT   the VF sends no faster than this, Mbit/s; 0 for no limit",
            "  min-tx-rate 0      the card cannot guarantee a rate: more is refused",
            "  ... auto           of any setting: it is the PF's driver's again", "",
            "Such as:  vfnic set vf 0 vlan 10 qos 3"})
    static final class Vf extends CardCommand {
        @Parameters(index = "0", paramLabel = "N", description = "Number of the VF.")
        private int vf;

        @Parameters(index = "1..*", arity = "2..*", paramLabel = "SETTING VALUE", hideParamSyntax = true,
            completionCandidates = VfArguments.Words.class,
            description = "One or more settings, each with its value or \"auto\".")
        private List<String> words;

        private Request.Builder request;

        @Override
        void check() {
            if (vf < 0) {
                throw usage("N: must be a VF's number, from 0 on, not " + vf);
            }
            try {
                request = Request.newBuilder().setSetVf(VfArguments.parse(words).setVf(vf));
            } catch (IllegalArgumentException e) {
                throw usage(e.getMessage());
            }
        }

        @Override
        void run(ControlClient client) throws IOException, CardRefusedException {
            change(client, request);
        }
    }

    /** {@code vfnic set vfs}. */
    @Command(
        name = "vfs",
        usageHelpWidth = 100,
        description = {"Says how many VFs are enabled, from vf0 on; no more than \"vfnic serve --vfs\".",
            "The guest of another VF sees no link and a PF in reset. Its driver sets the VF up again when that is " +
            "enabled."},
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class)
    static final class Vfs extends CardCommand {
        @Parameters(paramLabel = "N", description = "VFs that are enabled.")
        private int count;

        @Override
        void check() {
            if (count < 0) {
                throw usage("N: must be a number of VFs, from 0 on, not " + count);
            }
        }

        @Override
        void run(ControlClient client) throws IOException, CardRefusedException {
            change(client, Request.newBuilder().setSetVfs(SetVfsRequest.newBuilder().setCount(count)));
        }
    }
}
