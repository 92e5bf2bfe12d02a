package io.dbfs.daemon.chunk;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of a {@link GrpcChunkTransport}.
 *
 * @param frameBytes payload of a frame when writing: a multiple of 64 KiB, at most 1 MiB
 * @param readTimeout how long one replica may take for one read
 * @param stallTimeout how long a chain may take nothing, or may take to answer
 * @param syncTimeout how long a node may take to make chunks durable
 * @param hedgeAfterMin a read is never asked of a second replica before this
 * @param localHosts names and addresses of this host: replicas there are read first
 */
public record ChunkTransportOptions(
        int frameBytes,
        Duration readTimeout,
        Duration stallTimeout,
        Duration syncTimeout,
        Duration hedgeAfterMin,
        Set<String> localHosts) {
    /** Of 128 KiB, 256 KiB and 1 MiB this took the least processor time. */
    private static final int FRAME_BYTES = 256 * 1024;

    private static final int FRAME_BYTES_MAX = 1024 * 1024;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(6);
    /** Longer than a node's own, so that the node nearest to the fault is the one that reports it. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(14);

    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration HEDGE_AFTER_MIN = Duration.ofMillis(50);

    public ChunkTransportOptions {
        localHosts = Set.copyOf(localHosts);
        if (frameBytes <= 0 || frameBytes > FRAME_BYTES_MAX || frameBytes % (64 * 1024) != 0) {
            throw new IllegalArgumentException(
                    "frameBytes: " + frameBytes + " (expected: a multiple of 65536, at most " + FRAME_BYTES_MAX + ")");
        }
    }

    /** The usual settings. */
    public static ChunkTransportOptions defaults(Set<String> localHosts) {
        return new ChunkTransportOptions(
                FRAME_BYTES, READ_TIMEOUT, STALL_TIMEOUT, SYNC_TIMEOUT, HEDGE_AFTER_MIN, localHosts);
    }
}
