package io.dbfs.daemon.watch;

import io.dbfs.common.InodeId;
import io.dbfs.common.Name;
import io.dbfs.proto.ChangedEntry;
import io.dbfs.proto.WatchReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

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
    private long acknowledged;
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

    /** The number of the last reply that is taken in. */
    public synchronized long acknowledged() {
        return acknowledged;
    }

    /**
     * Takes in a reply that is no refusal.
     *
     * @return whether it has to be acknowledged right away
     */
    public synchronized boolean take(WatchReply reply) {
        if (ended) {
            return false;
        }
        if (!opened) {
            opened = true;
            coverage.opened(session);
        }
        boolean news = reply.getNumber() != 0;
        if (news) {
            mark(reply);
            acknowledged = reply.getNumber();
            listener.changed(reply);
        }
        // After the changes: what is answered vouches for all that was told before.
        Long sent = sentNanos.get(reply.getPing());
        if (sent != null) {
            sentNanos.keySet().removeIf(ping -> ping <= reply.getPing());
            coverage.proven(sent);
        }
        return news;
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
