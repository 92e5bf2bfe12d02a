package io.dbfs.test.differential;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays sequences on two filesystems side by side. Safe for use by many threads: each sequence has directories of its own. */
final class Trial {
    private final List<Path> local;
    private final List<Path> remote;
    private final AtomicInteger count = new AtomicInteger();

    /**
     * @param local a directory that stands for each mount of a filesystem of one host
     * @param remote each mount of the other filesystem
     */
    Trial(Path local, List<Path> remote) {
        this.local = Collections.nCopies(remote.size(), local);
        this.remote = List.copyOf(remote);
    }

    /** How many mounts there are for steps to be made on. */
    int sides() {
        return remote.size();
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
        String name = "trial" + sides() + "-" + count.incrementAndGet();
        try (Stage here = Stage.make(local, name);
                Stage there = Stage.make(remote, name)) {
            for (int i = 0; i < steps.size(); i++) {
                String expected = here.play(steps.get(i));
                String actual = there.play(steps.get(i));
                if (!expected.equals(actual)) {
                    return Optional.of(new Difference(i, expected, actual));
                }
            }
            String expected = String.join("\n", here.trees());
            String actual = String.join("\n", there.trees());
            return expected.equals(actual)
                    ? Optional.empty()
                    : Optional.of(new Difference(steps.size(), expected, actual));
        }
    }
}
