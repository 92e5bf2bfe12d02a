package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ApplyPaceTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private long nanos = 7;
    private final ApplyPace pace = new ApplyPace(() -> nanos += MILLISECOND);

    @Test
    void aBatchAfterAPauseIsDueAtOnce() {
        assertEquals(1, millisecondsAwaited());
        pace.applied(1);
        nanos += 100 * MILLISECOND;
        assertEquals(1, millisecondsAwaited());
    }

    @Test
    void theNextBatchGathersForAMoment() {
        pace.applied(1);
        long waited = millisecondsAwaited();
        assertTrue(waited >= 20 && waited < 30, waited + " ms");
    }

    @Test
    void aReplicaThatIsBehindDoesNotWait() {
        pace.applied(256);
        assertEquals(1, millisecondsAwaited());
        pace.applied(255);
        assertTrue(millisecondsAwaited() >= 20);
    }

    /** By the test's clock, which every look at it moves by one. */
    private long millisecondsAwaited() {
        long start = nanos;
        pace.await();
        return (nanos - start) / MILLISECOND;
    }
}
