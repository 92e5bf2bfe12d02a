package io.dbfs.raft.jraft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReopenPolicyTest {
    private final ReopenPolicy policy = new ReopenPolicy();

    @Test
    void delaysGrowAndThenItIsEnough() {
        List<Long> delays = new ArrayList<>();
        for (int attempt = 0; attempt < ReopenPolicy.ATTEMPTS_MAX; attempt++) {
            delays.add(policy.failed(Duration.ZERO).orElseThrow().toSeconds());
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L, 30L, 30L), delays);
        assertTrue(policy.failed(Duration.ZERO).isEmpty());
    }

    @Test
    void oneThatRanForLongBeginsAnew() {
        for (int attempt = 0; attempt < ReopenPolicy.ATTEMPTS_MAX; attempt++) {
            policy.failed(Duration.ofSeconds(2));
        }
        assertEquals(Optional.of(Duration.ofSeconds(1)), policy.failed(Duration.ofMinutes(2)));
    }
}
