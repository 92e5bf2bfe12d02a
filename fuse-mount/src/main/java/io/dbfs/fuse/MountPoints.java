package io.dbfs.fuse;

import io.dbfs.fuse.libfuse.LibC;
import io.dbfs.fuse.libfuse.Unmounter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of a directory and of this host before anything is mounted. */
public final class MountPoints {
    private static final Logger log = LoggerFactory.getLogger(MountPoints.class);
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final Path FUSE_CONF = Path.of("/etc/fuse.conf");

    /** The C library's text for ENOTCONN; the JDK tells errors of stat(2) by their text alone. */
    private static final String NOT_CONNECTED = "Transport endpoint is not connected";

    private MountPoints() {}

    /**
     * Checks that the directory can be mounted on. A mount that a killed process left there is cleared away first.
     *
     * @return the directory's real path
     * @throws MountException naming what is in the way
     */
    public static Path prepare(Path mountPoint, MountOptions options) {
        Path directory = locate(mountPoint);
        clearDeadMount(directory);
        requireEmptyDirectory(directory);
        requirePermission(options);
        return directory;
    }

    /** Clears away a mount whose process is gone. Returns whether there was one. */
    public static boolean clearDeadMount(Path mountPoint) {
        Path directory = locate(mountPoint);
        Optional<String> type = MountTable.read().fuseTypeAt(directory);
        if (type.isEmpty()) {
            return false;
        }
        if (!isDead(directory)) {
            throw new MountException(directory + " is mounted already (" + type.get() + ")");
        }
        Unmounter.of(directory).detach();
        log.info("mount: cleared a dead mount at {}", directory);
        return true;
    }

    /** What filesystem type is mounted on a directory, such as "fuse.dbfs". It is not asked: it may be dead. */
    public static Optional<String> typeAt(Path located) {
        return MountTable.read().typeAt(located);
    }

    /**
     * The path as the kernel's list of mounts has it. The last component may be a dead mount, which nothing can be asked of:
     * only what lies above it is resolved.
     *
     * @throws MountException when what lies above it is missing
     */
    public static Path locate(Path mountPoint) {
        Path absolute = mountPoint.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new MountException("mount point " + mountPoint + " is the root directory");
        }
        try {
            Path direct = parent.toRealPath().resolve(name);
            return Files.isSymbolicLink(direct) ? direct.toRealPath() : direct;
        } catch (NoSuchFileException e) {
            throw new MountException("mount point " + mountPoint + " does not exist", e);
        } catch (IOException e) {
            throw new MountException("mount point " + mountPoint + ": " + e.getMessage(), e);
        }
    }

    private static boolean isDead(Path directory) {
        try {
            Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return false;
        } catch (FileSystemException e) {
            return NOT_CONNECTED.equals(e.getReason());
        } catch (IOException e) {
            throw new MountException("mount point " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void requireEmptyDirectory(Path directory) {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new MountException("mount point " + directory + " does not exist");
        }
        if (!Files.isDirectory(directory)) {
            throw new MountException("mount point " + directory + " is not a directory");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            if (entries.iterator().hasNext()) {
                throw new MountException("mount point " + directory + " is not empty");
            }
        } catch (IOException e) {
            throw new MountException("mount point " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void requirePermission(MountOptions options) {
        if (!Files.exists(DEVICE)) {
            throw new MountException(
                    DEVICE + " is missing: load the kernel's fuse module, or give the container the device");
        }
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            throw new MountException("not permitted to mount: " + DEVICE
                    + " cannot be opened (expected: root, or read and write permission on it)");
        }
        if (LibC.isRoot()) {
            return;
        }
        if (Unmounter.fusermount().isEmpty()) {
            throw new MountException("not permitted to mount: fusermount is missing (install the package fuse3)");
        }
        if (options.allowsOthers(false) && !othersAllowed()) {
            throw new MountException("mount option allow_other: not permitted (expected: root, or user_allow_other in "
                    + FUSE_CONF + ")");
        }
    }

    private static boolean othersAllowed() {
        try {
            return Files.readString(FUSE_CONF, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .anyMatch("user_allow_other"::equals);
        } catch (IOException unreadable) {
            return false;
        }
    }
}
