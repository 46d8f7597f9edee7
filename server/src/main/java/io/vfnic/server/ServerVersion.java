package io.vfnic.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version that the build wrote into the program. */
public final class ServerVersion {
    private static final String RESOURCE = "version.properties";

    private ServerVersion() {
    }

    /** The version, such as 1.2.3. */
    public static String get() throws IOException {
        Properties properties = new Properties();
        try (InputStream stream = ServerVersion.class.getResourceAsStream(RESOURCE)) {
            properties.load(stream);
        }
        return properties.getProperty("version");
    }
}
