package io.dbfs.cluster.contents;

import io.dbfs.cluster.contents.FileLock.Owner;
import io.dbfs.proto.FileLocksRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Every file's table of locks, with what is found by mount and by waiting owner. Made for one command. */
final class LockTables {
    private final Changes changes;

    LockTables(Changes changes) {
        this.changes = changes;
    }

    LockTable of(long inode) {
        return LockTable.of(record(inode));
    }

    private FileLocksRecord record(long inode) {
        return changes.get(Keys.locks(inode))
                .map(value -> Records.parse(FileLocksRecord.parser(), value))
                .orElse(FileLocksRecord.getDefaultInstance());
    }

    void save(long inode, LockTable table) {
        LockTable before = of(inode);
        update(lockedBy(inode, before), lockedBy(inode, table));
        update(waits(inode, before), waits(inode, table));
        if (table.isEmpty()) {
            changes.delete(Keys.locks(inode));
        } else {
            changes.put(Keys.locks(inode), table.toRecord().toByteArray());
        }
    }

    private void update(Set<Key> before, Set<Key> after) {
        for (Key key : before) {
            if (!after.contains(key)) {
                changes.delete(key.bytes());
            }
        }
        for (Key key : after) {
            if (!before.contains(key)) {
                changes.put(key.bytes(), new byte[0]);
            }
        }
    }

    private static Set<Key> lockedBy(long inode, LockTable table) {
        Set<Key> keys = new HashSet<>();
        table.held().forEach(lock -> keys.add(Key.lockedBy(lock.owner(), inode)));
        table.waiting().forEach(wait -> keys.add(Key.lockedBy(wait.wanted().owner(), inode)));
        return keys;
    }

    private static Set<Key> waits(long inode, LockTable table) {
        Set<Key> keys = new HashSet<>();
        for (LockTable.Waiting wait : table.waiting()) {
            if (!wait.wanted().flock()) {
                keys.add(Key.waiting(wait.wanted().owner(), inode));
            }
        }
        return keys;
    }

    /** Some of the files in which a mount has locks or waits for some. */
    List<Long> filesOf(long holder, int most) {
        List<Long> inodes = new ArrayList<>();
        byte[] prefix = Keys.lockedBy(holder);
        changes.scan(prefix, prefix, (key, value) -> {
            inodes.add(Keys.lastLong(key));
            return inodes.size() < most;
        });
        return inodes;
    }

    /**
     * Whether an fcntl lock would wait for its own owner, through others that wait. An owner is taken for one that lets go
     * of nothing while it waits, as a process of one thread is; POSIX leaves it there as well.
     */
    boolean wouldDeadlock(LockTable table, FileLock wanted) {
        Deque<Owner> pending = new ArrayDeque<>(table.blockers(wanted));
        Set<Owner> seen = new HashSet<>(pending);
        while (!pending.isEmpty() && seen.size() <= Limits.DEADLOCK_OWNERS_MAX) {
            Owner blocker = pending.remove();
            for (Owner next : awaitedBy(blocker)) {
                if (next.equals(wanted.owner())) {
                    return true;
                }
                if (seen.add(next)) {
                    pending.add(next);
                }
            }
        }
        return false;
    }

    /** The owners that one waits for. */
    private Set<Owner> awaitedBy(Owner owner) {
        Set<Owner> awaited = new HashSet<>();
        byte[] prefix = Keys.lockWaits(owner);
        changes.scan(prefix, prefix, (key, value) -> {
            LockTable table = of(Keys.lastLong(key));
            for (LockTable.Waiting wait : table.waiting()) {
                if (wait.wanted().owner().equals(owner) && !wait.wanted().flock()) {
                    awaited.addAll(table.blockers(wait.wanted()));
                }
            }
            return true;
        });
        return awaited;
    }

    /** A key of an index, which arrays are not. */
    private record Key(byte tag, long holder, long owner, long inode) {
        private static final byte LOCKED_BY = 0;
        private static final byte WAITING = 1;

        static Key lockedBy(Owner owner, long inode) {
            return new Key(LOCKED_BY, owner.holder(), 0, inode);
        }

        static Key waiting(Owner owner, long inode) {
            return new Key(WAITING, owner.holder(), owner.id(), inode);
        }

        byte[] bytes() {
            return tag == LOCKED_BY ? Keys.lockedBy(holder, inode) : Keys.lockWait(new Owner(holder, owner), inode);
        }
    }
}
