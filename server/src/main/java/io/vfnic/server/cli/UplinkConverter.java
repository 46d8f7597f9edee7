package io.vfnic.server.cli;

import io.vfnic.server.uplink.UplinkSpec;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The uplink of {@code --uplink}. */
final class UplinkConverter implements ITypeConverter<UplinkSpec> {
    @Override
    public UplinkSpec convert(String text) {
        try {
            return UplinkSpec.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
