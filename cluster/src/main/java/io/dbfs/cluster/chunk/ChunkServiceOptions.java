package io.dbfs.cluster.chunk;

import java.time.Duration;

/**
 * Settings of a {@link ChunkService}.
 *
 * @param uploadsMax chunks being received at once; more are refused with EBUSY
 * @param readsMax chunks being sent at once; more wait
 * @param readsWaitingMax reads that wait; more are refused with EBUSY
 * @param readFrameBytes payload of a frame when reading
 * @param stallTimeout an upload in which nothing has moved for this long is dropped, and a next node of a chain given up
 */
public record ChunkServiceOptions(
        int uploadsMax, int readsMax, int readsWaitingMax, int readFrameBytes, Duration stallTimeout) {
    private static final int UPLOADS_MAX = 256;
    private static final int READS_MAX = 64;
    private static final int READS_WAITING_MAX = 1024;
    private static final int READ_FRAME_BYTES = 256 * 1024;
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(10);

    /** The usual settings. */
    public static ChunkServiceOptions defaults() {
        return new ChunkServiceOptions(UPLOADS_MAX, READS_MAX, READS_WAITING_MAX, READ_FRAME_BYTES, STALL_TIMEOUT);
    }
}
