package io.dbfs.supernode.registry;

import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Chooses the home cluster of a new file: at random, in proportion to free space and idleness, so that many creators
 * that see the same figures do not all choose the same cluster.
 */
final class HomePlacement {
    private final RandomGenerator random;

    HomePlacement(RandomGenerator random) {
        this.random = random;
    }

    /** Any, when none has room: a file may stay empty, or be written when there is. Empty when there is no candidate. */
    OptionalInt choose(List<HomeCandidate> candidates) {
        double total = candidates.stream().mapToDouble(HomeCandidate::weight).sum();
        if (total <= 0) {
            return candidates.isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(
                            candidates.get(random.nextInt(candidates.size())).cluster());
        }
        double point = random.nextDouble() * total;
        int chosen = 0;
        for (HomeCandidate candidate : candidates) {
            if (candidate.weight() > 0) {
                chosen = candidate.cluster();
                point -= candidate.weight();
                if (point < 0) {
                    break;
                }
            }
        }
        return OptionalInt.of(chosen);
    }
}
