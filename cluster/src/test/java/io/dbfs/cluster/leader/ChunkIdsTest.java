package io.dbfs.cluster.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ChunkIdsTest {
    @Test
    void idsAreHandedOutOnceAndReservedInRanges() {
        AtomicLong reserved = new AtomicLong(1);
        List<Integer> reservations = new ArrayList<>();
        ChunkIds ids = new ChunkIds(count -> {
            reservations.add(count);
            return CompletableFuture.completedFuture(reserved.getAndAdd(count));
        });
        long expected = 1;
        for (int i = 0; i < ChunkIds.RANGE / 64; i++) {
            assertEquals(expected, ids.take(64).join());
            expected += 64;
        }
        assertEquals(1, reservations.size());
        assertEquals(expected, ids.take(64).join());
        ids.reset();
        assertEquals(1 + 2 * ChunkIds.RANGE, ids.take(1).join());
    }

    @Test
    void aFailedReservationFailsThoseWhoWaitAndNotTheNextOne() {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        ChunkIds ids = new ChunkIds(count -> {
            answers.add(new CompletableFuture<>());
            return answers.get(answers.size() - 1);
        });
        CompletableFuture<Long> first = ids.take(1);
        CompletableFuture<Long> alongside = ids.take(1);
        assertTrue(answers.get(0).completeExceptionally(new IllegalStateException("not now")));
        assertTrue(first.isCompletedExceptionally());
        assertTrue(alongside.isCompletedExceptionally());
        CompletableFuture<Long> second = ids.take(1);
        answers.get(1).complete(7L);
        assertEquals(7, second.join());
    }

    @Test
    void aRangeReservedBeforeLeadershipChangedIsNotUsed() {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        ChunkIds ids = new ChunkIds(count -> {
            answers.add(new CompletableFuture<>());
            return answers.get(answers.size() - 1);
        });
        CompletableFuture<Long> before = ids.take(1);
        ids.reset();
        CompletableFuture<Long> after = ids.take(1);
        answers.get(0).complete(1L);
        assertEquals(0, ids.next());
        answers.get(1).complete(5000L);
        assertTrue(before.join() >= 5000);
        assertTrue(after.join() >= 5000);
    }

    @Test
    void idsBecomeVoidAWholeIntervalAfterTheyWereHandedOut() {
        VoidFloor floor = new VoidFloor(Duration.ofNanos(100));
        floor.begin(10, 0);
        assertEquals(OptionalLong.empty(), floor.advance(20, 99));
        assertEquals(OptionalLong.of(10), floor.advance(30, 100));
        assertEquals(OptionalLong.empty(), floor.advance(40, 199));
        assertEquals(OptionalLong.of(30), floor.advance(40, 200));
        assertEquals(OptionalLong.of(40), floor.advance(0, 300));
        assertEquals(OptionalLong.of(40), floor.advance(0, 400));
    }
}
