package io.dbfs.cluster.chunk;

import java.nio.file.Path;

/**
 * Settings of a {@link FileChunkStore}.
 *
 * @param root its directory, made when missing
 * @param reserveBytes free space of the disk that chunks never take
 * @param usualChunkBytes room that a chunk about to be written is taken to need
 * @param openFilesMax files kept open for reading
 * @param syncThreads threads that make chunks durable
 * @param pendingSyncsMax chunks waiting to be made durable; beyond them whoever seals one does it itself
 * @param directIo whether long pieces are written and read past the page cache, where the filesystem can do that
 */
public record ChunkStoreOptions(
        Path root,
        long reserveBytes,
        int usualChunkBytes,
        int openFilesMax,
        int syncThreads,
        int pendingSyncsMax,
        boolean directIo) {
    private static final int USUAL_CHUNK_BYTES = 8 << 20;
    private static final int OPEN_FILES_MAX = 256;
    private static final int SYNC_THREADS = 2;
    private static final int PENDING_SYNCS_MAX = 256;

    public ChunkStoreOptions {
        requirePositive("openFilesMax", openFilesMax);
        requirePositive("syncThreads", syncThreads);
        requirePositive("pendingSyncsMax", pendingSyncsMax);
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserveBytes: " + reserveBytes + " (expected: >= 0)");
        }
    }

    /** The usual settings. */
    public static ChunkStoreOptions of(Path root, long reserveBytes) {
        return new ChunkStoreOptions(
                root, reserveBytes, USUAL_CHUNK_BYTES, OPEN_FILES_MAX, SYNC_THREADS, PENDING_SYNCS_MAX, true);
    }

    /** The same, past the page cache or through it. */
    public ChunkStoreOptions withDirectIo(boolean direct) {
        return new ChunkStoreOptions(
                root, reserveBytes, usualChunkBytes, openFilesMax, syncThreads, pendingSyncsMax, direct);
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
