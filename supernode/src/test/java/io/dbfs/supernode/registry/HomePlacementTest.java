package io.dbfs.supernode.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HomePlacementTest {
    private static final int CHOICES = 10_000;

    private final HomePlacement placement = new HomePlacement(new SplittableRandom(1));

    @Test
    void noCandidateNoHome() {
        assertEquals(OptionalInt.empty(), placement.choose(List.of()));
    }

    @Test
    void aFullClusterIsChosenOnlyWhereThereIsNoOther() {
        List<HomeCandidate> candidates = List.of(new HomeCandidate(1, 0, 0), new HomeCandidate(2, 10, 0.9));
        assertEquals(CHOICES, count(candidates, 2));
        assertEquals(OptionalInt.of(1), placement.choose(List.of(new HomeCandidate(1, 0, 0))));
    }

    @Test
    void choicesFollowFreeSpace() {
        List<HomeCandidate> candidates = List.of(new HomeCandidate(1, 300, 0.5), new HomeCandidate(2, 100, 0.5));
        assertEquals(0.75, count(candidates, 1) / (double) CHOICES, 0.03);
    }

    @Test
    void choicesFollowIdleness() {
        List<HomeCandidate> candidates = List.of(new HomeCandidate(1, 100, 0.2), new HomeCandidate(2, 100, 0.8));
        assertEquals(0.8, count(candidates, 1) / (double) CHOICES, 0.03);
    }

    @Test
    void aBusyClusterStillGetsSome() {
        List<HomeCandidate> candidates = List.of(new HomeCandidate(1, 100, 0), new HomeCandidate(2, 100, 1));
        assertEquals(0.05 / 1.05, count(candidates, 2) / (double) CHOICES, 0.02);
    }

    private int count(List<HomeCandidate> candidates, int cluster) {
        int count = 0;
        for (int i = 0; i < CHOICES; i++) {
            if (placement.choose(candidates).orElseThrow() == cluster) {
                count++;
            }
        }
        return count;
    }
}
