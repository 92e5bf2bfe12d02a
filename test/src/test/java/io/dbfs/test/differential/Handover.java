package io.dbfs.test.differential;

import static io.dbfs.test.posix.libc.Constants.RENAME_EXCHANGE;
import static io.dbfs.test.posix.libc.Constants.S_IFIFO;

import io.dbfs.test.harness.Await;
import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.Outcome;
import io.dbfs.test.posix.libc.Stat;
import io.dbfs.test.posix.libc.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until one mount shows what another one did: what others do is seen soon, not at once. News and what they make the
 * kernel forget come in order, so a mount that shows the last change has all before it. The last change is an exchange of
 * two names that the other mount's kernel knows: a name it did not know it would ask for, and be ahead of the news.
 */
final class Handover {
    private static final LibC ROOT = LibC.as(User.ROOT);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    /** The kernel asks again by itself after a second, and is then ahead of the news. */
    private static final Duration KNOWN = Duration.ofMillis(400);

    private static final long POLL_NANOS = 50_000;

    /** A file that a mount has made itself it may take for empty for so long, though another mount has written it. */
    private static final long OWN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<Path> directories;
    /** When each mount last handed over. */
    private final long[] left;

    private Handover(List<Path> directories) {
        this.directories = directories;
        this.left = new long[directories.size()];
        Arrays.fill(left, System.nanoTime() - OWN_NANOS);
    }

    /** Makes its marks in a directory of that name. */
    static Handover make(List<Path> mounts, String name) {
        List<Path> directories =
                mounts.stream().map(mount -> mount.resolve(name)).toList();
        Path first = directories.get(0);
        require(ROOT.mkdir(first.toString(), 0700));
        for (String mark : List.of("a", "b")) {
            require(ROOT.mknod(first.resolve(mark).toString(), S_IFIFO | 0600, 0));
        }
        for (Path directory : directories) {
            Await.until(
                    directory + " is seen",
                    DEADLINE,
                    () -> ROOT.lstat(directory.resolve("b").toString()).result() == 0);
        }
        return new Handover(directories);
    }

    /** Returns when mount {@code to} shows all that was done on mount {@code from}. */
    void pass(int from, int to) {
        left[from] = System.nanoTime();
        while (!passed(directories.get(from), directories.get(to))) {
            // It took so long that the kernel may have asked by itself.
        }
        while (System.nanoTime() - left[to] < OWN_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static boolean passed(Path from, Path to) {
        Marks before = Marks.of(to);
        long start = System.nanoTime();
        require(ROOT.rename(from.resolve("a").toString(), from.resolve("b").toString(), RENAME_EXCHANGE));
        while (!Marks.of(to).equals(before.exchanged())) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("not seen within " + DEADLINE + ": names exchanged in " + from + "; were "
                        + before + ", are " + Marks.of(to) + " here, " + Marks.of(from) + " there");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return System.nanoTime() - start < KNOWN.toNanos();
    }

    /**
     * Inodes of the marks as a mount shows them. The kernel is told of one name after the other: while both show the same inode,
     * it would take the next exchange for one of a name with itself, and do nothing (vfs_rename in Linux).
     */
    private record Marks(long a, long b) {
        static Marks of(Path directory) {
            return new Marks(inode(directory.resolve("a")), inode(directory.resolve("b")));
        }

        private static long inode(Path mark) {
            Outcome<Stat> found = ROOT.lstat(mark.toString());
            return found.get().inode();
        }

        Marks exchanged() {
            return new Marks(b, a);
        }
    }

    private static void require(int result) {
        if (result != 0) {
            throw new AssertionError("errno " + -result);
        }
    }
}
