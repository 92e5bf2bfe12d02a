package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CopyTargetsTest {
    private static final long BYTES = 100;

    private final CopyTargets twoHosts =
            new CopyTargets(List.of(node(1, "a", 500), node(2, "a", 500), node(3, "b", 500)));
    private final CopyTargets otherIsFull =
            new CopyTargets(List.of(node(1, "a", 500), node(2, "a", 500), node(3, "b", 99)));
    private final CopyTargets oneHost = new CopyTargets(List.of(node(1, "a", 500), node(2, "a", 500)));

    @Test
    void aMissingCopyIsMadeOnAnotherHostWhereThatHasRoom() {
        assertTrue(twoHosts.takesMissing(3, Set.of(1), Set.of("a"), BYTES));
        assertFalse(twoHosts.takesMissing(2, Set.of(1), Set.of("a"), BYTES));
        assertTrue(otherIsFull.takesMissing(2, Set.of(1), Set.of("a"), BYTES));
        assertTrue(oneHost.takesMissing(2, Set.of(1), Set.of("a"), BYTES));
    }

    @Test
    void aNodeThatIsNoCandidateTakesNothing() {
        assertFalse(oneHost.takesMissing(3, Set.of(1), Set.of("a"), BYTES));
        assertFalse(oneHost.takesMisplaced(3, Set.of("a"), BYTES));
    }

    @Test
    void aNodeOnAThirdHostThatHoldsACopyDoesNotKeepOthersFromTakingOne() {
        assertTrue(twoHosts.takesMissing(2, Set.of(1, 3), Set.of("a"), BYTES));
    }

    @Test
    void aMisplacedChunkIsCopiedOnlyToAnotherHostWithRoom() {
        assertTrue(twoHosts.takesMisplaced(3, Set.of("a"), BYTES));
        assertFalse(twoHosts.takesMisplaced(2, Set.of("a"), BYTES));
        assertFalse(otherIsFull.takesMisplaced(3, Set.of("a"), BYTES));
    }

    private static Candidate node(int id, String host, long freeBytes) {
        return new Candidate(id, host + ":1", host, freeBytes, 0);
    }
}
