package io.dbfs.daemon.vfs;

import io.dbfs.fuse.AccessTimes;
import java.time.Duration;
import java.util.List;

/**
 * How one mount behaves.
 *
 * @param supernodes host:port of each supernode process
 * @param mountPoint where it is mounted, for people who look at the system's status
 * @param host this host's name; replicas on a host of this name are preferred
 * @param version of this software, for people
 * @param attributeValidity how long attributes are believed while no stream of changes vouches for them; 0: not at all,
 *     stream or not
 * @param entryValidity the same for names
 * @param operationTimeout an operation that is not done after this fails
 * @param commitDelay written data is committed after this at the latest
 * @param writeBufferBytes bound of written data that no node has stored yet
 * @param readAheadBytes bound of data fetched before it is asked for
 * @param blockCacheBytes bound of data kept from random reads
 * @param readsHostFiles whether chunks on nodes of this host are read from their files, where these can be read
 * @param accessTimes when reading changes atime
 * @param directoryTimes the same for listing a directory
 */
public record MountConfig(
        List<String> supernodes,
        String mountPoint,
        String host,
        String version,
        Duration attributeValidity,
        Duration entryValidity,
        Duration operationTimeout,
        Duration commitDelay,
        long writeBufferBytes,
        long readAheadBytes,
        long blockCacheBytes,
        boolean readsHostFiles,
        AccessTimes accessTimes,
        AccessTimes directoryTimes) {
    private static final long BUFFER_BYTES_MIN = 4L << 20;

    public MountConfig {
        supernodes = List.copyOf(supernodes);
        if (supernodes.isEmpty()) {
            throw new IllegalArgumentException("supernodes: none (expected: at least one host:port)");
        }
        requirePositive("operationTimeout", operationTimeout);
        requirePositive("commitDelay", commitDelay);
        requireNotNegative("attributeValidity", attributeValidity);
        requireNotNegative("entryValidity", entryValidity);
        requireBuffer("writeBufferBytes", writeBufferBytes);
        requireBuffer("readAheadBytes", readAheadBytes);
        requireBuffer("blockCacheBytes", blockCacheBytes);
    }

    /** The defaults. */
    public static MountConfig of(List<String> supernodes, String mountPoint, String host, String version) {
        return new MountConfig(
                supernodes,
                mountPoint,
                host,
                version,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                48L << 20,
                32L << 20,
                32L << 20,
                true,
                AccessTimes.RELATIVE,
                AccessTimes.RELATIVE);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
        }
    }

    private static void requireBuffer(String name, long value) {
        if (value < BUFFER_BYTES_MIN) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + BUFFER_BYTES_MIN + ")");
        }
    }
}
