package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.fuse.KernelCache;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Takes notices, and writes them down: "#2" for attributes, "#2@4096" for pages from there on, "#1/name" for a name, "#1/name?" for one to be
 * looked up again.
 */
final class RecordingKernel implements KernelCache {
    final List<String> notices = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch pages = new CountDownLatch(0);

    /** Keeps whoever wants pages dropped waiting. */
    void holdPages() {
        pages = new CountDownLatch(1);
    }

    void dropPages() {
        pages.countDown();
    }

    @Override
    public void invalidateAttributes(InodeId inode) {
        notices.add(inode.toString());
    }

    @Override
    public void invalidateInode(InodeId inode, long offset, long lengthBytes) {
        try {
            pages.await();
        } catch (InterruptedException e) {
            // The mount ends.
            Thread.currentThread().interrupt();
            return;
        }
        notices.add(inode + "@" + offset);
    }

    @Override
    public boolean mapsDirectFiles() {
        return true;
    }

    @Override
    public void expireEntry(InodeId parent, Name name) {
        notices.add(parent + "/" + name + "?");
    }

    @Override
    public void invalidateEntry(InodeId parent, Name name) {
        notices.add(parent + "/" + name);
    }

    @Override
    public boolean invalidateAllEntries() {
        notices.add("*");
        return true;
    }
}
