package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.cluster.leader.WorkBackoff.Work;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkBackoffTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final WorkBackoff backoff = new WorkBackoff(nanos::get);

    @Test
    void eachFailureDoublesTheDelayUpToMinutes() {
        Duration delay = WorkBackoff.FIRST;
        for (int times = 1; times <= 100; times++) {
            assertEquals(times, backoff.failed(Work.copy(1)));
            pass(delay.minusNanos(1));
            assertFalse(backoff.isDue(Work.copy(1)));
            pass(Duration.ofNanos(1));
            assertTrue(backoff.isDue(Work.copy(1)));
            delay = delay.multipliedBy(2).compareTo(WorkBackoff.MAX) < 0 ? delay.multipliedBy(2) : WorkBackoff.MAX;
        }
    }

    @Test
    void otherWorkIsNotHeldUp() {
        backoff.failed(Work.copy(1));
        assertTrue(backoff.isDue(Work.copy(2)));
        assertTrue(backoff.isDue(Work.compact(1)));
        assertTrue(backoff.isDue(Work.verify(1, 1)));
    }

    @Test
    void successForgetsTheFailures() {
        backoff.failed(Work.copy(1));
        backoff.failed(Work.copy(1));
        assertEquals(2, backoff.succeeded(Work.copy(1)));
        assertTrue(backoff.isDue(Work.copy(1)));
        assertEquals(0, backoff.failures(Work.copy(1)));
    }

    @Test
    void aNodesReturnMakesEverythingDueAndFailuresStayCounted() {
        backoff.failed(Work.copy(1));
        backoff.retryAll();
        assertTrue(backoff.isDue(Work.copy(1)));
        assertEquals(1, backoff.failures(Work.copy(1)));
    }

    @Test
    void memoryIsBounded() {
        for (long chunk = 0; chunk <= WorkBackoff.ENTRIES_MAX; chunk++) {
            backoff.failed(Work.copy(chunk));
        }
        assertEquals(0, backoff.failures(Work.copy(0)));
        assertEquals(1, backoff.failures(Work.copy(WorkBackoff.ENTRIES_MAX)));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
