package io.vfnic.device;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The walls between the rooms of the device: what each package may know. */
@AnalyzeClasses(packages = "io.vfnic.device", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String DEVICE = "io.vfnic.device";

    @ArchTest
    static final ArchRule THE_CARD_KNOWS_NO_TRANSPORT = noClasses()
        .should().dependOnClassesThat(resideInAnyPackage(
            "io.netty..", "io.vfnic.server..", "java.net..", "java.nio.channels..", "java.nio.file.."))
        .because("sockets, files and sessions are the server's");

    @ArchTest
    static final ArchRule SPI_KNOWS_FRAMES =
        room("spi").should().onlyDependOnClassesThat(outsideOr("spi", "frame"));

    @ArchTest
    static final ArchRule UPLINK_KNOWS_FRAMES_AND_THE_SPI =
        room("uplink").should().onlyDependOnClassesThat(outsideOr("uplink", "spi", "frame", "ring", "watch"));

    @ArchTest
    static final ArchRule REGISTER_KNOWS_NOTHING =
        room("register").should().onlyDependOnClassesThat(outsideOr("register"));

    @ArchTest
    static final ArchRule FRAME_KNOWS_NOTHING = room("frame").should().onlyDependOnClassesThat(outsideOr("frame"));

    @ArchTest
    static final ArchRule PCI_KNOWS_REGISTERS_AT_MOST =
        room("pci").should().onlyDependOnClassesThat(outsideOr("pci", "register"));

    @ArchTest
    static final ArchRule MEMORY_KNOWS_THE_SPI =
        room("memory").should().onlyDependOnClassesThat(outsideOr("memory", "spi"));

    @ArchTest
    static final ArchRule INTERRUPT_KNOWS_THE_SPI =
        room("interrupt").should().onlyDependOnClassesThat(outsideOr("interrupt", "spi", "watch"));

    @ArchTest
    static final ArchRule SWITCH_KNOWS_FRAMES =
        room("vswitch").should().onlyDependOnClassesThat(outsideOr("vswitch", "filter", "frame"));

    @ArchTest
    static final ArchRule FILTERS_KNOW_FRAMES =
        room("filter").should().onlyDependOnClassesThat(outsideOr("filter", "frame"));

    @ArchTest
    static final ArchRule TIME_KNOWS_FRAMES =
        room("time").should().onlyDependOnClassesThat(outsideOr("time", "frame"));

    @ArchTest
    static final ArchRule WATCHING_KNOWS_FRAMES =
        room("watch").should().onlyDependOnClassesThat(outsideOr("watch", "frame"));

    @ArchTest
    static final ArchRule RING_KNOWS_MEMORY_AND_FRAMES =
        room("ring").should()
            .onlyDependOnClassesThat(outsideOr("ring", "memory", "frame", "filter", "interrupt", "watch"));

    @ArchTest
    static final ArchRule IGB_REACHES_THE_ENGINE_BY_ITS_OWN_INTERFACE = room("igb").should()
        .onlyDependOnClassesThat(outsideOr(
            "igb", "register", "interrupt", "ring", "vswitch", "filter", "time", "watch"));

    @ArchTest
    static final ArchRule PF_DRIVES_REGISTERS_ONLY =
        room("pf").should().onlyDependOnClassesThat(outsideOr("pf", "igb", "register", "watch"));

    @ArchTest
    static final ArchRule ENGINE_KNOWS_NO_DECODING = noClasses().that().resideInAPackage(DEVICE + ".engine..")
        .should().dependOnClassesThat(resideInAnyPackage(
            DEVICE + ".register..", DEVICE + ".pci..", DEVICE + ".pf.."));

    @ArchTest
    static final ArchRule ANOTHER_DEVICE_MODEL_FITS_BESIDE_IGB = noClasses().that()
        .resideOutsideOfPackages(DEVICE, DEVICE + ".igb..", DEVICE + ".pf..", DEVICE + ".engine..", DEVICE +
            ".decode..")
        .should().dependOnClassesThat(resideInAPackage(DEVICE + ".igb.."));

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(DEVICE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_STATIC_MUTABLE_STATE = fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule TIME_AND_CHANCE_COME_THROUGH_CONSTRUCTORS = noClasses().that()
        .resideOutsideOfPackage(DEVICE + ".engine..")
        .should().callMethod(System.class, "nanoTime")
        .orShould().callMethod(System.class, "currentTimeMillis")
        .orShould().callMethod(Math.class, "random")
        .orShould().dependOnClassesThat(resideInAnyPackage("java.util.random..", "java.security.."))
        .because("a test or a replay drives the card step by step");

    private static GivenClassesConjunction room(String name) {
        return classes().that().resideInAPackage(DEVICE + "." + name + "..");
    }

    private static DescribedPredicate<JavaClass> outsideOr(String... rooms) {
        String[] packages = new String[rooms.length];
        for (int i = 0; i < rooms.length; i++) {
            packages[i] = DEVICE + "." + rooms[i] + "..";
        }
        return JavaClass.Predicates.resideOutsideOfPackage(DEVICE + "..").or(resideInAnyPackage(packages))
            .as("reside outside of the device or in %s", String.join(", ", rooms));
    }
}
