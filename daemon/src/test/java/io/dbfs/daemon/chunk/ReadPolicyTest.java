package io.dbfs.daemon.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Which replica is read, and when a second one is asked. */
class ReadPolicyTest {
    private final AtomicLong now = new AtomicLong();
    private final Replica far = new Replica(new NodeId(1), "far:1");
    private final Replica farther = new Replica(new NodeId(2), "farther:1");
    private final Replica near = new Replica(new NodeId(3), "here:1");
    private final ReplicaOrder order = new ReplicaOrder(Set.of("here"), now::get);

    @Test
    void replicaOfThisHostComesFirst() {
        assertEquals(List.of(near, far, farther), order.order(List.of(far, near, farther)));
    }

    @Test
    void replicaWithFewerReadsOutstandingComesFirst() {
        order.started(far);
        assertEquals(List.of(farther, far), order.order(List.of(far, farther)));
        order.ended(far);
        assertEquals(List.of(far, farther), order.order(List.of(far, farther)));
    }

    @Test
    void replicaThatFailedComesLastForAWhile() {
        order.failed(near);
        assertEquals(List.of(far, near), order.order(List.of(near, far)));
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        assertEquals(List.of(near, far), order.order(List.of(near, far)));
    }

    @Test
    void readIsSlowPastTheNinetyFifthOfItsSizeAndNeverBeforeTheMinimum() {
        ReadLatencies latencies = new ReadLatencies(Duration.ofNanos(50));
        assertEquals(50, latencies.slowAfterNanos(4096));
        for (int i = 1; i <= 112; i++) {
            latencies.took(4096, i * 10L);
            latencies.took(8 << 20, 7);
        }
        assertEquals(1070, latencies.slowAfterNanos(4096));
        assertEquals(50, latencies.slowAfterNanos(8 << 20));
    }

    @Test
    void hedgesAreAFewAtOnceAndThenOneInTen() {
        HedgeBudget budget = new HedgeBudget();
        int atOnce = 0;
        while (budget.spend()) {
            atOnce++;
        }
        assertEquals(5, atOnce);
        for (int i = 0; i < 9; i++) {
            budget.earn();
        }
        assertFalse(budget.spend());
        budget.earn();
        assertTrue(budget.spend());
        assertFalse(budget.spend());
    }
}
