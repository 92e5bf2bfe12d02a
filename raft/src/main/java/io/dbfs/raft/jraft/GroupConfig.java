package io.dbfs.raft.jraft;

import io.dbfs.raft.ReplicatedGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One replica of one group.
 *
 * @param groupId the same on every replica; a letter, then letters, digits, '-' and '_'
 * @param raftAddress "host:port" of this replica's Raft endpoint, which other replicas reach it by; its identity
 * @param initialMembers who founds the group; ignored once the replica has a log. Empty: waits to be added to a group
 * @param directory of this replica's log, vote and snapshots; on the file system of the state, so that snapshots are
 *     hard links
 * @param electionTimeout silence of a leader after which the others elect one; up to twice that passes
 * @param snapshotInterval how often the log is trimmed, where anything was applied since
 */
public record GroupConfig(
        String groupId,
        String raftAddress,
        List<Member> initialMembers,
        Path directory,
        Duration electionTimeout,
        ReadMode reads,
        Duration snapshotInterval) {
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SNAPSHOT_INTERVAL = Duration.ofMinutes(1);

    public GroupConfig {
        initialMembers = List.copyOf(initialMembers);
        if (electionTimeout.toMillis() < 100) {
            throw new IllegalArgumentException("electionTimeout: " + electionTimeout + " (expected: >= 100 ms)");
        }
        if (snapshotInterval.toSeconds() < 1) {
            throw new IllegalArgumentException("snapshotInterval: " + snapshotInterval + " (expected: >= 1 s)");
        }
    }

    /** A replica with the default timings, which reads by its lease. */
    public static GroupConfig of(String groupId, String raftAddress, List<Member> initialMembers, Path directory) {
        return new GroupConfig(
                groupId, raftAddress, initialMembers, directory, ELECTION_TIMEOUT, ReadMode.LEASE, SNAPSHOT_INTERVAL);
    }

    /** The same with another way to read. */
    public GroupConfig withReads(ReadMode other) {
        return new GroupConfig(
                groupId, raftAddress, initialMembers, directory, electionTimeout, other, snapshotInterval);
    }

    /** The same with another election timeout. */
    public GroupConfig withElectionTimeout(Duration other) {
        return new GroupConfig(groupId, raftAddress, initialMembers, directory, other, reads, snapshotInterval);
    }
}
