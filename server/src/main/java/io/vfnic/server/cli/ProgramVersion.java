package io.vfnic.server.cli;

import io.vfnic.server.ServerVersion;
import java.io.IOException;
import picocli.CommandLine.IVersionProvider;

/** The version as {@code --version} prints it. */
final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"vfnic " + ServerVersion.get()};
    }
}
