package io.vfnic.server.cli;

import java.util.List;

import io.vfnic.server.posix.CpuList;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of an option that names CPUs.
 *
 * @param list in the order in which they were named; empty for any CPU.
 */
record Cpus(List<Integer> list) {
    /** Reads {@code 2,3} or {@code 2-3}. */
    static final class Converter implements ITypeConverter<Cpus> {
        @Override
        public Cpus convert(String text) {
            try {
                return new Cpus(text.isEmpty() ? List.of() : CpuList.parse(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
