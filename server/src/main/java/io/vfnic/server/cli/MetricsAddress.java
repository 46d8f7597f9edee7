package io.vfnic.server.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of an option that says where metrics are served.
 *
 * @param address null for nowhere.
 */
record MetricsAddress(InetSocketAddress address) {
    /** Reads {@code 127.0.0.1:9560}, {@code [::1]:9560} or {@code localhost:9560}. */
    static final class Converter implements ITypeConverter<MetricsAddress> {
        private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+):(\\d{1,5})");
        private static final int HIGHEST_PORT = 65535;

        @Override
        public MetricsAddress convert(String text) {
            if (text.isEmpty()) {
                return new MetricsAddress(null);
            }
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
                throw new TypeConversionException(
                    "must be an address and a port, such as 127.0.0.1:9560 or [::1]:9560, not \"" + text + '"');
            }
            try {
                return new MetricsAddress(new InetSocketAddress(
                    InetAddress.getByName(matcher.group(1)), Integer.parseInt(matcher.group(2))));
            } catch (UnknownHostException e) {
                throw new TypeConversionException("there is no host " + matcher.group(1));
            }
        }
    }
}
