package io.dbfs.common.bulk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.FsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files in which nodes of this host keep chunks, read by this process itself where it may: a third of the processor time of the
 * same bytes sent by the node. (HDFS calls that short-circuit reads.) What a path names is not relied upon, for another root
 * directory may be in force there: the checksums that the node gave decide. Thread-safe.
 */
public final class HostFiles {
    private static final Logger log = LoggerFactory.getLogger(HostFiles.class);
    /** A node whose files could not be read is asked for bytes for so long. */
    private static final Duration AVOIDED = Duration.ofMinutes(1);
    /** Files known at once; one of a chunk of 8 MiB takes about 700 bytes. */
    private static final int KNOWN_MAX = 4096;

    private final LongSupplier nanoClock;
    private final ConcurrentMap<String, Long> avoidedUntilNanos = new ConcurrentHashMap<>();
    private final Map<Key, ChunkFile> known = new LinkedHashMap<>(16, 0.75f, true);

    private record Key(String address, ChunkId chunk) {}

    /** {@code nanoClock} counts nanoseconds from any origin. */
    public HostFiles(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether files of the node at that address are worth asking for. */
    boolean areWanted(String address) {
        Long until = avoidedUntilNanos.get(address);
        return until == null || until - nanoClock.getAsLong() <= 0;
    }

    /** What the node at that address told. */
    void learned(String address, ChunkId chunk, ChunkFile file) {
        synchronized (known) {
            known.put(new Key(address, chunk), file);
            if (known.size() > KNOWN_MAX) {
                var eldest = known.keySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }

    /** Fills {@code target} with verified bytes of the chunk; false when the node is to be asked, with the target undefined. */
    boolean read(String address, ChunkId chunk, int offset, ByteBuffer target) {
        ChunkFile file = find(address, chunk);
        if (file == null || !file.isWholeBlocks(offset, target.remaining())) {
            return false;
        }
        try {
            file.read(offset, target);
            return true;
        } catch (NoSuchFileException e) {
            // Removed meanwhile, most likely; the node says more.
            forget(address, chunk);
        } catch (IOException | FsException e) {
            forget(address, chunk);
            log.info("chunks of {} come from the node and not from its files: {}", address, e.toString());
            avoidedUntilNanos.put(address, nanoClock.getAsLong() + AVOIDED.toNanos());
        }
        return false;
    }

    private @Nullable ChunkFile find(String address, ChunkId chunk) {
        synchronized (known) {
            return known.get(new Key(address, chunk));
        }
    }

    private void forget(String address, ChunkId chunk) {
        synchronized (known) {
            known.remove(new Key(address, chunk));
        }
    }
}
