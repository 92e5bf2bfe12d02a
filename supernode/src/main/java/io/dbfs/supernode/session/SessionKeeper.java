package io.dbfs.supernode.session;

import io.dbfs.proto.SessionRecord;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.replica.Namespace;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sessions: those closed, those whose lease ran out, and those an earlier leader left half ended. Thread-safe. */
public final class SessionKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

    private final Namespace namespace;
    private final SessionLeases leases;
    /** Sessions whose end is under way here. */
    private final Set<Long> ending = ConcurrentHashMap.newKeySet();

    public SessionKeeper(Namespace namespace, SessionLeases leases) {
        this.namespace = namespace;
        this.leases = leases;
    }

    /** Looks for sessions to end; called about once a second, whether this process leads or not. */
    public void tick() {
        if (!namespace.leads()) {
            leases.clear();
            return;
        }
        Map<Long, SessionRecord> sessions = namespace.readHere(NamesReader::sessions);
        Set<Long> expired = new HashSet<>(leases.expired(sessions.keySet()));
        sessions.forEach((id, session) -> {
            if (session.getEnding() || expired.contains(id)) {
                endInBackground(id, session);
            }
        });
    }

    private void endInBackground(long id, SessionRecord session) {
        if (!ending.add(id)) {
            return;
        }
        LOG.info("ending session {} of {} on {}", id, session.getMountPoint(), session.getHost());
        CompletableFuture<Void> unused = end(id).whenComplete((ended, failure) -> {
            ending.remove(id);
            if (failure != null) {
                LOG.warn("ending session {} failed and is tried again: {}", id, failure.toString());
            }
        });
    }

    /** Ends a session now, all of it. */
    public CompletableFuture<Void> end(long id) {
        return namespace
                .endSession(id)
                .thenCompose(outcome -> outcome.getMore() ? end(id) : CompletableFuture.completedFuture(null));
    }
}
