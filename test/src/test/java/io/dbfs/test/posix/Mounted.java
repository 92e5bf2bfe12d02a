package io.dbfs.test.posix;

import io.dbfs.test.harness.DbfsCommand;
import io.dbfs.test.harness.MountProcess;
import io.dbfs.test.harness.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One filesystem of the suite, mounted when first asked for and taken down when all tests have run. */
public final class Mounted implements AutoCloseable {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Mounted.class);

    /** Every user gets there, and it is on a disk, which /tmp is not everywhere. */
    private static final Path SCRATCH = Path.of("/var/tmp");

    private final FileSystemUnderTest fileSystem;
    private final Path scratch;
    private final Path root;

    private Mounted(FileSystemUnderTest fileSystem) {
        this.fileSystem = fileSystem;
        try {
            this.scratch = Files.createTempDirectory(
                    SCRATCH, "dbfs-posix-" + fileSystem.name().toLowerCase(Locale.ROOT));
            this.root = Files.createDirectory(scratch.resolve("root"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.run(scratch, "chmod 0755 . root");
        if (fileSystem != FileSystemUnderTest.LOCAL) {
            up();
        }
    }

    /** The directory under which a filesystem's tests run. */
    static Path of(FileSystemUnderTest fileSystem, ExtensionContext context) {
        return mounted(fileSystem, context).root;
    }

    private static Mounted mounted(FileSystemUnderTest fileSystem, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(fileSystem, Mounted::new, Mounted.class);
    }

    /** A second mount of what {@link FileSystemUnderTest#KERNEL} mounts; it goes before the first one does. */
    static Path second(ExtensionContext context) {
        return again("second", context);
    }

    /** A third one. */
    static Path third(ExtensionContext context) {
        return again("third", context);
    }

    private static Path again(String name, ExtensionContext context) {
        Mounted first = mounted(FileSystemUnderTest.KERNEL, context);
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(name, first::again, MountProcess.class)
                .path();
    }

    private MountProcess again(String name) {
        try {
            String supernode = Files.readAllLines(scratch.resolve("data/addresses"))
                    .get(0)
                    .replaceFirst("^supernode ", "")
                    .replaceFirst("/.*$", "");
            return MountProcess.start(
                    List.of(supernode), scratch.resolve(name), List.of(), scratch.resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for the directory of a mounted filesystem as a test method's parameter. */
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface On {
        FileSystemUnderTest value();
    }

    /** Asks for the directory of a second mount of {@link FileSystemUnderTest#KERNEL}, served by a process of its own. */
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Second {}

    /** Gives what {@link On} and {@link Second} ask for. */
    public static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.isAnnotated(On.class) || parameter.isAnnotated(Second.class);
        }

        @Override
        public Path resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.isAnnotated(Second.class)
                    ? second(context)
                    : of(parameter.findAnnotation(On.class).orElseThrow().value(), context);
        }
    }

    private void up() {
        DbfsCommand.Result up = DbfsCommand.run(
                "up",
                root.toString(),
                "--data",
                scratch.resolve("data").toString(),
                "-o",
                "fuse=" + fileSystem.name().toLowerCase(Locale.ROOT),
                "--daemon");
        if (up.status() != 0) {
            throw new AssertionError("dbfs up: " + up.out() + up.err());
        }
    }

    @Override
    public void close() {
        if (fileSystem != FileSystemUnderTest.LOCAL) {
            DbfsCommand.run("down", root.toString(), "--force");
            Shell.tryRun(Path.of("/"), Duration.ofSeconds(20), "fusermount -uz '" + root + "' 2>/dev/null || true");
        }
        Shell.run(SCRATCH, "rm -rf --one-file-system '" + scratch + "'");
    }
}
