package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.NotLeaderException;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.ReplicatedGroup.Leadership;
import io.dbfs.raft.ReplicatedGroup.Member;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JRaftGroupTest {
    @TempDir
    Path directory;

    @Test
    void threeReplicasApplyTheSame() throws IOException {
        try (TestReplicas replicas = replicas(3)) {
            for (int i = 0; i < 50; i++) {
                replicas.propose(append("k" + i % 7, "v" + i));
            }

            replicas.awaitSameDigest();
        }
    }

    @Test
    void manyProposalsAtOnceAndLongOnesAreAppliedTheSame() throws Exception {
        try (TestReplicas replicas = patientReplicas(ReadMode.LEASE)) {
            ReplicatedGroup leader = replicas.group(replicas.awaitLeader());
            List<CompletableFuture<byte[]>> proposals = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String text = i % 100 == 0 ? "x".repeat(2 << 20) : "v" + i;
                proposals.add(leader.propose(append("k" + i, text)));
            }
            for (CompletableFuture<byte[]> proposal : proposals) {
                proposal.get(TestReplicas.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            }

            replicas.awaitSameDigest();
        }
    }

    @Test
    void aFollowerThatTakesNothingHoldsUpNeitherProposalsNorReads() throws Exception {
        try (TestReplicas replicas = patientReplicas(ReadMode.READ_INDEX)) {
            replicas.propose(append("k", "v"));
            String leader = replicas.awaitLeader();
            String follower = otherThan(leader, replicas);
            replicas.stop(follower);
            FakePeer deaf = new FakePeer(follower, FakePeer.deaf());
            try (deaf) {
                for (int i = 0; i < 24; i++) {
                    replicas.propose(append("k" + i, "x".repeat(512 << 10)));
                    replicas.group(leader).readBarrier().get(2, TimeUnit.SECONDS);
                }
                assertEquals(leader, replicas.awaitLeader());
            }
            replicas.start(follower);

            replicas.awaitSameDigest();
        }
    }

    @Test
    void aGroupOfOneElectsItself() throws IOException {
        try (TestReplicas replicas = replicas(1)) {
            assertFalse(new String(replicas.propose(append("k", "v")), UTF_8).isEmpty());
        }
    }

    @Test
    void aFollowerRefusesWithTheLeadersAddress() throws IOException {
        try (TestReplicas replicas = replicas(3)) {
            String leader = replicas.awaitLeader();
            String follower = otherThan(leader, replicas);
            TestReplicas.await(
                    "the follower to know the leader",
                    () -> replicas.group(follower).leadership().leaderRaftAddress());

            assertEquals(
                    leader,
                    refusal(replicas.group(follower).propose(append("k", "v"))).leaderRaftAddress());
            assertEquals(leader, refusal(replicas.group(follower).readBarrier()).leaderRaftAddress());
        }
    }

    @Test
    void aReadAfterTheBarrierSeesWhatWasAcknowledged() throws Exception {
        for (ReadMode reads : ReadMode.values()) {
            Path root = directory.resolve(reads.name());
            try (TestReplicas replicas = new TestReplicas(root, 3, new RegisterMachine(), reads)) {
                byte[] written = replicas.propose(append("k", "v"));
                ReplicatedGroup leader = replicas.group(replicas.awaitLeader());

                leader.readBarrier().get(10, TimeUnit.SECONDS);

                try (StateView view = leader.view()) {
                    byte[] read = view.get(RegisterMachine.key("k")).orElseThrow();
                    assertEquals(new String(written, UTF_8), new String(read, UTF_8));
                }
            }
        }
    }

    @Test
    void leadershipMovesWhenTheLeaderStops() throws IOException {
        try (TestReplicas replicas = replicas(3)) {
            replicas.propose(append("k", "v"));
            String first = replicas.awaitLeader();
            replicas.stop(first);

            String second = replicas.awaitLeader();
            replicas.propose(append("k", "w"));
            replicas.start(first);

            assertTrue(!second.equals(first));
            replicas.awaitSameDigest();
        }
    }

    @Test
    void steppingDownHandsLeadershipOverAndListenersHear() throws IOException {
        try (TestReplicas replicas = replicas(3)) {
            String first = replicas.awaitLeader();
            List<Leadership> heard = new CopyOnWriteArrayList<>();
            replicas.propose(append("k", "v"));
            replicas.group(first).addListener(heard::add);

            replicas.group(first).stepDown();

            TestReplicas.await("another leader", () -> {
                String now = replicas.awaitLeader();
                return now.equals(first) ? "" : now;
            });
            TestReplicas.await("the old leader to follow", () -> {
                Leadership now = heard.get(heard.size() - 1);
                return now.leads() ? "" : now.leaderRaftAddress();
            });
            assertTrue(heard.get(0).leads());
        }
    }

    @Test
    void membersAreAddedAsLearnersAndVotersAndRemoved() throws Exception {
        try (TestReplicas replicas = replicas(1)) {
            replicas.propose(append("k", "v"));
            String leader = replicas.awaitLeader();
            String added = TestReplicas.freeAddress();
            replicas.startEmpty(added);

            replicas.group(leader).addMember(new Member(added, false)).get(10, TimeUnit.SECONDS);
            assertEquals(
                    List.of(new Member(leader, true), new Member(added, false)),
                    replicas.group(leader).members());
            replicas.awaitSameDigest();

            replicas.group(leader).addMember(new Member(added, true)).get(10, TimeUnit.SECONDS);
            assertTrue(replicas.group(leader).members().contains(new Member(added, true)));
            replicas.propose(append("k", "w"));
            replicas.awaitSameDigest();

            replicas.group(leader).removeMember(added).get(10, TimeUnit.SECONDS);
            assertEquals(
                    List.of(new Member(leader, true)), replicas.group(leader).members());
        }
    }

    /** While it is waited for, entries without effect are proposed. */
    @Test
    void aSecondVoterThatTakesNoEntriesDoesNotCountAndTheStateStaysTheSame() throws Exception {
        try (TestReplicas replicas = replicas(1)) {
            replicas.propose(append("k", "v"));
            String leader = replicas.awaitLeader();
            String added = TestReplicas.freeAddress();
            CompletableFuture<Void> change;
            AtomicInteger entries = new AtomicInteger();
            FakePeer behind = new FakePeer(added, FakePeer.aliveButBehind(entries));
            try (behind) {
                change = replicas.group(leader).addMember(new Member(added, true));
                TestReplicas.await("entries without effect", () -> entries.get() >= 2 ? "two" : "");
                assertFalse(change.isDone());
            }
            assertThrows(ExecutionException.class, () -> change.get(20, TimeUnit.SECONDS));
            assertTrue(replicas.group(leader).leadership().leads());

            replicas.startEmpty(added);
            replicas.group(leader).addMember(new Member(added, true)).get(20, TimeUnit.SECONDS);
            replicas.awaitSameDigest();
            replicas.stop(added);
            replicas.start(added);
            replicas.propose(append("k", "w"));
            replicas.awaitSameDigest();
        }
    }

    @Test
    void aBugInTheMachineHaltsTheReplicaAndIsNotAcknowledged() throws Exception {
        try (TestReplicas replicas = replicas(1)) {
            replicas.propose(append("k", "v"));
            ReplicatedGroup group = replicas.group(replicas.awaitLeader());

            CompletableFuture<byte[]> outcome = group.propose(Proposal.idempotent("fail".getBytes(UTF_8)));

            assertThrows(ExecutionException.class, () -> outcome.get(10, TimeUnit.SECONDS));
            assertFalse(group.leadership().leads());
            refusal(group.propose(append("k", "w")));
        }
    }

    @Test
    void proposalsAboveTheBoundAreRefusedAndTheOthersApplied() throws IOException {
        try (TestReplicas replicas = replicas(1)) {
            String leader = replicas.awaitLeader();
            List<CompletableFuture<byte[]>> proposals = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                proposals.add(replicas.group(leader).propose(append("k", "v")));
            }

            int applied = 0;
            for (CompletableFuture<byte[]> proposal : proposals) {
                try {
                    proposal.join();
                    applied++;
                } catch (CompletionException e) {
                    assertInstanceOf(NotLeaderException.class, e.getCause());
                }
            }
            assertTrue(applied >= 1000, "applied: " + applied);
        }
    }

    private TestReplicas replicas(int founders) throws IOException {
        return new TestReplicas(directory, founders, new RegisterMachine(), ReadMode.LEASE);
    }

    /** Three whose leader stays, however slow the disk. */
    private TestReplicas patientReplicas(ReadMode reads) throws IOException {
        return new TestReplicas(directory, 3, new RegisterMachine(), reads, Duration.ofSeconds(3));
    }

    private static NotLeaderException refusal(CompletableFuture<?> future) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(NotLeaderException.class, failure.getCause());
    }

    private static String otherThan(String address, TestReplicas replicas) {
        return replicas.addresses().stream()
                .filter(other -> !other.equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static Proposal append(String key, String text) {
        return Proposal.idempotent(("append " + key + " " + text).getBytes(UTF_8));
    }
}
