package io.dbfs.raft.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.Decision;
import io.dbfs.raft.ForgottenOutcomeException;
import io.dbfs.raft.Mutation;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import io.dbfs.raft.StateView;
import io.dbfs.raft.UnknownOutcomeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class LocalGroupTest {
    private static final byte[] KEY = {1};

    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(3, 4));
    private final LocalGroup group = new LocalGroup(
            (view, at, command) -> {
                if (command.length == 0) {
                    throw new IllegalStateException("planted bug");
                }
                byte[] outcome = (at.index() + "@" + at.timeNanos()).getBytes(UTF_8);
                return new Decision(List.of(new Mutation.Put(KEY, command)), outcome);
            },
            new MemoryKvStore(),
            clock);

    @Test
    void aProposalIsAppliedOnReturn() {
        CompletableFuture<byte[]> outcome = group.propose(Proposal.idempotent("a".getBytes(UTF_8)));

        assertEquals("1@3000000004", new String(outcome.join(), UTF_8));
        try (StateView view = group.view()) {
            assertArrayEquals("a".getBytes(UTF_8), view.get(KEY).orElseThrow());
        }
        assertTrue(group.readBarrier().isDone());
    }

    @Test
    void aProposalMadeAgainReturnsItsFirstOutcomeUntilAcknowledged() {
        byte[] command = "a".getBytes(UTF_8);
        group.propose(new Proposal(5, 1, 1, command)).join();

        byte[] again = group.propose(new Proposal(5, 1, 1, command)).join();
        group.propose(new Proposal(5, 2, 2, command)).join();

        assertEquals("1@3000000004", new String(again, UTF_8));
        assertInstanceOf(ForgottenOutcomeException.class, failure(new Proposal(5, 1, 1, command)));
    }

    @Test
    void aBugInTheMachineHaltsTheGroup() {
        Proposal bug = Proposal.idempotent(new byte[0]);

        assertInstanceOf(IllegalStateException.class, failure(bug));
        assertInstanceOf(UnknownOutcomeException.class, failure(Proposal.idempotent("a".getBytes(UTF_8))));
    }

    @Test
    void listenersHearAtOnceThatItLeads() {
        List<Leadership> heard = new ArrayList<>();

        group.addListener(heard::add);

        assertEquals(List.of(group.leadership()), heard);
        assertTrue(group.leadership().leads());
    }

    private Throwable failure(Proposal proposal) {
        CompletionException failure = assertThrows(
                CompletionException.class, () -> group.propose(proposal).join());
        return Objects.requireNonNull(failure.getCause());
    }
}
