package io.dbfs.cluster.leader;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.proto.SettleInquiry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions to mounts whose locks stand in another's way: whether the files are open still. A mount gets them with the answer
 * to its next KeepLocks. Inquiries about one file that were not handed out yet are one. Thread-safe.
 */
final class LockInquiries {
    /** A mount that does not answer for so long is taken for one that goes on to hold the lock. */
    private static final long PATIENCE_MILLIS = 2_000;

    /** More are not asked of one mount at a time. */
    private static final int PENDING_MAX = 256;

    /** Mounts that answer inquiries. */
    @GuardedBy("this")
    private final Set<Long> answering = new HashSet<>();

    @GuardedBy("this")
    private final Map<Long, Inquiry> pending = new HashMap<>();

    @GuardedBy("this")
    private long lastId;

    private static final class Inquiry {
        private final long holder;
        private final long inode;
        private final CompletableFuture<Void> answer = new CompletableFuture<>();
        private boolean handedOut;

        Inquiry(long holder, long inode) {
            this.holder = holder;
            this.inode = inode;
        }
    }

    /** The mount asks for news: whether it answers inquiries. */
    synchronized void known(long holder, boolean answers) {
        if (answers) {
            answering.add(holder);
        } else {
            answering.remove(holder);
        }
    }

    /** Only these mounts have locks. */
    synchronized void retain(Collection<Long> holders) {
        answering.retainAll(holders);
    }

    /** Completes when the mount has answered, or at once where it does not answer such questions, or after some time. */
    CompletableFuture<Void> ask(long holder, long inode) {
        Inquiry inquiry = inquiry(holder, inode);
        return inquiry == null ? CompletableFuture.completedFuture(null) : inquiry.answer;
    }

    private synchronized @Nullable Inquiry inquiry(long holder, long inode) {
        if (!answering.contains(holder)) {
            return null;
        }
        int asked = 0;
        for (Inquiry other : pending.values()) {
            if (other.holder == holder && other.inode == inode && !other.handedOut) {
                return other;
            }
            asked += other.holder == holder ? 1 : 0;
        }
        if (asked >= PENDING_MAX) {
            return null;
        }
        Inquiry inquiry = new Inquiry(holder, inode);
        long id = ++lastId;
        pending.put(id, inquiry);
        var unused = inquiry.answer
                .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .whenComplete((answered, failure) -> remove(id));
        return inquiry;
    }

    private synchronized void remove(long id) {
        pending.remove(id);
    }

    /** Those for a mount that it has not got yet. */
    synchronized List<SettleInquiry> take(long holder) {
        List<SettleInquiry> taken = new ArrayList<>();
        pending.forEach((id, inquiry) -> {
            if (inquiry.holder == holder && !inquiry.handedOut) {
                inquiry.handedOut = true;
                taken.add(SettleInquiry.newBuilder()
                        .setId(id)
                        .setInode(inquiry.inode)
                        .build());
            }
        });
        return taken;
    }

    /** The mount answers. */
    void answered(long holder, long id) {
        Inquiry inquiry;
        synchronized (this) {
            inquiry = pending.get(id);
        }
        if (inquiry != null && inquiry.holder == holder) {
            inquiry.answer.complete(null);
        }
    }
}
