package io.dbfs.supernode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one process of the supernode is started with.
 *
 * @param apiBind "host:port" its API listens on
 * @param self this process; one of {@code members}
 * @param members 1, 3 or 5 processes, the same list at each of them
 * @param dataDir holds the state and the Raft log; nothing else
 * @param electionTimeout a follower that hears nothing for this long stands for election
 * @param sessionLease a mounted daemon that is silent for this long has lost its session
 * @param reserveBytes free space of the disk below which nothing is taken that makes the namespace grow
 * @param leaseReads read by the leader's lease, trusting that clocks run at the same rate; otherwise each read asks a
 *     majority
 */
public record SupernodeConfig(
        String apiBind,
        SupernodeMember self,
        List<SupernodeMember> members,
        Path dataDir,
        Duration electionTimeout,
        Duration sessionLease,
        long reserveBytes,
        boolean leaseReads) {
    /** Long enough for a loaded host to be late, short enough for a new leader within two seconds. */
    public static final Duration DEFAULT_ELECTION_TIMEOUT = Duration.ofMillis(800);

    /** Outlasts an election and a restart of the supernode. */
    public static final Duration DEFAULT_SESSION_LEASE = Duration.ofSeconds(30);

    /** Room for the log and the state, whose databases write anew what they merge. */
    public static final long DEFAULT_RESERVE_BYTES = 128L << 20;

    private static final Set<Integer> GROUP_SIZES = Set.of(1, 3, 5);

    public SupernodeConfig {
        members = List.copyOf(members);
        if (!GROUP_SIZES.contains(members.size())) {
            throw new IllegalArgumentException("supernode members: " + members.size() + " (expected: 1, 3 or 5)");
        }
        if (!members.contains(self)) {
            throw new IllegalArgumentException(
                    "supernode members: " + members + " (expected: " + self + " among them)");
        }
        requireDistinct(members.stream().map(SupernodeMember::apiAddress).toList());
        requireDistinct(members.stream().map(SupernodeMember::raftAddress).toList());
        requirePositive("election timeout", electionTimeout);
        requirePositive("session lease", sessionLease);
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserve: " + reserveBytes + " (expected: >= 0)");
        }
    }

    /** This process of a group with the defaults for everything else; the API is bound where others reach it. */
    public static SupernodeConfig of(SupernodeMember self, List<SupernodeMember> members, Path dataDir) {
        return new SupernodeConfig(
                self.apiAddress(),
                self,
                members,
                dataDir,
                DEFAULT_ELECTION_TIMEOUT,
                DEFAULT_SESSION_LEASE,
                DEFAULT_RESERVE_BYTES,
                true);
    }

    private static void requireDistinct(List<String> addresses) {
        if (new HashSet<>(addresses).size() != addresses.size()) {
            throw new IllegalArgumentException("supernode addresses: " + addresses + " (expected: distinct)");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
