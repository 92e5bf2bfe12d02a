package io.dbfs.daemon.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Which processes have a file or their working directory under a mount. Reads links of /proc, never the mount itself. */
final class MountUsers {
    private static final Path PROC = Path.of("/proc");
    private static final int NAMED_MAX = 3;

    private MountUsers() {}

    /** Some of them for a message, such as {@code bash (process 12)}; empty when none is found. */
    static String describe(Path mountPoint) {
        List<String> users = ProcessHandle.allProcesses()
                .filter(process -> uses(PROC.resolve(Long.toString(process.pid())), mountPoint))
                .map(process -> name(process.pid()) + " (process " + process.pid() + ")")
                .toList();
        String more = users.size() > NAMED_MAX ? " and " + (users.size() - NAMED_MAX) + " more" : "";
        return users.stream().limit(NAMED_MAX).collect(Collectors.joining(", ")) + more;
    }

    private static boolean uses(Path process, Path mountPoint) {
        if (pointsBelow(process.resolve("cwd"), mountPoint) || pointsBelow(process.resolve("exe"), mountPoint)) {
            return true;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (pointsBelow(descriptor, mountPoint)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // Another user's process, or one that just ended.
            return false;
        }
    }

    private static boolean pointsBelow(Path link, Path mountPoint) {
        try {
            return Files.readSymbolicLink(link).startsWith(mountPoint);
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/comm")).strip();
        } catch (IOException e) {
            return "a program";
        }
    }
}
