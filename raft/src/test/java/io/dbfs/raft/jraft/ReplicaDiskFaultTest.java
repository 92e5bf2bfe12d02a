package io.dbfs.raft.jraft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicaHealth.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplicaDiskFaultTest {
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
    void aReplicaWhoseDiskWasFullTakesPartAgainWhenThereIsSpace() throws IOException {
        proposeMany(10);
        String victim = aFollower();
        replicas.faults().fill(victim);
        proposeMany(10);
        awaitState(victim, State.HALTED);
        TestReplicas.await("the reason", () -> health(victim).contains("0 MiB left") ? "said" : "");
        // Two of three go on.
        proposeMany(10);
        replicas.faults().free(victim);
        awaitState(victim, State.RUNNING);
        replicas.awaitSameDigest();

        // It counts: with another one down the two are a majority.
        String other = replicas.addresses().stream()
                .filter(address -> !address.equals(victim) && !address.equals(replicas.awaitLeader()))
                .findFirst()
                .orElseThrow();
        replicas.stop(other);
        proposeMany(10);
        replicas.awaitSameDigest();
        assertEquals("", replicas.fatal(victim));
    }

    @Test
    void aReplicaOnAFileSystemThatWasFullTakesPartAgain() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts a small file system");
        proposeMany(3);
        replicas.awaitSameDigest();
        String victim = aFollower();
        Path home = replicas.directory(victim);
        replicas.stop(victim);
        Path moved = home.resolveSibling("moved");
        Files.move(home, moved);
        Files.createDirectory(home);
        run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", home.toString());
        try {
            run("cp", "-a", moved + "/.", home.toString());
            replicas.start(victim);
            replicas.awaitSameDigest();
            Path ballast = home.resolve("ballast");
            fill(ballast);
            String value = "v".repeat(60_000);
            TestReplicas.await("a replica that halts", () -> {
                propose("append b" + sequence + " " + value);
                return replicas.group(victim).health().state() == State.HALTED ? "halted" : "";
            });
            Files.delete(ballast);
            awaitState(victim, State.RUNNING);
            proposeMany(3);
            replicas.awaitSameDigest();
            replicas.stop(victim);
        } finally {
            replicas.stop(victim);
            run("umount", "-l", home.toString());
        }
    }

    @Test
    void aLeaderWhoseDiskFailsIsReplacedAndComesBack() throws IOException {
        proposeMany(5);
        String leader = replicas.awaitLeader();
        replicas.faults().breakDisk(leader);
        proposeMany(5);
        awaitState(leader, State.HALTED);
        replicas.faults().mendDisk(leader);
        awaitState(leader, State.RUNNING);
        replicas.awaitSameDigest();
    }

    @Test
    void aReplicaWithADamagedLogIsFilledAgainByTheOthers() throws IOException {
        proposeMany(20);
        replicas.awaitSameDigest();
        String victim = aFollower();
        replicas.stop(victim);
        damageLog(victim);
        proposeMany(20);

        replicas.start(victim);
        assertEquals(State.REFILLING, replicas.group(victim).health().state());
        proposeMany(20);
        awaitState(victim, State.RUNNING);

        replicas.awaitSameDigest();
        assertEquals(1, setAside(victim, "log.damaged-"));
        // What it was given is its own: it leads when it has to.
        replicas.stop(victim);
        replicas.start(victim);
        assertEquals(State.RUNNING, replicas.group(victim).health().state());
        replicas.awaitSameDigest();
    }

    @Test
    void aReplicaWithADamagedStateIsFilledAgainBySnapshot() throws Exception {
        proposeMany(20);
        String victim = aFollower();
        for (String address : replicas.addresses()) {
            replicas.group(address).snapshot().get();
        }
        replicas.awaitSameDigest();
        replicas.stop(victim);
        try (Stream<Path> files = Files.walk(replicas.directory(victim).resolve("state"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                Files.write(file, new byte[100]);
            }
        }

        replicas.start(victim);
        assertEquals(State.REFILLING, replicas.group(victim).health().state());
        awaitState(victim, State.RUNNING);

        replicas.awaitSameDigest();
        assertEquals(1, setAside(victim, "state.damaged-"));
    }

    @Test
    void aReplicaWhoseLogWasRemovedIsFilledAgain() throws IOException {
        proposeMany(20);
        replicas.awaitSameDigest();
        String victim = aFollower();
        replicas.stop(victim);
        Path home = replicas.directory(victim);
        Files.move(home.resolve("log"), home.resolve("elsewhere"));

        replicas.start(victim);
        assertEquals(State.REFILLING, replicas.group(victim).health().state());
        awaitState(victim, State.RUNNING);

        replicas.awaitSameDigest();
    }

    @Test
    void aReplicaThatLostItsLogDoesNotElectOneThatLacksWhatItAcknowledged() throws IOException {
        proposeMany(5);
        replicas.awaitSameDigest();
        String leader = replicas.awaitLeader();
        List<String> followers = replicas.addresses().stream()
                .filter(address -> !address.equals(leader))
                .toList();
        String behind = followers.get(0);
        String victim = followers.get(1);
        // Acknowledged by leader and victim alone.
        replicas.stop(behind);
        proposeMany(20);
        String digest = replicas.awaitSameDigest();
        replicas.stop(victim);
        replicas.stop(leader);
        damageLog(victim);

        replicas.start(behind);
        replicas.start(victim);
        awaitState(victim, State.REFILLING);
        // The two are a majority by number, and would elect the one that is behind.
        long end = System.nanoTime()
                + TestReplicas.ELECTION_TIMEOUT.multipliedBy(15).toNanos();
        TestReplicas.await("end of several elections", () -> {
            assertTrue(
                    replicas.addresses().stream()
                            .noneMatch(address ->
                                    replicas.group(address).leadership().leads()),
                    "a replica leads that lacks what was acknowledged");
            return System.nanoTime() >= end ? "over" : "";
        });

        replicas.start(leader);
        awaitState(victim, State.RUNNING);
        assertEquals(content(digest), content(replicas.awaitSameDigest()));
    }

    @Test
    void aSingleReplicaWithADamagedLogIsNotStarted() throws IOException {
        replicas.close();
        replicas = new TestReplicas(directory.resolve("single"), 1, new RegisterMachine(), ReadMode.LEASE);
        proposeMany(5);
        String only = replicas.addresses().get(0);
        replicas.stop(only);
        Path damaged = damageLog(only);

        String said = String.valueOf(
                assertThrows(IOException.class, () -> replicas.start(only)).getMessage());

        assertTrue(said.startsWith(damaged + " is damaged: it has records up to index "), said);
        assertTrue(said.contains("at offset "), said);
        assertTrue(said.contains("from a backup"), said);
        assertEquals(0, setAside(only, "log.damaged-"));
    }

    private void awaitState(String address, State state) {
        TestReplicas.await(
                state + " of " + address, () -> replicas.group(address).health().state() == state ? "reached" : "");
    }

    private String health(String address) {
        return replicas.group(address).health().detail();
    }

    private long setAside(String address, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(replicas.directory(address))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }

    /** Flips a bit of the last record of a stopped replica's log. */
    private Path damageLog(String address) throws IOException {
        try (Stream<Path> files = Files.list(replicas.directory(address).resolve("log"))) {
            Path newest = files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{16}"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(newest);
            int last = bytes.length - 1;
            while (bytes[last] == 0) {
                last--;
            }
            try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[last] ^ 1)}), last);
            }
            return newest;
        }
    }

    /** A digest without the index, which elections raise. */
    private static String content(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
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

    private static void fill(Path file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                channel.write(zeros.rewind());
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), String.join(" ", command));
    }

    private String aFollower() {
        String leader = replicas.awaitLeader();
        return replicas.addresses().stream()
                .filter(address -> !address.equals(leader))
                .findFirst()
                .orElseThrow();
    }
}
