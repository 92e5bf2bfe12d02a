package io.dbfs.cluster.chunk;

import java.time.Duration;

/**
 * Settings of a {@link ChunkService}.
 *
 * @param uploadsMax chunks being received at once; more are refused with EBUSY
 * @param readsMax reads being answered at once; more wait
 * @param readWait how long a read waits for its turn until it is refused with EBUSY
 * @param readFrameBytes payload of a frame when reading
 * @param stallTimeout an exchange in which nothing has moved for this long is given up, and a next node of a chain as well
 */
public record ChunkServiceOptions(
        int uploadsMax, int readsMax, Duration readWait, int readFrameBytes, Duration stallTimeout) {
    private static final int UPLOADS_MAX = 256;
    private static final int READS_MAX = 32;
    private static final Duration READ_WAIT = Duration.ofSeconds(4);
    /** The disk is read in such pieces: its read-ahead alone would be an eighth of it. */
    private static final int READ_FRAME_BYTES = 1024 * 1024;

    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(10);

    /** The usual settings. */
    public static ChunkServiceOptions defaults() {
        return new ChunkServiceOptions(UPLOADS_MAX, READS_MAX, READ_WAIT, READ_FRAME_BYTES, STALL_TIMEOUT);
    }
}
