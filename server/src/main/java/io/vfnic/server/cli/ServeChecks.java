package io.vfnic.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigMistake;
import io.vfnic.server.config.ConfigValue;
import picocli.CommandLine;

/** What no value is wrong for by itself, but together with the others or on this machine. */
final class ServeChecks {
    private ServeChecks() {
    }

    /** Such mistakes in a file whose every value is good by itself. */
    static List<ConfigMistake> mistakes(ConfigFile file) throws IOException {
        ServeCommand serve = new ServeCommand();
        new CommandLine(serve).setDefaultValueProvider(new ConfigDefaults(file)).parseArgs();
        List<ConfigMistake> mistakes = new ArrayList<>();
        for (Map.Entry<String, String> problem : serve.problems().entrySet()) {
            ConfigValue value = file.options().get(problem.getKey());
            mistakes.add(value == null ? new ConfigMistake(1, 1, problem.getKey(), problem.getValue())
                : new ConfigMistake(value.line(), value.column(), problem.getKey(), problem.getValue()));
        }
        file.vfs().tailMap(serve.vfs()).forEach((vf, values) -> {
            ConfigValue first = values.values().stream().findFirst().orElse(new ConfigValue("", 1, 1));
            mistakes.add(new ConfigMistake(first.line(), first.column(), "vf." + vf,
                "the card has no VF " + vf + "; vfs is " + serve.vfs()));
        });
        return mistakes;
    }
}
