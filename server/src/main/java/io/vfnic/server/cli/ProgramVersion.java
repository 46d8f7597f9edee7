package io.vfnic.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the program. */
final class ProgramVersion implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream stream = ProgramVersion.class.getResourceAsStream(RESOURCE)) {
            properties.load(stream);
        }
        return new String[] {"vfnic " + properties.getProperty("version")};
    }
}
