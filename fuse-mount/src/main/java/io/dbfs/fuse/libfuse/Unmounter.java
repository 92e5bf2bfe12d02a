package io.dbfs.fuse.libfuse;

import io.dbfs.common.Errno;
import io.dbfs.fuse.MountException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Takes a mount away: root by itself, others through fusermount(1). */
public final class Unmounter {
    private static final int MNT_FORCE = 1;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final long FUSERMOUNT_SECONDS = 10;

    private final Path directory;

    private Unmounter(Path directory) {
        this.directory = directory;
    }

    /** For the mount at a directory, given by its real path. */
    public static Unmounter of(Path directory) {
        return new Unmounter(directory);
    }

    /** fusermount(1), where it is installed. */
    public static Optional<Path> fusermount() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Stream.of("fusermount", "fusermount3")
                .flatMap(name -> Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Unmounts unless a program still uses the mount. Returns whether nothing is mounted there any more. */
    boolean tryUnmount() {
        if (LibC.isRoot()) {
            return isGone(LibC.unmount(directory.toString(), UMOUNT_NOFOLLOW));
        }
        return runFusermount("-u").isEmpty();
    }

    /**
     * Unmounts.
     *
     * @throws MountException when a program uses the mount, or when that is refused
     */
    public void unmount() {
        if (LibC.isRoot()) {
            requireGone(LibC.unmount(directory.toString(), UMOUNT_NOFOLLOW));
        } else {
            requireNoComplaint(runFusermount("-u"));
        }
    }

    /** Unmounts under programs that use the mount; where permitted, what they wait for fails at once. */
    void force() {
        if (LibC.isRoot()) {
            requireGone(LibC.unmount(directory.toString(), MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW));
        } else {
            detach();
        }
    }

    /**
     * Takes the mount out of the tree; programs that use it keep what they have open.
     *
     * @throws MountException when that is refused
     */
    public void detach() {
        if (LibC.isRoot()) {
            requireGone(LibC.unmount(directory.toString(), MNT_DETACH | UMOUNT_NOFOLLOW));
        } else {
            requireNoComplaint(runFusermount("-uz"));
        }
    }

    private void requireGone(int result) {
        if (!isGone(result)) {
            String why = Errno.ofCode(-result).map(Unmounter::words).orElse("errno " + -result);
            throw new MountException("cannot unmount " + directory + ": " + why);
        }
    }

    private static String words(Errno errno) {
        return switch (errno) {
            case EBUSY -> "a program uses it";
            case EPERM -> "not permitted";
            default -> errno.name();
        };
    }

    private void requireNoComplaint(Optional<String> complaint) {
        complaint.ifPresent(words -> {
            throw new MountException("cannot unmount " + directory + ": " + words);
        });
    }

    private static boolean isGone(int result) {
        return result == 0 || result == -Errno.EINVAL.code() || result == -Errno.ENOENT.code();
    }

    /** Returns what it complained of; nothing when it succeeded. */
    private Optional<String> runFusermount(String option) {
        Path program = fusermount().orElseThrow(() -> new MountException("fusermount is missing (install fuse3)"));
        List<String> command = new ArrayList<>(List.of(program.toString(), option, "--", directory.toString()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(FUSERMOUNT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("no answer within " + FUSERMOUNT_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? Optional.empty() : Optional.of(output);
        } catch (IOException e) {
            throw new MountException("cannot run " + program + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MountException("interrupted while unmounting " + directory, e);
        }
    }
}
