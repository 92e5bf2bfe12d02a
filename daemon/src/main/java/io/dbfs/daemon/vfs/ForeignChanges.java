package io.dbfs.daemon.vfs;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.daemon.watch.ChangeListener;
import io.dbfs.proto.WatchReply;
import java.util.concurrent.CompletableFuture;

/** What others changed, passed on to those who do not ask whether it is current: open files and the kernel. */
final class ForeignChanges {
    private final OpenFiles open;
    private final KernelNotices kernel;
    private final FileEnds ends;
    private final Stats stats;
    private final EntryCache entries;

    ForeignChanges(OpenFiles open, KernelNotices kernel, FileEnds ends, Stats stats, EntryCache entries) {
        this.open = open;
        this.kernel = kernel;
        this.ends = ends;
        this.stats = stats;
        this.entries = entries;
    }

    /** Hears of names and identities. Completes when the kernel uses none of these names any more. */
    CompletableFuture<Void> names(WatchReply news) {
        if (news.getEverything()) {
            // Of what is not open the kernel holds nothing for longer than a second.
            open.forEach(file -> identityChanged(file.inode()));
            kernel.allEntries();
        }
        news.getInodesList().forEach(inode -> identityChanged(new InodeId(inode)));
        return CompletableFuture.allOf(news.getEntriesList().stream()
                .map(entry -> kernel.entry(
                        new InodeId(entry.getParent()), Name.of(entry.getName().toByteArray())))
                .toArray(CompletableFuture[]::new));
    }

    /** Hears of the contents of a cluster's files. */
    ChangeListener contentsOf(ClusterId cluster) {
        return news -> {
            if (news.getEverything()) {
                open.forEach(file -> {
                    if (file.identity().getHomeCluster() == cluster.value()) {
                        contentsChanged(file.inode());
                    }
                });
            }
            return CompletableFuture.allOf(news.getInodesList().stream()
                    .map(inode -> contentsChanged(new InodeId(inode)))
                    .toArray(CompletableFuture[]::new));
        };
    }

    private void identityChanged(InodeId inode) {
        OpenFile file = open.get(inode);
        if (file != null) {
            file.identityChangedElsewhere();
        }
        kernel.identity(inode);
        if (!stats.isDirectory(inode)) {
            entries.namesOf(inode).forEach(name -> kernel.expire(name.parent(), name.name()));
        }
    }

    @CanIgnoreReturnValue
    private CompletableFuture<Void> contentsChanged(InodeId inode) {
        OpenFile file = open.get(inode);
        return file != null ? ends.changedElsewhere(file) : ends.changedElsewhere(inode);
    }
}
