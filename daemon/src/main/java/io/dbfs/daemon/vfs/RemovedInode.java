package io.dbfs.daemon.vfs;

import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.SetIdentityOperation;

/**
 * A directory, pipe, socket or device whose last name is gone. The supernode has forgotten it; programs that still have it
 * open, or work in it, go on with what this mount knew, as POSIX has it. No other mount could see their changes.
 */
final class RemovedInode {
    private static final int PERMISSIONS = 07777;

    private RemovedInode() {}

    /** Whether an inode of this type is all in its attributes; a regular file has contents, and is kept while it is open. */
    static boolean isLeftOf(Inode last) {
        return last.getType() != InodeType.REGULAR;
    }

    static Inode of(Inode last) {
        return last.toBuilder().setLinkCount(0).build();
    }

    /** Does here what the supernode does to inodes that it knows; {@code nowNanos} since the epoch. */
    static Inode changed(Inode last, SetIdentityOperation change, long nowNanos) {
        Inode.Builder inode = last.toBuilder().setLinkCount(0).setCtimeNanos(Math.max(nowNanos, last.getCtimeNanos()));
        if (change.hasMode()) {
            inode.setMode(change.getMode() & PERMISSIONS);
        }
        if (change.hasUid()) {
            inode.setUid(change.getUid());
        }
        if (change.hasGid()) {
            inode.setGid(change.getGid());
        }
        if (change.getAtimeNow() || change.hasAtimeNanos()) {
            inode.setAtimeNanos(change.getAtimeNow() ? nowNanos : change.getAtimeNanos());
        }
        if (change.getMtimeNow() || change.hasMtimeNanos()) {
            inode.setMtimeNanos(change.getMtimeNow() ? nowNanos : change.getMtimeNanos());
        }
        return inode.build();
    }
}
