package io.dbfs.supernode.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.proto.SessionRecord;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.replica.Namespace;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionKeeperTest {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private long nanos = 5;
    private final LocalGroup group =
            new LocalGroup(new NamesMachine(), new MemoryKvStore(), () -> Instant.ofEpochSecond(1));
    private final Namespace namespace = new Namespace(group, raftAddress -> "");
    private final SessionLeases leases = new SessionLeases(LEASE, () -> nanos);
    private final SessionKeeper keeper = new SessionKeeper(namespace, leases);

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void aSessionEndsWhenItsLeaseHasRunOut() {
        long session = open();
        leases.renew(session);
        pass(LEASE);
        keeper.tick();
        assertEquals(Set.of(session), sessions());
        pass(Duration.ofNanos(1));
        keeper.tick();
        assertEquals(Set.of(), sessions());
    }

    @Test
    void aSessionThatIsHeardOfLives() {
        long session = open();
        for (int i = 0; i < 10; i++) {
            leases.renew(session);
            pass(LEASE);
            keeper.tick();
        }
        assertEquals(Set.of(session), sessions());
    }

    @Test
    void aLeaderThatSeesASessionForTheFirstTimeGivesItItsWholeLease() {
        long session = open();
        pass(Duration.ofDays(1));
        keeper.tick();
        pass(LEASE);
        keeper.tick();
        assertEquals(Set.of(session), sessions());
        pass(Duration.ofNanos(1));
        keeper.tick();
        assertEquals(Set.of(), sessions());
    }

    @Test
    void silenceIsTold() {
        long session = open();
        leases.renew(session);
        pass(Duration.ofSeconds(4));
        assertEquals(4000, leases.silentMillis(session));
        assertEquals(0, leases.silentMillis(session + 1), "never heard of");
    }

    private long open() {
        return namespace
                .openSession(SessionRecord.newBuilder().setHost("here").build())
                .join()
                .getSession();
    }

    private Set<Long> sessions() {
        return namespace.readHere(NamesReader::sessions).keySet();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
