package io.dbfs.common;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A process's hold on its data directory: no second process opens it, and it is opened only as what it was made as.
 * The lock goes with the process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {
    /** The layout this version writes, and the newest it reads. 2: Raft logs are segments, inline bytes may be apart from extents. */
    public static final int FORMAT_VERSION = 2;

    private static final String LOCK_FILE = "LOCK";
    private static final String IDENTITY_FILE = "IDENTITY";

    private final Path path;
    private final FileChannel lockChannel;

    private DataDirectory(Path path, FileChannel lockChannel) {
        this.path = path;
        this.lockChannel = lockChannel;
    }

    /**
     * Opens a directory, making it when it is not there.
     *
     * @param role what the process is: "supernode", "node"
     * @param group what it belongs to: a cluster's name. No line breaks
     * @throws DataDirectoryException when another process has it open, when it belongs to another role or group, or
     *     when a newer version wrote it; the message is one line for the person who started the process
     * @throws IOException when the disk fails or permission lacks
     */
    public static DataDirectory open(Path path, String role, String group) throws IOException {
        Files.createDirectories(path);
        FileChannel lockChannel = lock(path);
        try {
            checkIdentity(path, new Identity(FORMAT_VERSION, role, group));
            return new DataDirectory(path, lockChannel);
        } catch (IOException | RuntimeException failure) {
            lockChannel.close();
            throw failure;
        }
    }

    /** The directory. */
    public Path path() {
        return path;
    }

    /** A file or folder in the directory. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Lets another process open it. */
    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    @SuppressWarnings("try") // The lock is released with its channel.
    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            channel.close();
            throw inUse(path);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
        channel.close();
        throw inUse(path);
    }

    private static DataDirectoryException inUse(Path path) {
        return new DataDirectoryException("data directory " + path + " is in use by another process");
    }

    private static void checkIdentity(Path path, Identity expected) throws IOException {
        Path file = path.resolve(IDENTITY_FILE);
        if (!Files.exists(file)) {
            write(path, file, expected);
            return;
        }
        Identity found = Identity.parse(path, Files.readString(file, StandardCharsets.UTF_8));
        if (found.formatVersion > FORMAT_VERSION) {
            throw new DataDirectoryException("data directory " + path + " was written by a newer version: format "
                    + found.formatVersion + " (expected: <= " + FORMAT_VERSION + ")");
        }
        if (!found.role.equals(expected.role) || !found.group.equals(expected.group)) {
            throw new DataDirectoryException("data directory " + path + " belongs to " + found.role + " of '"
                    + found.group + "' (expected: " + expected.role + " of '" + expected.group + "')");
        }
        if (found.formatVersion < FORMAT_VERSION) {
            // From now on a version that knows only the older layout is to refuse it.
            write(path, file, expected);
        }
    }

    /** Whole or not at all, also after a power cut: a torn identity would lock its owner out. */
    private static void write(Path path, Path file, Identity identity) throws IOException {
        Path temporary = path.resolve(IDENTITY_FILE + ".new");
        Files.writeString(temporary, identity.format(), StandardCharsets.UTF_8);
        force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        force(path);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record Identity(int formatVersion, String role, String group) {
        String format() {
            return "format " + formatVersion + "\nrole " + role + "\ngroup " + group + "\n";
        }

        static Identity parse(Path path, String text) throws DataDirectoryException {
            String[] lines = text.split("\n", -1);
            if (lines.length < 3) {
                throw damaged(path);
            }
            try {
                int formatVersion = Integer.parseInt(value(path, lines[0], "format "));
                return new Identity(formatVersion, value(path, lines[1], "role "), value(path, lines[2], "group "));
            } catch (NumberFormatException notANumber) {
                throw damaged(path);
            }
        }

        private static String value(Path path, String line, String key) throws DataDirectoryException {
            if (!line.startsWith(key)) {
                throw damaged(path);
            }
            return line.substring(key.length());
        }

        private static DataDirectoryException damaged(Path path) {
            return new DataDirectoryException("data directory " + path + " has a damaged " + IDENTITY_FILE
                    + " file (expected: the lines format, role and group)");
        }
    }
}
