package io.dbfs.supernode.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlaceableBytesTest {
    private static final long SEED = 20261130;

    @Test
    void copiesAreOnDifferentNodes() {
        assertEquals(0, PlaceableBytes.of(List.of(10L), 2));
        assertEquals(10, PlaceableBytes.of(List.of(10L, 100L), 2));
        assertEquals(15, PlaceableBytes.of(List.of(10L, 10L, 10L), 2));
        assertEquals(20, PlaceableBytes.of(List.of(10L, 10L, 100L), 2));
        assertEquals(30, PlaceableBytes.of(List.of(10L, 20L), 1));
    }

    /** Placing byte by byte on the emptiest nodes is the best there is. */
    @Test
    void isWhatPlacingOnTheEmptiestNodesFinds() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 300; round++) {
            int copies = random.nextInt(1, 4);
            List<Long> free = new ArrayList<>();
            for (int node = random.nextInt(1, 7); node > 0; node--) {
                free.add(random.nextLong(40));
            }
            assertEquals(
                    placed(free, copies),
                    PlaceableBytes.of(free, copies),
                    "seed " + SEED + ": " + free + " x " + copies);
        }
    }

    private static long placed(List<Long> free, int copies) {
        List<Long> left = new ArrayList<>(free);
        long placed = 0;
        while (left.size() >= copies) {
            left.sort(Comparator.reverseOrder());
            if (left.get(copies - 1) == 0) {
                break;
            }
            for (int node = 0; node < copies; node++) {
                left.set(node, left.get(node) - 1);
            }
            placed++;
        }
        return placed;
    }
}
