package io.dbfs.daemon.watch;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.common.watch.WatchTimes;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * What one group's stream of changes vouches for. Every cached item carries the stamp that was taken <em>before</em> it
 * was asked for, and is current as long as nothing that hashes to its key changed since: so an answer that was read before
 * a change and arrives after the news of it is never believed, whichever thread is faster, and nothing has to be removed
 * from any cache. Two items whose keys fall into one slot share their changes, which costs a question and never a wrong
 * answer. Thread-safe without locks.
 */
public final class Coverage {
    private static final int SLOTS = 1 << 16;
    private static final long LEASE_NANOS = WatchTimes.LEASE.toNanos();
    private static final long KERNEL_LEASE_NANOS = WatchTimes.KERNEL_LEASE.toNanos();
    /** Spreads what is numbered in sequence; odd, from the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final long LISTING_SALT = 0x632BE59BD9B4E019L;
    private static final long NAMES_SALT = 0x8EBC6AF09C88C6E3L;

    private final LongSupplier nanoTime;
    private final AtomicLong time = new AtomicLong();
    /** For each slot, the stamp of its last change. */
    private final AtomicLongArray changes = new AtomicLongArray(SLOTS);

    private volatile long everything;
    private volatile boolean alive;
    /** When the last ping that was answered was sent. */
    private volatile long provenNanos;
    /** The session under which the stream is open, 0 while it is not. */
    private volatile long watcher;

    /** Nothing is covered until the stream is alive. */
    public Coverage(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What an inode's attributes are kept under. */
    public static int inodeKey(InodeId inode) {
        return slot(inode.value() * SPREAD);
    }

    /** What a directory's listing is kept under. */
    public static int listingKey(InodeId directory) {
        return slot((directory.value() ^ LISTING_SALT) * SPREAD);
    }

    /** What it is kept under that all names of a directory are known. */
    public static int namesKey(InodeId directory) {
        return slot((directory.value() ^ NAMES_SALT) * SPREAD);
    }

    /** What a name, or that there is none, is kept under. */
    public static int entryKey(InodeId parent, Name name) {
        return slot((parent.value() * SPREAD + name.hashCode()) * SPREAD);
    }

    private static int slot(long hash) {
        return (int) (hash >>> 48) & (SLOTS - 1);
    }

    /** To be taken before asking, and kept with the answer. */
    public long stamp() {
        return time.get();
    }

    /** Whether nothing of this key is known to have changed since the stamp was taken. */
    public boolean isCurrent(long stamp, int key) {
        return changes.get(key) <= stamp && everything <= stamp;
    }

    /** Whether what is current is right: the stream has proven it a moment ago. */
    public boolean isAlive() {
        return alive && nanoTime.getAsLong() - provenNanos < LEASE_NANOS;
    }

    /** For how long the kernel may believe what is current; 0 when the stream is not alive. Nanoseconds. */
    public long kernelNanos() {
        return isAlive() ? Math.max(0, KERNEL_LEASE_NANOS - (nanoTime.getAsLong() - provenNanos)) : 0;
    }

    /** The session that is told of changes; 0: none is. */
    public long watcher() {
        return watcher;
    }

    /** Something of this key changed. */
    public void changed(int key) {
        changes.accumulateAndGet(key, time.incrementAndGet(), Math::max);
    }

    /**
     * This mount itself changed something of this key and knows what it is now. Answers asked for before are void.
     *
     * @param stamp taken before the change was asked for
     * @return the stamp for what the change's outcome tells: already void when another change came between
     */
    public long changedHere(long stamp, int key) {
        long now = time.incrementAndGet();
        long before = changes.getAndAccumulate(key, now, Math::max);
        return before <= stamp && everything <= stamp ? now : stamp;
    }

    /** Everything heard before may be wrong. */
    public void everythingChanged() {
        everything = time.incrementAndGet();
    }

    /** The stream is open under this session, and nothing older than now is believed by it. */
    void opened(long session) {
        everythingChanged();
        watcher = session;
    }

    /** A ping sent at {@code sentNanos} was answered, and everything told before is taken in. */
    void proven(long sentNanos) {
        provenNanos = sentNanos;
        alive = true;
    }

    /** The stream is broken. */
    void broken() {
        alive = false;
        watcher = 0;
    }
}
