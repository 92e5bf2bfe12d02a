package io.dbfs.supernode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dbfs.common.DataDirectoryException;
import io.dbfs.proto.NameOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real groups: JRaft, RocksDB and gRPC in one process. */
class SupernodeGroupTest {
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
            client.reportNode("local", "u", 1 << 20);
            created = client.create(session, 1, "f");
        }
        server.close();
        SupernodeServer again = start(members, 0);
        try (SupernodeClient client = new SupernodeClient(List.of(again.address()))) {
            assertEquals(created.getInode(), client.lookup("f").getInode());
            client.reportNode("local", "u", 1 << 20);
            assertEquals(created, client.create(session, 1, "f"), "a retry after the restart");
        }
    }

    @Test
    void ofThreeTheLeaderMayDie() throws IOException {
        List<SupernodeMember> members = members(3);
        List<SupernodeServer> servers = List.of(start(members, 0), start(members, 1), start(members, 2));
        try (SupernodeClient client = new SupernodeClient(
                members.stream().map(SupernodeMember::apiAddress).toList())) {
            long session = client.openSession();
            client.reportNode("local", "u", 1 << 20);
            NameOutcome before = client.create(session, 1, "before");
            String leader = client.leader();
            servers.stream().filter(server -> server.address().equals(leader)).forEach(SupernodeServer::close);
            assertEquals(before.getInode(), client.lookup("before").getInode());
            client.reportNode("local", "u", 1 << 20);
            assertEquals(before, client.create(session, 1, "before"), "a retry at the new leader");
            assertTrue(client.create(session, 2, "after").getCreated());
        }
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
                true));
        running.add(server);
        return server;
    }

    private static List<SupernodeMember> members(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<SupernodeMember> members = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                members.add(new SupernodeMember(
                        "127.0.0.1:" + sockets.get(2 * i).getLocalPort(),
                        "127.0.0.1:" + sockets.get(2 * i + 1).getLocalPort()));
            }
            return members;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
