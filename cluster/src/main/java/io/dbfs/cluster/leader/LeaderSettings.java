package io.dbfs.cluster.leader;

import java.time.Duration;

/**
 * How a leader runs its cluster.
 *
 * @param replicas copies of each chunk; only the settings of the leader that forms the cluster count
 * @param minReplicas copies that suffice for an acknowledgement
 * @param chunkSizeBytes the largest chunk clients are to write
 * @param suspectAfter silence after which a node gets no new chunks
 * @param deadAfter silence after which a node's copies do not count any more
 * @param restartTimeout how long a node that stopped in order is waited for; where it is shorter than {@code deadAfter},
 *     that counts
 * @param placementValid how long a client may hold on to a placement
 * @param voidAfter how long after its allocation a chunk may still be committed; longer than {@code placementValid}
 * @param checkChunksEvery how often a node compares all of its chunks with the records
 * @param lockLease silence after which a mount has lost its locks
 */
public record LeaderSettings(
        int replicas,
        int minReplicas,
        int chunkSizeBytes,
        Duration suspectAfter,
        Duration deadAfter,
        Duration restartTimeout,
        Duration placementValid,
        Duration voidAfter,
        Duration checkChunksEvery,
        Duration lockLease) {
    public LeaderSettings {
        if (minReplicas < 1 || replicas < minReplicas) {
            throw new IllegalArgumentException("replicas: " + replicas + ", at least " + minReplicas
                    + " (expected: 1 <= min_replicas <= replicas)");
        }
        if (suspectAfter.compareTo(deadAfter) > 0) {
            throw new IllegalArgumentException(
                    "suspectAfter: " + suspectAfter + " (expected: at most deadAfter, " + deadAfter + ")");
        }
        if (placementValid.compareTo(voidAfter) >= 0) {
            throw new IllegalArgumentException(
                    "placementValid: " + placementValid + " (expected: below voidAfter, " + voidAfter + ")");
        }
    }

    /** The defaults for so many copies. */
    public static LeaderSettings of(int replicas, int minReplicas, int chunkSizeBytes) {
        return new LeaderSettings(
                replicas,
                minReplicas,
                chunkSizeBytes,
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofSeconds(30));
    }

    /** These settings with other times of silence. */
    public LeaderSettings withSilence(Duration suspect, Duration dead) {
        return new LeaderSettings(
                replicas,
                minReplicas,
                chunkSizeBytes,
                suspect,
                dead,
                restartTimeout,
                placementValid,
                voidAfter,
                checkChunksEvery,
                lockLease);
    }

    /** These settings with another time for which a node that stopped in order is waited for. */
    public LeaderSettings withRestartTimeout(Duration timeout) {
        return new LeaderSettings(
                replicas,
                minReplicas,
                chunkSizeBytes,
                suspectAfter,
                deadAfter,
                timeout,
                placementValid,
                voidAfter,
                checkChunksEvery,
                lockLease);
    }

    /** These settings with another time after which a silent mount's locks are dropped. */
    public LeaderSettings withLockLease(Duration lease) {
        return new LeaderSettings(
                replicas,
                minReplicas,
                chunkSizeBytes,
                suspectAfter,
                deadAfter,
                restartTimeout,
                placementValid,
                voidAfter,
                checkChunksEvery,
                lease);
    }
}
