package io.dbfs.cluster.contents;

import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.FileLocksRecord;
import io.dbfs.proto.WaitingLock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The locks of one file and who waits for them, by the rules of fcntl(2) and flock(2): a new range replaces what its
 * owner had there, ranges of one mode that touch are one. Waiting requests are granted in the order in which they came,
 * each as soon as nothing that is held stands in its way. Not thread-safe.
 */
final class LockTable {
    private static final Comparator<FileLock> BY_START = Comparator.comparingLong(FileLock::start)
            .thenComparingLong(lock -> lock.owner().holder())
            .thenComparingLong(lock -> lock.owner().id())
            .thenComparing(FileLock::flock);

    private final List<FileLock> held = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /** A request in the queue. */
    record Waiting(long ticket, FileLock wanted) {}

    static LockTable of(FileLocksRecord record) {
        LockTable table = new LockTable();
        record.getHeldList().forEach(lock -> table.held.add(FileLock.of(lock)));
        record.getWaitingList()
                .forEach(wait -> table.waiting.add(new Waiting(wait.getTicket(), FileLock.of(wait.getWanted()))));
        return table;
    }

    FileLocksRecord toRecord() {
        FileLocksRecord.Builder record = FileLocksRecord.newBuilder();
        held.forEach(lock -> record.addHeld(lock.toRecord()));
        waiting.forEach(wait -> record.addWaiting(WaitingLock.newBuilder()
                .setTicket(wait.ticket())
                .setWanted(wait.wanted().toRecord())));
        return record.build();
    }

    boolean isEmpty() {
        return held.isEmpty() && waiting.isEmpty();
    }

    List<FileLock> held() {
        return held;
    }

    List<Waiting> waiting() {
        return waiting;
    }

    boolean isWaiting(long ticket) {
        return waiting.stream().anyMatch(wait -> wait.ticket() == ticket);
    }

    boolean holds(Owner owner) {
        return held.stream().anyMatch(lock -> lock.owner().equals(owner));
    }

    /** What stands in the way of a lock: the one that begins first. */
    Optional<FileLock> conflict(FileLock wanted) {
        return held.stream().filter(wanted::conflicts).findFirst();
    }

    /** The owners of all that stands in the way of a lock. */
    List<Owner> blockers(FileLock wanted) {
        return held.stream()
                .filter(wanted::conflicts)
                .map(FileLock::owner)
                .distinct()
                .toList();
    }

    /**
     * Gives the lock to its owner, which nothing stands in the way of.
     *
     * @throws FsException ENOLCK when the file has as many locks as it may
     */
    void grant(FileLock lock) {
        release(lock.owner(), lock.flock(), lock.start(), lock.end());
        requireRoom(held.size());
        FileLock whole = lock;
        for (FileLock other : List.copyOf(held)) {
            if (other.joins(whole) || whole.joins(other)) {
                held.remove(other);
                whole = whole.of(Math.min(whole.start(), other.start()), Math.max(whole.end(), other.end()));
            }
        }
        held.add(whole);
        held.sort(BY_START);
    }

    /** The owner lets go of [start, end], which may split what it has. */
    void release(Owner owner, boolean flock, long start, long end) {
        for (FileLock lock : List.copyOf(held)) {
            if (!lock.owner().equals(owner) || lock.flock() != flock || !lock.overlaps(start, end)) {
                continue;
            }
            held.remove(lock);
            if (lock.start() < start) {
                held.add(lock.of(lock.start(), start - 1));
            }
            if (lock.end() > end) {
                held.add(lock.of(end + 1, lock.end()));
            }
        }
        held.sort(BY_START);
    }

    void releaseOwner(Owner owner) {
        held.removeIf(lock -> lock.owner().equals(owner));
    }

    /** The mount is gone, and everybody on it who waits. */
    void releaseHolder(long holder) {
        held.removeIf(lock -> lock.owner().holder() == holder);
        waiting.removeIf(wait -> wait.wanted().owner().holder() == holder);
    }

    /**
     * Puts a request at the end of the queue.
     *
     * @throws FsException ENOLCK when as many wait as may
     */
    void enqueue(long ticket, FileLock wanted) {
        requireRoom(waiting.size());
        waiting.add(new Waiting(ticket, wanted));
    }

    /** Whether it was in the queue. */
    boolean cancel(long ticket) {
        return waiting.removeIf(wait -> wait.ticket() == ticket);
    }

    /** Takes all of an owner's requests out of the queue. */
    void cancelAll(Owner owner) {
        waiting.removeIf(wait -> wait.wanted().owner().equals(owner));
    }

    /** Grants what can be granted now. */
    List<Waiting> grantWaiting() {
        List<Waiting> granted = new ArrayList<>();
        for (Waiting wait : List.copyOf(waiting)) {
            if (conflict(wait.wanted()).isEmpty() && held.size() < Limits.FILE_LOCKS_MAX) {
                waiting.remove(wait);
                grant(wait.wanted());
                granted.add(wait);
            }
        }
        return granted;
    }

    private static void requireRoom(int count) {
        if (count >= Limits.FILE_LOCKS_MAX) {
            throw new FsException(Errno.ENOLCK, "locks of one file: " + count + " (expected: fewer)");
        }
    }
}
