package io.dbfs.raft.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.Decision;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.memory.MemoryKvStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ApplierTest {
    private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final byte[] COUNTER = {1};
    private static final byte[] OUTCOMES = {0, 4};

    private final MemoryKvStore store = new MemoryKvStore();
    private final Applier applier = new Applier(counting(), store);
    private long index;

    @Test
    void aCommandSentAgainReturnsItsFirstOutcomeAndDoesNotActAgain() {
        assertEquals(Optional.of("1@10"), apply(10, 5, 1, 1));
        assertEquals(Optional.of("2@20"), apply(20, 5, 2, 1));

        assertEquals(Optional.of("1@10"), apply(30, 5, 1, 1));
        assertEquals(Optional.of("2@20"), apply(40, 5, 2, 1));

        assertEquals(2, counter());
        assertEquals(4, applier.appliedIndex());
    }

    @Test
    void clientsDoNotShareSequences() {
        assertEquals(Optional.of("1@10"), apply(10, 5, 1, 1));
        assertEquals(Optional.of("2@10"), apply(10, 6, 1, 1));
        assertEquals(Optional.of("3@10"), apply(10, -6, 1, 1));
    }

    @Test
    void idempotentCommandsAreNotRemembered() {
        assertEquals(Optional.of("1@10"), apply(10, 0, 0, 0));
        assertEquals(Optional.of("2@10"), apply(10, 0, 0, 0));
        assertEquals(0, rememberedOutcomes());
    }

    @Test
    void sequencesMayArriveOutOfOrder() {
        assertEquals(Optional.of("1@10"), apply(10, 5, 3, 1));
        assertEquals(Optional.of("2@10"), apply(10, 5, 1, 1));
        assertEquals(Optional.of("3@10"), apply(10, 5, 2, 1));
    }

    @Test
    void acknowledgedOutcomesAreForgottenAndNeverActAgain() {
        apply(10, 5, 1, 1);
        apply(10, 5, 2, 1);
        apply(10, 5, 3, 3);

        assertEquals(1, rememberedOutcomes());
        assertEquals(Optional.empty(), apply(10, 5, 2, 1));
        assertEquals(3, counter());
    }

    @Test
    void aClientThatAcknowledgesNothingIsRememberedInBounds() {
        for (int sequence = 1; sequence <= 3000; sequence++) {
            apply(10, 5, sequence, 1);
        }

        assertEquals(OutcomeMemory.REMEMBERED_MAX, rememberedOutcomes());
        assertEquals(Optional.empty(), apply(10, 5, 3000 - OutcomeMemory.REMEMBERED_MAX, 1));
        assertEquals(Optional.of("3000@10"), apply(10, 5, 3000, 1));
        assertEquals(3000, counter());
    }

    @Test
    void aSilentClientIsForgottenAfterAnHour() {
        apply(10, 5, 1, 1);
        apply(10, 6, 1, 1);
        apply(HOUR_NANOS / 2, 6, 2, 1);

        apply(HOUR_NANOS + 20, 7, 1, 1);

        assertEquals(3, rememberedOutcomes());
        assertEquals(Optional.of("2@10"), apply(HOUR_NANOS + 30, 6, 1, 1));
        assertEquals(Optional.of("5@" + (HOUR_NANOS + 30)), apply(HOUR_NANOS + 30, 5, 1, 1));
    }

    @Test
    void aClientThatReturnsAfterAnHourIsRememberedAnew() {
        apply(10, 5, 1, 1);

        apply(2 * HOUR_NANOS, 5, 2, 2);
        apply(2 * HOUR_NANOS, 5, 2, 2);

        assertEquals(2, counter());
        assertEquals(1, rememberedOutcomes());
    }

    @Test
    void whatARecordOfAnEarlierVersionDoesNotTellIsLookedUp() {
        apply(10, 5, 1, 1);
        byte[] earlier = RuntimeKeys.encodeLongs(1, 0);
        store.commit(++index, List.of(new Mutation.Put(RuntimeKeys.client(5), earlier)));

        assertEquals(Optional.of("1@10"), apply(20, 5, 1, 1));
        assertEquals(Optional.of("2@20"), apply(20, 5, 2, 1));
        assertEquals(Optional.of("2@20"), apply(30, 5, 2, 1));
    }

    @Test
    void timeNeverRunsBackwards() {
        assertEquals(Optional.of("1@50"), apply(50, 0, 0, 0));
        assertEquals(Optional.of("2@50"), apply(40, 0, 0, 0));
        assertEquals(Optional.of("3@60"), apply(60, 0, 0, 0));
    }

    @Test
    void anApplierOnTheSameStoreTakesUpWhereTheLastOneStood() {
        apply(50, 5, 1, 1);

        Applier next = new Applier(counting(), store);

        assertEquals(1, next.appliedIndex());
        Proposal again = new Proposal(5, 1, 1, new byte[0]);
        assertEquals(Optional.of("1@50"), next.apply(2, new LogEntry(70, again)).map(ApplierTest::text));
    }

    @Test
    void entriesDecodeAsTheyWereEncoded() {
        LogEntry entry = new LogEntry(77, new Proposal(-5, 8, 3, "command".getBytes(UTF_8)));

        LogEntry decoded = LogEntry.decode(entry.encode());

        assertEquals(77, decoded.timeNanos());
        assertEquals(-5, decoded.proposal().client());
        assertEquals(8, decoded.proposal().sequence());
        assertEquals(3, decoded.proposal().acknowledgedBelow());
        assertEquals("command", text(decoded.proposal().command()));
        assertTrue(entry.encode().hasRemaining());
    }

    /** Counts its commands in the state; the outcome is the count and the time. */
    private static StateMachine counting() {
        return (view, at, command) -> {
            long count = view.get(COUNTER)
                            .map(value -> RuntimeKeys.decodeLong(value, 0))
                            .orElse(0L)
                    + 1;
            Mutation put = new Mutation.Put(COUNTER, RuntimeKeys.encodeLongs(count));
            return new Decision(List.of(put), (count + "@" + at.timeNanos()).getBytes(UTF_8));
        };
    }

    private Optional<String> apply(long timeNanos, long client, long sequence, long acknowledgedBelow) {
        Proposal proposal = new Proposal(client, sequence, acknowledgedBelow, new byte[0]);
        return applier.apply(++index, new LogEntry(timeNanos, proposal)).map(ApplierTest::text);
    }

    private long counter() {
        return RuntimeKeys.decodeLong(store.live().get(COUNTER).orElseThrow(), 0);
    }

    private int rememberedOutcomes() {
        AtomicInteger count = new AtomicInteger();
        store.live().scan(OUTCOMES, OUTCOMES, (key, value) -> count.incrementAndGet() > 0);
        return count.get();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
