package io.dbfs.test.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;

/** Clocks, randomness and waiting come in through constructors: what takes them from the air cannot be tested. */
@AnalyzeClasses(packages = "io.dbfs", importOptions = ImportOption.DoNotIncludeTests.class)
final class BannedCallsTest {
    @ArchTest
    static final ArchRule nobodySleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule theWallClockIsInjected = noClasses().should().callMethod(System.class, "currentTimeMillis");

    /** But for the benchmark: reading the clock is what it is for. */
    @ArchTest
    static final ArchRule theMonotonicClockIsInjected = noClasses()
            .that()
            .resideOutsideOfPackage("io.dbfs.test.bench..")
            .should()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule randomnessIsInjected = noClasses().should().callConstructor(Random.class);

    @ArchTest
    static final ArchRule nobodyPrintsStackTraces = noClasses().should().callMethod(Throwable.class, "printStackTrace");
}
