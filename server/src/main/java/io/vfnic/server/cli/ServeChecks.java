package io.vfnic.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.vfnic.device.pf.MacAddress;
import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigMistake;
import io.vfnic.server.config.ConfigValue;
import picocli.CommandLine;

/** What no value is wrong for by itself, but together with the others or on this machine. */
final class ServeChecks {
    private ServeChecks() {
    }

    /** Such mistakes in a file whose every value is good by itself, where nothing but it is said. */
    static List<ConfigMistake> mistakes(ConfigFile file) throws IOException {
        ServeCommand serve = new ServeCommand();
        new CommandLine(serve).setDefaultValueProvider(new ConfigDefaults(file)).parseArgs();
        return mistakes(file, serve);
    }

    /**
     * Such mistakes in a file whose every value is good by itself.
     *
     * @param serve has the values of the file, and above them those of a command line, whose own mistakes are not among
     *              these.
     */
    static List<ConfigMistake> mistakes(ConfigFile file, ServeCommand serve) throws IOException {
        List<ConfigMistake> mistakes = new ArrayList<>();
        serve.problems().forEach((option, problem) -> {
            ConfigValue value = serve.isSaid(option) ? null : file.options().get(option);
            if (value != null) {
                mistakes.add(new ConfigMistake(value.line(), value.column(), option, problem));
            }
        });
        file.vfs().tailMap(serve.vfs()).forEach((vf, section) ->
            mistakes.add(new ConfigMistake(section.line(), section.column(), "vf." + vf,
                "the card has no VF " + vf + "; vfs is " + serve.vfs())));
        if (serve.isGuestDriven()) {
            mistakes.addAll(guestsOwn(file));
        } else {
            mistakes.addAll(sharedAddresses(file));
        }
        mistakes.sort(ConfigMistake.BY_PLACE);
        return mistakes;
    }

    /** Two things a driver in a guest decides in its own memory, so that the card takes no word of ours for them. */
    private static List<ConfigMistake> guestsOwn(ConfigFile file) {
        List<ConfigMistake> mistakes = new ArrayList<>();
        file.vfs().forEach((vf, section) -> Stream.of(VfKeys.MAC, VfKeys.TRUST)
            .filter(section.values()::containsKey).forEach(key -> mistakes.add(
                mistake(vf, key, section.values().get(key), "with pf = \"guest\" this is for the PF's guest to say: " +
                "ip link set DEV vf " + vf + " " + key + " ..."))));
        return mistakes;
    }

    private static List<ConfigMistake> sharedAddresses(ConfigFile file) {
        List<ConfigMistake> mistakes = new ArrayList<>();
        Map<MacAddress, Integer> owners = new HashMap<>();
        file.vfs().forEach((vf, section) -> {
            ConfigValue value = section.values().get(VfKeys.MAC);
            Integer owner = value == null ? null : owners.putIfAbsent(MacAddress.parse(value.text()), vf);
            if (owner != null) {
                mistakes.add(mistake(vf, VfKeys.MAC, value, value.text() + " is vf." + owner + "'s already"));
            }
        });
        return mistakes;
    }

    private static ConfigMistake mistake(int vf, String key, ConfigValue value, String message) {
        return new ConfigMistake(value.line(), value.column(), "vf." + vf + "." + key, message);
    }
}
