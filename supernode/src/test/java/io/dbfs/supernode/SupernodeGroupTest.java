package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.DataDirectoryException;
import io.dbfs.common.Errno;
import io.dbfs.common.host.FreePorts;
import io.dbfs.proto.NameOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real groups: JRaft, RocksDB and gRPC in one process. */
class SupernodeGroupTest {
    private static final FreePorts PORTS = new FreePorts(new Random());

    @TempDir
    Path folder;

    private final List<SupernodeServer> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(SupernodeServer::close);
    }

    @Test
    void aRestartKeepsNamesAndOutcomes() throws IOException {
        List<SupernodeMember> members = members(1);
        SupernodeServer server = start(members, 0);
        long session;
        NameOutcome created;
        try (SupernodeClient client = new SupernodeClient(List.of(server.address()))) {
            session = client.openSession();
            created = client.createInCluster(session, 1, "f");
        }
        server.close();
        SupernodeServer again = start(members, 0);
        try (SupernodeClient client = new SupernodeClient(List.of(again.address()))) {
            assertEquals(created.getInode(), client.lookup("f").getInode());
            assertEquals(created, client.createInCluster(session, 1, "f"), "a retry after the restart");
        }
    }

    @Test
    void ofThreeTheLeaderMayDie() throws IOException {
        List<SupernodeMember> members = members(3);
        List<SupernodeServer> servers = List.of(start(members, 0), start(members, 1), start(members, 2));
        try (SupernodeClient client = client(members)) {
            long session = client.openSession();
            NameOutcome before = client.createInCluster(session, 1, "before");
            String leader = client.leader();
            servers.stream().filter(server -> server.address().equals(leader)).forEach(SupernodeServer::close);
            assertEquals(before.getInode(), client.lookup("before").getInode());
            assertEquals(before, client.createInCluster(session, 1, "before"), "a retry at the new leader");
            assertTrue(client.createInCluster(session, 2, "after").getCreated());
        }
    }

    @Test
    void whileLeadersDieEveryAcknowledgedNameIsMadeExactlyOnce() throws Exception {
        List<SupernodeMember> members = members(3);
        List<SupernodeServer> servers = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            servers.add(start(members, i));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicBoolean stop = new AtomicBoolean();
        try (SupernodeClient client = client(members)) {
            Future<?> reporter = threads.submit(() -> reportUntil(stop, members));
            List<Future<Integer>> creators = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String prefix = "client" + i + "-";
                creators.add(threads.submit(() -> createUntil(stop, members, prefix)));
            }
            for (int round = 0; round < 2; round++) {
                client.reportNode("local", "u", 1 << 20);
                int leader = indexOf(members, client.leader());
                servers.get(leader).close();
                client.reportNode("local", "u", 1 << 20);
                servers.set(leader, start(members, leader));
            }
            stop.set(true);
            int created = 0;
            for (Future<Integer> creator : creators) {
                created += creator.get(60, TimeUnit.SECONDS);
            }
            reporter.get(60, TimeUnit.SECONDS);
            assertTrue(created > 0);
            assertEquals(created, client.countEntries());
            assertEquals(created + 1, client.status().getInodes());
        } finally {
            stop.set(true);
            threads.shutdownNow();
        }
    }

    private static void reportUntil(AtomicBoolean stop, List<SupernodeMember> members) {
        try (SupernodeClient client = client(members)) {
            while (!stop.get()) {
                client.reportNode("local", "u", 1 << 20);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static int createUntil(AtomicBoolean stop, List<SupernodeMember> members, String prefix) {
        try (SupernodeClient client = client(members)) {
            long session = client.openSession();
            int created = 0;
            while (!stop.get()) {
                int sequence = created + 1;
                NameOutcome outcome = client.create(session, sequence, prefix + sequence);
                if (outcome.getRefusal().getErrno() == Errno.EAGAIN.code()) {
                    continue;
                }
                assertEquals(0, outcome.getRefusal().getErrno(), () -> "create " + sequence + ": " + outcome);
                created++;
            }
            return created;
        }
    }

    private static SupernodeClient client(List<SupernodeMember> members) {
        return new SupernodeClient(
                members.stream().map(SupernodeMember::apiAddress).toList());
    }

    private static int indexOf(List<SupernodeMember> members, String address) {
        return members.stream().map(SupernodeMember::apiAddress).toList().indexOf(address);
    }

    @Test
    void aSecondProcessOnTheSameDataIsRefused() throws IOException {
        List<SupernodeMember> members = members(1);
        start(members, 0);
        DataDirectoryException refused = assertThrows(DataDirectoryException.class, () -> start(members, 0));
        assertTrue(String.valueOf(refused.getMessage()).contains("in use"), refused.getMessage());
    }

    private SupernodeServer start(List<SupernodeMember> members, int index) throws IOException {
        SupernodeMember self = members.get(index);
        SupernodeServer server = SupernodeServer.start(new SupernodeConfig(
                self.apiAddress(),
                self,
                members,
                folder.resolve("s" + index),
                Duration.ofMillis(500),
                SupernodeConfig.DEFAULT_SESSION_LEASE,
                SupernodeConfig.DEFAULT_RESERVE_BYTES,
                true));
        running.add(server);
        return server;
    }

    private static List<SupernodeMember> members(int count) throws IOException {
        List<SupernodeMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new SupernodeMember(PORTS.nextLoopback(), PORTS.nextLoopback()));
        }
        return members;
    }
}
