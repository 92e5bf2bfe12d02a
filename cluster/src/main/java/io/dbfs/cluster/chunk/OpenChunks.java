package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.bulk.ChunkFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chunk files open for reading: the most recently used of them, up to a bound. Thread-safe. */
final class OpenChunks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpenChunks.class);
    private static final int ATTEMPTS_MAX = 3;

    private final ChunkFiles files;
    private final int openMax;
    private final Object lock = new Object();
    private final Map<ChunkId, OpenChunk> open = new LinkedHashMap<>(16, 0.75f, true);
    /** Counts invalidations, so that a file opened before one is not kept after it. */
    private long invalidations;

    OpenChunks(ChunkFiles files, int openMax) {
        this.files = files;
        this.openMax = openMax;
    }

    /** A way to read from a chunk's file. */
    interface Reading<T> {
        T from(OpenChunk chunk, ByteBuffer target) throws IOException;
    }

    /**
     * Reads from a chunk. An interrupt closes the file under every reader (that is how channels are); each of them then opens
     * it again, and the interrupted one keeps its interrupt for later.
     */
    <T> T read(ChunkId id, ByteBuffer target, Reading<T> reading) throws IOException {
        boolean interrupted = false;
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    ByteBuffer rest = target.duplicate();
                    T result = readOnce(id, rest, reading);
                    target.position(rest.position());
                    return result;
                } catch (ClosedChannelException e) {
                    if (attempt == ATTEMPTS_MAX) {
                        throw e;
                    }
                    interrupted |= e instanceof ClosedByInterruptException && Thread.interrupted();
                    invalidate(id);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whole blocks of a chunk, which is kept open for them; empty when they are not whole. */
    Optional<ChunkRange> range(ChunkId id, int offset, int bytes) throws IOException {
        OpenChunk chunk = acquire(id);
        if (chunk.isWholeBlocks(offset, bytes)) {
            return Optional.of(new ChunkRange(chunk, offset, bytes, () -> release(chunk)));
        }
        release(chunk);
        return Optional.empty();
    }

    /** Where a chunk lies, for those who read it themselves. */
    ChunkFile file(ChunkId id, boolean direct) throws IOException {
        OpenChunk chunk = acquire(id);
        try {
            return chunk.file(files.sealed(id), direct);
        } finally {
            release(chunk);
        }
    }

    private <T> T readOnce(ChunkId id, ByteBuffer target, Reading<T> reading) throws IOException {
        OpenChunk chunk = acquire(id);
        try {
            return reading.from(chunk, target);
        } finally {
            release(chunk);
        }
    }

    /** Forgets a chunk's file: it was deleted, or closed by an interrupt. */
    void invalidate(ChunkId id) {
        OpenChunk removed;
        synchronized (lock) {
            invalidations++;
            removed = open.remove(id);
        }
        if (removed != null) {
            release(removed);
        }
    }

    private OpenChunk acquire(ChunkId id) throws IOException {
        long seen;
        synchronized (lock) {
            seen = invalidations;
            OpenChunk chunk = open.get(id);
            if (chunk != null) {
                chunk.owners++;
                return chunk;
            }
        }
        // Opened outside of the lock: a slow disk holds up only those who want this chunk.
        OpenChunk opened = OpenChunk.open(files.sealed(id), id);
        keep(id, opened, seen);
        return opened;
    }

    private void keep(ChunkId id, OpenChunk opened, long seen) {
        OpenChunk evicted = null;
        synchronized (lock) {
            if (seen != invalidations || open.containsKey(id)) {
                return;
            }
            opened.owners++;
            open.put(id, opened);
            if (open.size() > openMax) {
                var eldest = open.values().iterator();
                evicted = eldest.next();
                eldest.remove();
            }
        }
        if (evicted != null) {
            release(evicted);
        }
    }

    private void release(OpenChunk chunk) {
        synchronized (lock) {
            if (--chunk.owners > 0) {
                return;
            }
        }
        try {
            chunk.close();
        } catch (IOException e) {
            // It was read only: nothing is lost but a descriptor.
            log.warn("close of a chunk file failed: {}", e.toString());
        }
    }

    @Override
    public void close() {
        while (true) {
            ChunkId id;
            synchronized (lock) {
                if (open.isEmpty()) {
                    return;
                }
                id = open.keySet().iterator().next();
            }
            invalidate(id);
        }
    }
}
