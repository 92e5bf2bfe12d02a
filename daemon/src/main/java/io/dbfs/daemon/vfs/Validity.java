package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.watch.Coverage;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * How long this mount, and the kernel after it, believe what was heard. While the group's stream of changes is alive: until
 * a change is told, and the kernel for what is left of a second, after which it asks this mount, which asks nobody. The
 * kernel's share is short on purpose: a notice to the kernel can wait behind a lock that an operation holds which itself
 * waits for a server, so a long one could not be taken back in time when the stream breaks. Without the stream: for the
 * configured time, of which this mount and the kernel take half each. Thread-safe.
 */
final class Validity {
    private final LongSupplier nanoTime;
    private final long attributesNanos;
    private final long entriesNanos;
    private final Coverage names;
    private final Function<ClusterId, Coverage> clusters;

    /** @param clusters what covers the contents of each cluster's files */
    Validity(
            LongSupplier nanoTime,
            Duration attributes,
            Duration entries,
            Coverage names,
            Function<ClusterId, Coverage> clusters) {
        this.nanoTime = nanoTime;
        this.attributesNanos = attributes.toNanos();
        this.entriesNanos = entries.toNanos();
        this.names = names;
        this.clusters = clusters;
    }

    long nowNanos() {
        return nanoTime.getAsLong();
    }

    /** What covers names and identities. */
    Coverage names() {
        return names;
    }

    /** What covers the contents of a cluster's files. */
    Coverage contents(ClusterId cluster) {
        return clusters.apply(cluster);
    }

    /** Whether a name heard of then is believed. */
    boolean holdsEntry(InodeId parent, Name name, long stamp, long heardNanos) {
        return holds(names, stamp, Coverage.entryKey(parent, name), heardNanos, entriesNanos);
    }

    /** Whether an identity heard of then is believed. */
    boolean holdsIdentity(InodeId inode, long stamp, long heardNanos) {
        return holds(names, stamp, Coverage.inodeKey(inode), heardNanos, attributesNanos);
    }

    /** Whether contents heard of then are believed. */
    boolean holdsContents(ClusterId home, InodeId inode, long stamp, long heardNanos) {
        return holds(contents(home), stamp, Coverage.inodeKey(inode), heardNanos, attributesNanos);
    }

    /** Whether a listing read then is right. Without the stream listings are not kept. */
    boolean holdsListing(InodeId directory, long stamp) {
        return entriesNanos > 0 && names.isCurrent(stamp, Coverage.listingKey(directory)) && names.isAlive();
    }

    /** Whether names are kept at all, and the stream vouches for them now. */
    boolean keepsEntries() {
        return entriesNanos > 0 && names.isAlive();
    }

    /** Whether nobody else is known to have changed a directory's names since the stamp was taken. */
    boolean holdsNames(InodeId directory, long stamp) {
        return names.isCurrent(stamp, Coverage.namesKey(directory));
    }

    private boolean holds(Coverage coverage, long stamp, int key, long heardNanos, long validNanos) {
        return validNanos > 0
                && coverage.isCurrent(stamp, key)
                && (coverage.isAlive() || nowNanos() - heardNanos < validNanos / 2);
    }

    /** For how long the kernel may believe a name that holds now. */
    long entryForKernelNanos() {
        return forKernelNanos(names, entriesNanos);
    }

    /** For how long the kernel may believe attributes that hold now, as far as this group tells them. */
    long attributesForKernelNanos(Coverage coverage) {
        return forKernelNanos(coverage, attributesNanos);
    }

    private static long forKernelNanos(Coverage coverage, long validNanos) {
        if (validNanos == 0) {
            return 0;
        }
        return coverage.isAlive() ? coverage.kernelNanos() : validNanos / 2;
    }
}
