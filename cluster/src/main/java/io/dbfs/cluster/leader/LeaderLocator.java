package io.dbfs.cluster.leader;

import java.util.Optional;

/** Knows where the cluster's leader serves its API. Thread-safe, does not block. */
@FunctionalInterface
public interface LeaderLocator {
    /** "host:port" of the leader's API, as far as this process knows. */
    Optional<String> leaderAddress();
}
