package io.dbfs.cluster.contents;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.LockMode;
import io.dbfs.proto.LockRange;
import io.dbfs.proto.OwnedLock;

/**
 * A lock that an owner has or wants.
 *
 * @param start the first byte, at least 0
 * @param end the last byte, not before the first; {@link Long#MAX_VALUE} for all that may follow
 * @param pid for people, and for F_GETLK on the holder's own mount
 */
record FileLock(Owner owner, boolean flock, boolean exclusive, long start, long end, int pid) {
    /** An owner, as {@code holder}'s kernel numbers it. */
    record Owner(long holder, long id) {}

    FileLock {
        if (start < 0 || end < start) {
            throw new FsException(
                    Errno.EINVAL, "lock: " + start + " to " + end + " (expected: 0 <= first byte <= last byte)");
        }
    }

    static FileLock of(Owner owner, LockRange range) {
        return new FileLock(
                owner,
                range.getFlock(),
                range.getMode() == LockMode.EXCLUSIVE,
                range.getStart(),
                range.getEnd(),
                range.getPid());
    }

    static FileLock of(OwnedLock record) {
        return of(new Owner(record.getHolder(), record.getOwner()), record.getRange());
    }

    LockRange toRange() {
        return LockRange.newBuilder()
                .setFlock(flock)
                .setMode(exclusive ? LockMode.EXCLUSIVE : LockMode.SHARED)
                .setStart(start)
                .setEnd(end)
                .setPid(pid)
                .build();
    }

    OwnedLock toRecord() {
        return OwnedLock.newBuilder()
                .setHolder(owner.holder())
                .setOwner(owner.id())
                .setRange(toRange())
                .build();
    }

    /** The same lock of other bytes. */
    FileLock of(long newStart, long newEnd) {
        return new FileLock(owner, flock, exclusive, newStart, newEnd, pid);
    }

    /** Whether the two may not be held at once. */
    boolean conflicts(FileLock other) {
        return flock == other.flock
                && (exclusive || other.exclusive)
                && overlaps(other.start, other.end)
                && !owner.equals(other.owner);
    }

    boolean overlaps(long from, long to) {
        return start <= to && from <= end;
    }

    /** Of one owner, kind and mode, and nothing between them. */
    boolean joins(FileLock next) {
        return owner.equals(next.owner)
                && flock == next.flock
                && exclusive == next.exclusive
                && start <= next.start
                && (end == Long.MAX_VALUE || next.start <= end + 1);
    }
}
