package io.dbfs.raft.jraft;

import io.dbfs.common.host.FreePorts;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireServer;
import io.dbfs.raft.KvStore;
import io.dbfs.raft.Proposal;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.ReplicatedGroup.Member;
import io.dbfs.raft.StateMachine;
import io.dbfs.raft.StateView;
import io.dbfs.raft.rocksdb.RocksKvStore;
import io.dbfs.raft.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Replicas of one group in this process, on loopback, each of which can be stopped and started. */
final class TestReplicas implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(20);
    static final Duration ELECTION_TIMEOUT = Duration.ofMillis(400);
    private static final FreePorts PORTS = new FreePorts(new Random());
    private static final long POLL_NANOS = 2_000_000;

    private final JRaftGroups groups = new JRaftGroups(InstantSource.system(), System::nanoTime);
    private final Path root;
    private final StateMachine machine;
    private final ReadMode reads;
    private final Duration electionTimeout;
    private final List<Member> founders = new ArrayList<>();
    private final Map<String, ReplicatedGroup> running = new TreeMap<>();
    /** Also changed by the threads that open a replica again. */
    private final Map<String, KvStore> stores = new ConcurrentSkipListMap<>();

    private final Map<String, String> fatal = new ConcurrentSkipListMap<>();
    private final DiskFaults faults = new DiskFaults();
    private final Map<String, WireServer> wires = new TreeMap<>();

    TestReplicas(Path root, int founders, StateMachine machine, ReadMode reads) throws IOException {
        this(root, founders, machine, reads, ELECTION_TIMEOUT);
    }

    TestReplicas(Path root, int founders, StateMachine machine, ReadMode reads, Duration electionTimeout)
            throws IOException {
        this.root = root;
        this.machine = machine;
        this.reads = reads;
        this.electionTimeout = electionTimeout;
        for (int i = 0; i < founders; i++) {
            this.founders.add(new Member(freeAddress(), true));
        }
        for (Member founder : this.founders) {
            start(founder.raftAddress());
        }
    }

    static String freeAddress() throws IOException {
        return PORTS.nextLoopback();
    }

    void start(String address) throws IOException {
        startAs(address, founders);
    }

    /** Starts a replica that waits to be added. */
    void startEmpty(String address) throws IOException {
        startAs(address, List.of());
    }

    void stop(String address) {
        ReplicatedGroup group = running.remove(address);
        stores.remove(address);
        if (group != null) {
            group.close();
        }
        WireServer wire = wires.remove(address);
        if (wire != null) {
            wire.close();
        }
    }

    ReplicatedGroup group(String address) {
        ReplicatedGroup group = running.get(address);
        if (group == null) {
            throw new IllegalStateException(address + " is not running");
        }
        return group;
    }

    KvStore store(String address) {
        KvStore store = stores.get(address);
        if (store == null) {
            throw new IllegalStateException(address + " is not running");
        }
        return store;
    }

    List<String> addresses() {
        return List.copyOf(running.keySet());
    }

    /** Makes a stopped replica's state older than its log, as a crash does that takes the unflushed writes. */
    void replaceState(String address, Path checkpoint) throws IOException {
        Path state = directory(address).resolve("state");
        delete(state);
        try (KvStore store = RocksKvStore.open(state, RocksOptions.defaults(), damage -> {})) {
            store.restore(checkpoint);
        }
    }

    /** Whether the stopped or running replica's state was replaced by a snapshot. */
    boolean wasRestored(String address) {
        return Files.exists(directory(address).resolve("state").resolve("state-2"));
    }

    void loseState(String address) throws IOException {
        delete(directory(address).resolve("state"));
    }

    /** What goes wrong with the replicas' disks. */
    DiskFaults faults() {
        return faults;
    }

    /** What a replica's process was asked to end for; empty while it was not. */
    String fatal(String address) {
        return fatal.getOrDefault(address, "");
    }

    String awaitLeader() {
        return await(
                "a leader",
                () -> running.entrySet().stream()
                        .filter(entry -> entry.getValue().leadership().leads())
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(""));
    }

    /** Proposes wherever the leader is, again until there is an outcome. */
    byte[] propose(Proposal proposal) {
        byte[][] outcome = new byte[1][];
        await("an outcome", () -> {
            String leader = awaitLeader();
            try {
                outcome[0] = group(leader).propose(proposal).get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
                return leader;
            } catch (ExecutionException e) {
                return "";
            }
        });
        return outcome[0];
    }

    /** Waits until every running replica has applied the same, and gives the digest of the state they agree on. */
    String awaitSameDigest() {
        // A replica that has just answered has its last commit written by whoever looks.
        running.values().forEach(replica -> replica.view().close());
        await("the same applied index everywhere", () -> {
            long[] indexes = stores.values().stream()
                    .mapToLong(KvStore::appliedIndex)
                    .distinct()
                    .toArray();
            return indexes.length == 1 ? "same" : "";
        });
        List<String> digests =
                stores.values().stream().map(TestReplicas::digest).distinct().toList();
        if (digests.size() != 1) {
            throw new AssertionError("the replicas' states differ: " + digests);
        }
        return digests.get(0);
    }

    static String digest(KvStore store) {
        try (StateView view = store.view()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            view.scan(new byte[0], new byte[0], (key, value) -> {
                digest.update((byte) key.length);
                digest.update(key);
                digest.update((byte) value.length);
                digest.update(value);
                return true;
            });
            return view.index() + ":" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a condition that tells by a text, empty while it does not hold. */
    static String await(String what, Callable<String> condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (System.nanoTime() < end) {
            try {
                String found = condition.call();
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (Exception e) {
                throw new AssertionError("while waiting for " + what, e);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new AssertionError("no " + what + " within " + DEADLINE);
    }

    @Override
    public void close() {
        for (String address : addresses()) {
            stop(address);
        }
        groups.close();
    }

    private void startAs(String address, List<Member> initialMembers) throws IOException {
        Path directory = Files.createDirectories(directory(address));
        GroupConfig config = GroupConfig.of("test", address, initialMembers, directory)
                .withElectionTimeout(electionTimeout)
                .withReads(reads);
        WireServer wire = WireServer.start(HostPort.parse(address).resolve(), List.of());
        wires.put(address, wire);
        ReplicaSpec spec = new ReplicaSpec(
                config,
                machine,
                directory.resolve("state"),
                (state, damaged) -> {
                    KvStore store = faults.wrap(address, RocksKvStore.open(state, RocksOptions.defaults(), damaged));
                    stores.put(address, store);
                    return store;
                },
                () -> faults.usableBytes(address, directory),
                line -> fatal.put(address, line));
        try {
            running.put(address, groups.open(spec, wire));
        } catch (IOException e) {
            wires.remove(address);
            wire.close();
            throw e;
        }
    }

    Path directory(String address) {
        return root.resolve(address.replace(':', '-'));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
