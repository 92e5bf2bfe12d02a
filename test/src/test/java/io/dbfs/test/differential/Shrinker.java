package io.dbfs.test.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds a short part of a failing sequence that still fails: takes away ever smaller pieces (ddmin of A. Zeller). */
final class Shrinker {
    private final Predicate<List<Step>> fails;
    private int triesLeft;

    /** Asks {@code fails} at most {@code triesMax} times. */
    Shrinker(Predicate<List<Step>> fails, int triesMax) {
        this.fails = fails;
        this.triesLeft = triesMax;
    }

    List<Step> shrink(List<Step> failing) {
        List<Step> current = failing;
        int size = Math.max(1, current.size() / 2);
        while (true) {
            boolean removed = false;
            for (int from = 0; from < current.size() && triesLeft > 0; ) {
                List<Step> without = new ArrayList<>(current.subList(0, from));
                without.addAll(current.subList(Math.min(current.size(), from + size), current.size()));
                triesLeft--;
                if (fails.test(without)) {
                    current = without;
                    removed = true;
                } else {
                    from += size;
                }
            }
            if (triesLeft <= 0 || (size == 1 && !removed)) {
                return current;
            }
            size = Math.max(1, size / 2);
        }
    }
}
