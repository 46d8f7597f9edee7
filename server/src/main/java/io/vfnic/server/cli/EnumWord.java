package io.vfnic.server.cli;

import io.vfnic.device.engine.IdleMode;
import io.vfnic.device.pci.PfInterrupts;
import io.vfnic.device.pci.SriovDisguise;
import io.vfnic.server.Doorbell;
import io.vfnic.server.log.LogFormat;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An option's constants by the words that users have for them, and by nothing else. */
abstract class EnumWord<E extends Enum<E>> implements ITypeConverter<E> {
    private final E[] constants;

    private EnumWord(Class<E> type) {
        constants = type.getEnumConstants();
    }

    /** What agents do while there is nothing to do. */
    static final class Idle extends EnumWord<IdleMode> {
        Idle() {
            super(IdleMode.class);
        }
    }

    /** The PF's interrupts. */
    static final class Interrupts extends EnumWord<PfInterrupts> {
        Interrupts() {
            super(PfInterrupts.class);
        }
    }

    /** How SR-IOV is shown. */
    static final class Disguise extends EnumWord<SriovDisguise> {
        Disguise() {
            super(SriovDisguise.class);
        }
    }

    /** How drivers ring. */
    static final class Doorbells extends EnumWord<Doorbell> {
        Doorbells() {
            super(Doorbell.class);
        }
    }

    /** Form of the log. */
    static final class Format extends EnumWord<LogFormat> {
        Format() {
            super(LogFormat.class);
        }
    }

    @Override
    public E convert(String text) {
        // As picocli says it of enums whose names are the words.
        return Arrays.stream(constants).filter(constant -> constant.toString().equals(text)).findFirst()
            .orElseThrow(() -> new TypeConversionException(
                "expected one of " + Arrays.toString(constants) + " (case-sensitive) but was '" + text + "'"));
    }
}
