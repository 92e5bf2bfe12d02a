package io.dbfs.daemon.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StallPolicyTest {
    /** A random number of zero: no jitter. */
    private final StallPolicy policy = new StallPolicy(() -> 0);

    @Test
    void theFirstAttemptIsLeftAfterASecondAndFurtherOnesAreGivenMoreTime() {
        assertEquals(Duration.ofSeconds(1), policy.limit(0));
        assertEquals(Duration.ofSeconds(2), policy.limit(1));
        assertEquals(Duration.ofSeconds(4), policy.limit(2));
        assertEquals(Duration.ofSeconds(14), policy.limit(5));
    }

    @Test
    void nodesThatAreSlowAreGivenMoreTime() {
        policy.stored(Duration.ofSeconds(2).toNanos());
        assertEquals(Duration.ofSeconds(6), policy.limit(0));
        for (int i = 0; i < 50; i++) {
            policy.stored(0);
        }
        assertEquals(Duration.ofSeconds(1), policy.limit(0), "they are slow no more");
    }

    @Test
    void withoutBudgetNodesAreGivenMoreTime() {
        while (policy.spend()) {
            assertEquals(policy.limit(1), policy.limit(0).multipliedBy(2));
        }
        assertEquals(Duration.ofSeconds(3), policy.limit(0));
        for (int i = 0; i < 10; i++) {
            assertFalse(policy.spend());
            policy.stored(0);
        }
        assertTrue(policy.spend(), "one in ten chunks may be sent again");
    }

    @Test
    void limitsOfSeveralWritersDiffer() {
        StallPolicy other = new StallPolicy(() -> -1);
        assertTrue(other.limit(0).compareTo(policy.limit(0)) > 0);
    }
}
