package io.vfnic.server.config;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import org.tomlj.Toml;

/**
 * What a config file says: values of options, and of each VF's policy in a section {@code [vf.N]}. Immutable.
 *
 * @param name     of the file, as its user wrote it.
 * @param options  values by key.
 * @param vfs      by the VF's number.
 * @param mistakes in the order of their places; where there is any, the values are those that could be made out.
 */
public record ConfigFile(String name, Map<String, ConfigValue> options,
    SortedMap<Integer, ConfigSection> vfs, List<ConfigMistake> mistakes) {

    /**
     * Reads a file.
     *
     * @param options the keys that may stand in it.
     * @param vf      the keys that may stand in the section of a VF.
     * @param mostVfs VFs are numbered from 0 to this less one.
     * @throws IOException where the file cannot be read; what is wrong in it is no exception.
     */
    public static ConfigFile read(Path file, Collection<ConfigKey> options, Collection<ConfigKey> vf, int mostVfs)
        throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory; a config file is a TOML file");
        }
        return new ConfigReader(options, vf, mostVfs).read(file.toString(), Toml.parse(file));
    }
}
