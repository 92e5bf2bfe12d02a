package io.dbfs.test.posix;

import static io.dbfs.test.posix.Place.ROOT;

import io.dbfs.test.harness.Await;
import io.dbfs.test.posix.libc.LibC;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One empty directory as two mounts of one system show it. What one of them changes the other shows soon, not at once. */
record Pair(Place here, Place there) {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static Pair of(Path first, Path second) {
        Place here = Places.place(FileSystemUnderTest.KERNEL, first);
        Place there = new Place(
                FileSystemUnderTest.KERNEL,
                second.resolve(here.directory().getFileName().toString()));
        Pair pair = new Pair(here, there);
        pair.awaitThere(".");
        return pair;
    }

    /** Waits until a name is seen on the second mount. */
    void awaitThere(String name) {
        Await.until(
                name + " is seen", DEADLINE, () -> ROOT.lstat(there.at(name)).result() == 0);
    }

    /** Gives a pair to a test method that has one for a parameter, and the root of a third mount of the same for a path. */
    static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == Pair.class || type == Path.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            LibC.umask(0);
            Assumptions.assumeTrue(LibC.isRoot(), "as the other tests of this package");
            if (parameter.getParameter().getType() == Path.class) {
                return Mounted.third(context);
            }
            return of(Mounted.of(FileSystemUnderTest.KERNEL, context), Mounted.second(context));
        }
    }
}
