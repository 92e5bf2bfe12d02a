package io.dbfs.daemon.vfs;

import io.dbfs.common.InodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks that are over for their programs, and that the cluster has not let go of yet. A lock that is refused because of one
 * of them is asked for again when it is gone. Thread-safe.
 */
final class LockEndings {
    private static final Logger LOG = LoggerFactory.getLogger(LockEndings.class);
    private static final int STRIPES = 256;

    private final ConcurrentMap<InodeId, Map<Long, CompletableFuture<Void>>> endings = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();
    /** How many have begun or ended, by file; several files share a number. */
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    private static int stripe(InodeId inode) {
        return Math.floorMod(Long.hashCode(inode.value()), STRIPES);
    }

    /** A lock of the file is over; who begins this completes it when the cluster has let go of the lock. */
    CompletableFuture<Void> begin(InodeId inode) {
        CompletableFuture<Void> ending = new CompletableFuture<>();
        long number = last.incrementAndGet();
        endings.compute(inode, (key, known) -> {
            Map<Long, CompletableFuture<Void>> all = known == null ? new ConcurrentHashMap<>() : known;
            all.put(number, ending);
            return all;
        });
        changes.incrementAndGet(stripe(inode));
        var unused = ending.whenComplete((gone, failure) -> remove(inode, number));
        return ending;
    }

    private void remove(InodeId inode, long number) {
        endings.computeIfPresent(inode, (key, known) -> {
            known.remove(number);
            return known.isEmpty() ? null : known;
        });
        changes.incrementAndGet(stripe(inode));
    }

    /** To be compared: it changes when a lock of the file is over, and when the cluster has let go of it. */
    long changes(InodeId inode) {
        return changes.get(stripe(inode));
    }

    /** Waits until the locks are gone that are over by now; whether there were any. */
    boolean await(InodeId inode, Duration patience) {
        List<CompletableFuture<Void>> now =
                List.copyOf(endings.getOrDefault(inode, Map.of()).values());
        if (now.isEmpty()) {
            return false;
        }
        try {
            CompletableFuture.allOf(now.toArray(CompletableFuture<?>[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("closed locks of {} are not gone after {}", inode, patience);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a lock failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    /** Whether the cluster has let go of everything that is over. */
    boolean isEmpty() {
        return endings.isEmpty();
    }
}
