package io.dbfs.daemon.chunk;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of a {@link WireChunkTransport}.
 *
 * @param readTimeout how long one replica may take for one read
 * @param stallTimeout how long a chain may take nothing, or may take to answer
 * @param syncTimeout how long a node may take to make chunks durable
 * @param hedgeAfterMin a read is never asked of a second replica before this
 * @param localHosts names and addresses of this host: replicas there are read first
 * @param readsHostFiles whether files of nodes on this host are read past these
 */
public record ChunkTransportOptions(
        Duration readTimeout,
        Duration stallTimeout,
        Duration syncTimeout,
        Duration hedgeAfterMin,
        Set<String> localHosts,
        boolean readsHostFiles) {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(6);
    /** Longer than a node's own, so that the node nearest to the fault is the one that reports it. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(14);

    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration HEDGE_AFTER_MIN = Duration.ofMillis(50);

    public ChunkTransportOptions {
        localHosts = Set.copyOf(localHosts);
    }

    /** The usual settings. */
    public static ChunkTransportOptions defaults(Set<String> localHosts, boolean readsHostFiles) {
        return new ChunkTransportOptions(
                READ_TIMEOUT, STALL_TIMEOUT, SYNC_TIMEOUT, HEDGE_AFTER_MIN, localHosts, readsHostFiles);
    }
}
