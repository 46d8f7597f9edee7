package io.vfnic.server.cli;

import io.vfnic.server.config.ConfigFile;
import io.vfnic.server.config.ConfigValue;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Has a config file give the values of options that the command line does not. */
record ConfigDefaults(ConfigFile file) implements IDefaultValueProvider {
    @Override
    public String defaultValue(ArgSpec argument) {
        ConfigValue value = argument instanceof OptionSpec option ? file.options().get(ServeKeys.nameOf(option)) : null;
        return value == null ? null : value.text();
    }
}
