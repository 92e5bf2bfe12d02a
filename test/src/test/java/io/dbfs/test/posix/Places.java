package io.dbfs.test.posix;

import io.dbfs.test.posix.libc.LibC;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** Gives each test an empty directory on every filesystem. What is mounted stays so until the last test has run. */
public final class Places implements ArgumentsProvider {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        // Modes are what the tests ask for; those of umask(2) set one of their own.
        LibC.umask(0);
        Assumptions.assumeTrue(LibC.isRoot(), "other users can be had by root alone");
        return Arrays.stream(FileSystemUnderTest.values())
                .map(fileSystem -> Arguments.of(place(fileSystem, Mounted.of(fileSystem, context))));
    }

    /** A new empty directory below a mounted one. */
    static Place place(FileSystemUnderTest fileSystem, Path root) {
        Path directory = root.resolve("test" + COUNT.incrementAndGet());
        Check.ok(Place.ROOT.mkdir(directory.toString(), 0));
        Check.ok(Place.ROOT.chmod(directory.toString(), 0777));
        return new Place(fileSystem, directory);
    }
}
