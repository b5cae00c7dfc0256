package dev.sensorium.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dependencies between packages point in one direction only, in every module that this one is built from. */
class ArrowsTest {

    private static final List<String> MODULES = List.of(
            "proto",
            "sdk/spi",
            "sdk/kit",
            "sdk/testkit",
            "sdk/client",
            "sdk/cli",
            "plugins/blip",
            "plugins/clip",
            "plugins/dalle",
            "plugins/flamingo",
            "plugins/gato",
            "server");

    private static final String SPI = "dev.sensorium.spi..";
    private static final String KIT = "dev.sensorium.kit..";
    private static final String TESTKIT = "dev.sensorium.testkit..";
    private static final String PLUGINS = "dev.sensorium.plugin..";
    private static final String PROTO = "dev.sensorium.proto..";
    private static final String CLIENT = "dev.sensorium.client..";
    private static final String CLI = "dev.sensorium.cli..";
    private static final String RPC = "dev.sensorium.server.rpc..";
    private static final String[] TENSORFLOW = {"org.tensorflow..", "org.bytedeco.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(MODULES.stream()
                    .map(module -> Path.of("..").resolve(module).resolve("target/classes"))
                    .toList());

    @Test
    void pointDownOnly() {
        String ours = "dev.sensorium..";
        mayUse(SPI, ours, SPI);
        mayUse(KIT, ours, KIT, SPI);
        mayUse(TESTKIT, ours, TESTKIT, KIT, SPI);
        mayUse(PLUGINS, ours, PLUGINS, KIT, SPI);
        mayUse(PROTO, ours, PROTO);
        mayUse(CLIENT, ours, CLIENT, PROTO);
        mayUse(CLI, ours, CLI, CLIENT, PROTO);
        mayUse("dev.sensorium.server..", ours, "dev.sensorium.server..", PROTO, SPI);
    }

    private void mayUse(String from, String among, String... allowed) {
        assertThat(CLASSES.stream().filter(resideInAnyPackage(from))).as(from).isNotEmpty();
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat(resideInAnyPackage(among).and(not(resideInAnyPackage(allowed))))
                .check(CLASSES);
    }

    @Test
    void spiStandsOnTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(SPI, "java..", "org.jspecify.annotations.."))
                .check(CLASSES);
    }

    @Test
    void pluginsDoNotKnowEachOther() {
        slices().matching("dev.sensorium.plugin.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void protoIsKnownAtTheEndsOfTheWireOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(PROTO, RPC, CLIENT, CLI)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROTO)
                .check(CLASSES);
    }

    @Test
    void tensorFlowIsKnownToKitAndPluginsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(KIT, PLUGINS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TENSORFLOW)
                .check(CLASSES);
    }

    @Test
    void roomsOfTheServerAreEnteredOnce() {
        slices().matching("dev.sensorium.server.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(RPC)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RPC)
                .check(CLASSES);
    }
}
