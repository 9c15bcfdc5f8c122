package dev.sallyport.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls of the house: who may know whom. */
class ArchitectureTest {
    private static JavaClasses house;

    @BeforeAll
    static void read() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                // The verifier is not of this house: it lives in other people's, and is here to be tested.
                .withImportOption(location -> !location.contains("/dev/sallyport/verifier/"))
                .importPackages("dev.sallyport");
    }

    @Test
    void theHouseDoesNotStandOnTheVerifier() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.verifier..")
                .check(house);
    }

    @Test
    void theRoleEngineKnowsNobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.roles..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("dev.sallyport.roles..", "java..")
                .check(house);
    }

    @Test
    void modulesKnowOnlyWhatLiesBelow() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.database..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sallyport.tenant..",
                        "dev.sallyport.outbound..",
                        "dev.sallyport.scim..",
                        "dev.sallyport.broker..",
                        "dev.sallyport.roles..")
                .check(house);
        noClasses()
                .that()
                .resideInAnyPackage("dev.sallyport.tenant..", "dev.sallyport.outbound..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sallyport.scim..", "dev.sallyport.broker..")
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.scim..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.broker..")
                .check(house);
    }

    @Test
    void packagesOfTheBrokerDoNotGoInCircles() {
        slices().matching("dev.sallyport.broker.(*)..")
                .should()
                .beFreeOfCycles()
                .check(house);
    }

    @Test
    void onlyTheGateMakesCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.sallyport.outbound..", "dev.sallyport.broker.cli..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.vertx.core.http.HttpClient")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.ext.web.client..", "java.net.http..")
                .check(house);
    }

    @Test
    void admissionAndTheReconcilePlanDecideWithoutReadingAnything() {
        noClasses()
                .that()
                .haveFullyQualifiedName("dev.sallyport.broker.people.Admission")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "dev.sallyport.database..")
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.scim.reconcile..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.core", "io.vertx.sqlclient..")
                .check(house);
    }

    @Test
    void onlyOffboardingTurnsPeopleOff() throws IOException {
        Pattern turnsOff = Pattern.compile(
                "UPDATE\\s+users\\s+SET[^;\"]*status\\s*=\\s*('suspended'|'offboarded'|\\$)", Pattern.CASE_INSENSITIVE);
        List<String> found = new ArrayList<>();
        for (String module : List.of("../migrations", "../tenant-bootstrap", "../scim-sync", ".")) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src", "main", "java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (turnsOff.matcher(Files.readString(file)).find()) {
                        found.add(file.getFileName().toString());
                    }
                }
            }
        }
        assertEquals(List.of("Offboarding.java"), found);
    }
}
