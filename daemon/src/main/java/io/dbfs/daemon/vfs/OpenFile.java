package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;

/** A regular file that is open on this mount, whatever the number of its handles. */
final class OpenFile {
    private final InodeId inode;
    private final FileView view;
    private final FileReader reader;
    private final FileWriter writer;
    private volatile Inode identity;
    /** Another mount changed the identity since it was heard. */
    private volatile boolean identityOutdated;
    /** The last name is gone: the supernode waits for the last close. */
    private volatile boolean orphan;
    /** Guarded by the table of open files. */
    private int handles;

    OpenFile(Inode identity, FileView view, FileReader reader, FileWriter writer) {
        this.inode = new InodeId(identity.getId());
        this.identity = identity;
        this.view = view;
        this.reader = reader;
        this.writer = writer;
    }

    InodeId inode() {
        return inode;
    }

    FileView view() {
        return view;
    }

    FileReader reader() {
        return reader;
    }

    FileWriter writer() {
        return writer;
    }

    /** Identity as last heard; stays when the last name is gone and nobody else knows the inode. */
    Inode identity() {
        return identity;
    }

    void heard(Inode news) {
        if (news.getCtimeNanos() >= identity.getCtimeNanos()) {
            identity = news;
            identityOutdated = false;
        }
        orphan |= news.getLinkCount() == 0;
    }

    /** Another mount changed the identity. */
    void identityChangedElsewhere() {
        identityOutdated = true;
    }

    boolean isIdentityOutdated() {
        return identityOutdated;
    }

    boolean isOrphan() {
        return orphan;
    }

    void orphaned() {
        orphan = true;
        identity = identity.toBuilder().setLinkCount(0).build();
    }

    /** What the cluster has, with what was written here and is not committed. */
    FileAttributes contents() {
        view.lock.lock();
        try {
            return view.current(identity);
        } finally {
            view.lock.unlock();
        }
    }

    boolean isDirty() {
        view.lock.lock();
        try {
            return view.isDirty();
        } finally {
            view.lock.unlock();
        }
    }

    /** The cluster told this of the file. */
    void observe(FileAttributes news) {
        view.lock.lock();
        try {
            view.observe(news);
        } finally {
            view.lock.unlock();
        }
    }

    /** Another mount committed: extents are asked for anew. */
    void contentsChangedElsewhere() {
        view.lock.lock();
        try {
            view.changedElsewhere();
        } finally {
            view.lock.unlock();
        }
    }

    /** How often that was. */
    int changesElsewhere() {
        view.lock.lock();
        try {
            return view.changesElsewhere();
        } finally {
            view.lock.unlock();
        }
    }

    void addHandle() {
        handles++;
    }

    /** Whether it was the last. */
    boolean removeHandle() {
        handles--;
        return handles == 0;
    }
}
