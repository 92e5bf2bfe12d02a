package io.dbfs.daemon.watch;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.WatchReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one stream's replies in, from its opening to its end. Not to be used again for the next stream. Replies come from
 * one thread at a time; pings may be sent from another.
 */
public final class ChangeReader {
    /** Pings on their way; more than the lease's worth need no answer. */
    private static final int PINGS_MAX = 16;

    private final long session;
    private final Coverage coverage;
    private final ChangeListener listener;
    private final LongSupplier nanoTime;
    private final Map<Long, Long> sentNanos = new LinkedHashMap<>();
    private long lastPing;
    /** Numbers of replies that the kernel has not taken in yet. */
    private final NavigableSet<Long> pending = new TreeSet<>();

    private long lastTaken;
    private boolean opened;
    private boolean ended;

    public ChangeReader(long session, Coverage coverage, ChangeListener listener, LongSupplier nanoTime) {
        this.session = session;
        this.coverage = coverage;
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** The number of the ping that is sent now. */
    public synchronized long ping() {
        lastPing++;
        if (sentNanos.size() == PINGS_MAX) {
            sentNanos.remove(sentNanos.keySet().iterator().next());
        }
        sentNanos.put(lastPing, nanoTime.getAsLong());
        return lastPing;
    }

    /** The number of the last reply that is taken in, as all before it are. */
    public synchronized long acknowledged() {
        return pending.isEmpty() ? lastTaken : pending.first() - 1;
    }

    /**
     * Takes in a reply that is no refusal.
     *
     * @param acknowledge run as soon as it is to be acknowledged, perhaps from another thread
     */
    public void take(WatchReply reply, Runnable acknowledge) {
        CompletableFuture<Void> taken = take(reply);
        if (taken != null) {
            CompletableFuture<Void> unused = taken.whenComplete((done, failure) -> {
                taken(reply.getNumber());
                acknowledge.run();
            });
        }
    }

    private synchronized void taken(long number) {
        pending.remove(number);
    }

    private synchronized @Nullable CompletableFuture<Void> take(WatchReply reply) {
        if (ended) {
            return null;
        }
        if (!opened) {
            opened = true;
            coverage.opened(session);
        }
        CompletableFuture<Void> taken = null;
        if (reply.getNumber() != 0) {
            mark(reply);
            lastTaken = reply.getNumber();
            pending.add(lastTaken);
            taken = listener.changed(reply);
        }
        // After the changes: what is answered vouches for all that was told before.
        Long sent = sentNanos.get(reply.getPing());
        if (sent != null) {
            sentNanos.keySet().removeIf(ping -> ping <= reply.getPing());
            coverage.proven(sent);
        }
        return taken;
    }

    private void mark(WatchReply reply) {
        if (reply.getEverything()) {
            coverage.everythingChanged();
        }
        for (long id : reply.getInodesList()) {
            InodeId inode = new InodeId(id);
            coverage.changed(Coverage.inodeKey(inode));
            coverage.changed(Coverage.listingKey(inode));
            coverage.changed(Coverage.namesKey(inode));
        }
        for (ChangedEntry entry : reply.getEntriesList()) {
            coverage.changed(Coverage.entryKey(
                    new InodeId(entry.getParent()), Name.of(entry.getName().toByteArray())));
        }
    }

    /** The stream is over; what comes late is not taken in. Whether it was not over before. */
    public synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        if (first) {
            coverage.broken();
        }
        return first;
    }
}
