package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.raft.Proposal;
import io.dbfs.raft.StateView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JRaftRecoveryTest {
    private static final long CLIENT = 7;

    @TempDir
    Path directory;

    private TestReplicas replicas;
    private long sequence;

    @BeforeEach
    void startReplicas() throws IOException {
        replicas = new TestReplicas(directory.resolve("group"), 3, new RegisterMachine(), ReadMode.LEASE);
    }

    @AfterEach
    void stopReplicas() {
        replicas.close();
    }

    @Test
    void randomCommandsStopsAndSnapshotsLeaveReplicasIdentical() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed of randomCommandsStopsAndSnapshotsLeaveReplicasIdentical: " + seed);
        Random random = new Random(seed);
        long counted = 0;
        String away = "";
        for (int step = 0; step < 400; step++) {
            switch (random.nextInt(40)) {
                case 0, 1 -> away = toggle(away, random);
                case 2 -> snapshot(replicas.awaitLeader());
                case 3 -> replicas.group(replicas.awaitLeader()).stepDown();
                case 4, 5, 6, 7, 8, 9, 10 -> {
                    propose("count c");
                    counted++;
                }
                case 11 -> propose("clear k" + random.nextInt(4));
                default -> propose("append k" + random.nextInt(4) + random.nextInt(8) + " v" + step);
            }
        }
        if (!away.isEmpty()) {
            replicas.start(away);
        }
        replicas.awaitSameDigest();
        try (StateView view = replicas.store(replicas.awaitLeader()).view()) {
            assertEquals(counted, RegisterMachine.number(view, "c"));
        }
    }

    @Test
    void aRetryAtANewLeaderReturnsTheFirstOutcome() throws IOException {
        Proposal proposal = new Proposal(CLIENT, 1, 1, "append k v".getBytes(UTF_8));
        byte[] first = replicas.propose(proposal);
        String old = replicas.awaitLeader();
        replicas.stop(old);

        byte[] second = replicas.propose(proposal);

        assertNotEquals(old, replicas.awaitLeader());
        assertEquals(new String(first, UTF_8), new String(second, UTF_8));
    }

    @Test
    void everythingIsThereAfterAllReplicasRestart() throws IOException {
        proposeMany(50);
        String before = replicas.awaitSameDigest();
        var all = replicas.addresses();
        for (String address : all) {
            replicas.stop(address);
        }
        for (String address : all) {
            replicas.start(address);
        }
        replicas.awaitLeader();

        assertEquals(before, replicas.awaitSameDigest());
    }

    @Test
    void aReplicaThatWasAwayForLongInstallsASnapshot() throws Exception {
        String away = aFollower();
        replicas.stop(away);
        for (int round = 0; round < 3; round++) {
            proposeMany(40);
            for (String address : replicas.addresses()) {
                snapshot(address);
            }
        }
        replicas.start(away);

        replicas.awaitSameDigest();
        assertTrue(replicas.wasRestored(away));
    }

    @Test
    void aStoreNewerThanTheSnapshotIsKept() throws Exception {
        proposeMany(30);
        String follower = aFollower();
        snapshot(follower);
        proposeMany(30);
        replicas.awaitSameDigest();
        replicas.stop(follower);
        replicas.start(follower);
        proposeMany(10);

        replicas.awaitSameDigest();
        assertFalse(replicas.wasRestored(follower));
    }

    @Test
    void aStoreThatLostItsNewestWritesReplaysThem() throws Exception {
        proposeMany(30);
        String follower = aFollower();
        replicas.awaitSameDigest();
        Path older = directory.resolve("older");
        replicas.store(follower).checkpoint(older);
        proposeMany(30);
        replicas.awaitSameDigest();
        replicas.stop(follower);
        replicas.replaceState(follower, older);
        replicas.start(follower);

        replicas.awaitSameDigest();
    }

    @Test
    void aStoreOlderThanTheSnapshotIsReplacedByIt() throws Exception {
        proposeMany(30);
        String follower = aFollower();
        replicas.awaitSameDigest();
        Path older = directory.resolve("older");
        replicas.store(follower).checkpoint(older);
        for (int round = 0; round < 2; round++) {
            proposeMany(30);
            replicas.awaitSameDigest();
            snapshot(follower);
        }
        proposeMany(30);
        replicas.awaitSameDigest();
        replicas.stop(follower);
        replicas.replaceState(follower, older);
        replicas.start(follower);

        replicas.awaitSameDigest();
    }

    @Test
    void aLostStoreIsBuiltAnewFromSnapshotAndLog() throws Exception {
        proposeMany(30);
        String follower = aFollower();
        replicas.awaitSameDigest();
        snapshot(follower);
        proposeMany(30);
        replicas.stop(follower);
        replicas.loseState(follower);
        replicas.start(follower);

        replicas.awaitSameDigest();
    }

    private String toggle(String away, Random random) throws IOException {
        if (!away.isEmpty()) {
            replicas.start(away);
            return "";
        }
        String stopped = replicas.addresses().get(random.nextInt(3));
        replicas.stop(stopped);
        return stopped;
    }

    private void proposeMany(int count) {
        for (int i = 0; i < count; i++) {
            propose("append k" + i % 9 + " v" + i);
        }
    }

    private void propose(String command) {
        sequence++;
        replicas.propose(new Proposal(CLIENT, sequence, sequence, command.getBytes(UTF_8)));
    }

    private void snapshot(String address) throws Exception {
        replicas.group(address).snapshot().get(10, TimeUnit.SECONDS);
    }

    private String aFollower() {
        String leader = replicas.awaitLeader();
        return replicas.addresses().stream()
                .filter(address -> !address.equals(leader))
                .findFirst()
                .orElseThrow();
    }
}
