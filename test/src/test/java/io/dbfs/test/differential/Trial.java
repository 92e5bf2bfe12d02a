package io.dbfs.test.differential;

import io.dbfs.test.posix.libc.LibC;
import io.dbfs.test.posix.libc.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays sequences on two filesystems side by side. Safe for use by many threads: each sequence has directories of its own. */
final class Trial {
    private static final LibC ROOT = LibC.as(User.ROOT);

    private final Path local;
    private final Path remote;
    private final AtomicInteger count = new AtomicInteger();

    Trial(Path local, Path remote) {
        this.local = local;
        this.remote = remote;
    }

    /** Where two filesystems came apart. {@code step} is the number of steps when only the trees differ. */
    record Difference(int step, String local, String remote) {
        String describe(List<Step> steps) {
            return (step < steps.size() ? steps.get(step).toString() : "the trees afterwards") + "\n  local: " + local
                    + "\n  DBFS:  " + remote;
        }
    }

    /** The first difference between what comes of the steps here and there; empty when there is none. */
    Optional<Difference> run(List<Step> steps) {
        String name = "trial" + count.incrementAndGet();
        String here = fresh(local, name);
        String there = fresh(remote, name);
        try (Player first = new Player(here);
                Player second = new Player(there)) {
            for (int i = 0; i < steps.size(); i++) {
                String expected = first.play(steps.get(i));
                String actual = second.play(steps.get(i));
                if (!expected.equals(actual)) {
                    return Optional.of(new Difference(i, expected, actual));
                }
            }
            String expected = first.tree();
            String actual = second.tree();
            return expected.equals(actual)
                    ? Optional.empty()
                    : Optional.of(new Difference(steps.size(), expected, actual));
        }
    }

    private static String fresh(Path parent, String name) {
        String path = parent.resolve(name).toString();
        if (ROOT.mkdir(path, 0) != 0 || ROOT.chmod(path, 0777) != 0) {
            throw new AssertionError("cannot make " + path);
        }
        return path;
    }
}
