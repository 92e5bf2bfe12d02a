package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class UnappliedTest {
    private static final int BATCH_BYTES = 1 << 20;
    private static final int BATCHES = (int) (Unapplied.BYTES_MAX / BATCH_BYTES);

    private final AtomicLong applied = new AtomicLong();
    private final Unapplied unapplied = new Unapplied(System::nanoTime);

    @Test
    void whatIsNotAppliedIsBounded() {
        int taken = 0;
        while (admit(taken + 1L, Duration.ZERO)) {
            taken++;
            assertTrue(taken <= BATCHES + 1, "taken: " + taken);
        }
        assertTrue(taken >= BATCHES, "taken: " + taken);
        applied.set(1);
        assertTrue(admit(taken + 1L, Duration.ZERO));
        assertFalse(admit(taken + 2L, Duration.ZERO));
    }

    @Test
    void whoWaitsGoesOnWhenEntriesAreApplied() throws Exception {
        int taken = 0;
        while (admit(taken + 1L, Duration.ZERO)) {
            taken++;
        }
        long next = taken + 1L;
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> admit(next, Duration.ofMinutes(1)));
        applied.set(taken);
        assertTrue(waiting.get(10, TimeUnit.SECONDS));
    }

    private boolean admit(long lastIndex, Duration timeout) {
        return unapplied.admit(lastIndex, BATCH_BYTES, applied::get, timeout);
    }
}
