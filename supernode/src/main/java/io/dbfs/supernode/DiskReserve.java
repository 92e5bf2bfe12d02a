package io.dbfs.supernode;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the supernode's disk from filling up: below the reserve nothing is taken that makes the namespace grow, so that
 * log and state always have room for what makes it shrink. Thread-safe.
 */
final class DiskReserve {
    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);

    private final long reserveBytes;
    private final LongSupplier usableBytes;
    private volatile boolean exhausted;

    /**
     * @param reserveBytes what is kept
     * @param usableBytes what the data directory's disk still takes
     */
    DiskReserve(long reserveBytes, LongSupplier usableBytes) {
        this.reserveBytes = reserveBytes;
        this.usableBytes = usableBytes;
    }

    /** Looks at the disk; called about once a second. */
    void check() {
        long usable = usableBytes.getAsLong();
        boolean now = usable < reserveBytes;
        if (now != exhausted) {
            LOG.warn(
                    "the data directory has {} bytes left (reserve: {}): {}",
                    usable,
                    reserveBytes,
                    now ? "new names are refused with ENOSPC" : "new names are taken again");
        }
        exhausted = now;
    }

    /** Whether the disk is down to the reserve. */
    boolean exhausted() {
        return exhausted;
    }
}
