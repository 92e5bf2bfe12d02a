package io.dbfs.supernode.names;

import io.dbfs.proto.Inode;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NamespaceRecord;
import io.dbfs.proto.OrphanRecord;
import io.dbfs.proto.SessionRecord;
import java.util.Map;
import java.util.Optional;

/**
 * Inodes without a name. One waits until every session that was live when it lost its last name has let go of it or
 * ended; then a regular file's contents go into its home cluster's release queue, and the inode is forgotten.
 */
final class Orphans {
    private static final byte[] NO_VALUE = {};

    private Orphans() {}

    /** An inode that is no directory has lost a name; as it is now. */
    static Inode dropName(Draft draft, long id) {
        Inode.Builder builder = draft.edit(id);
        builder.setLinkCount(builder.getLinkCount() - 1).setCtimeNanos(draft.now());
        Inode inode = builder.build();
        if (inode.getLinkCount() == 0) {
            abandon(draft, inode);
        }
        return inode;
    }

    private static void abandon(Draft draft, Inode inode) {
        // A symlink has no contents to read on, and what it says is cached with whoever follows it.
        int waiting = inode.getType() == InodeType.SYMLINK ? 0 : waitForSessions(draft, inode.getId());
        if (waiting == 0) {
            release(draft, inode);
            return;
        }
        draft.put(
                Keys.orphan(inode.getId()),
                OrphanRecord.newBuilder().setWaiting(waiting).build());
        NamespaceRecord.Builder namespace = draft.namespace();
        namespace.setOrphans(namespace.getOrphans() + 1);
    }

    private static int waitForSessions(Draft draft, long inode) {
        int waiting = 0;
        for (Map.Entry<Long, SessionRecord> session : draft.reader().sessions().entrySet()) {
            if (!session.getValue().getEnding()) {
                draft.put(Keys.orphanWait(session.getKey(), inode), NO_VALUE);
                waiting++;
            }
        }
        return waiting;
    }

    /** A session has let go of an orphan. Does nothing when the orphan does not wait for it. At most once a command. */
    static void letGo(Draft draft, long session, long id) {
        if (!draft.reader().contains(Keys.orphanWait(session, id))) {
            return;
        }
        draft.delete(Keys.orphanWait(session, id));
        Optional<OrphanRecord> orphan = draft.reader().orphan(id);
        int waiting = orphan.orElseThrow().getWaiting() - 1;
        if (waiting > 0) {
            draft.put(
                    Keys.orphan(id),
                    OrphanRecord.newBuilder().setWaiting(waiting).build());
            return;
        }
        draft.delete(Keys.orphan(id));
        NamespaceRecord.Builder namespace = draft.namespace();
        namespace.setOrphans(namespace.getOrphans() - 1);
        release(draft, draft.get(id));
    }

    private static void release(Draft draft, Inode inode) {
        draft.remove(inode);
        if (inode.getType() == InodeType.REGULAR) {
            draft.put(Keys.release(inode.getHomeCluster(), inode.getId()), NO_VALUE);
            NamespaceRecord.Builder namespace = draft.namespace();
            namespace.setReleasesPending(namespace.getReleasesPending() + 1);
        }
    }
}
