package io.dbfs.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dbfs.common.FsException;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.FreePorts;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.OpenReply;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes in one process: JRaft, RocksDB, files, loopback. */
class NodeServerTest {
    private static final long INODE = 42;

    private static final FreePorts PORTS = new FreePorts(new Random());

    @TempDir
    Path directory;

    private final TestClient client = new TestClient();
    private FakeRegistry supernode;
    private final byte[] bytes = new byte[500_000];
    private final List<ServerAddress> members = new ArrayList<>();
    private final NodeServer[] nodes = new NodeServer[4];

    @BeforeEach
    void startThreeNodes() throws Exception {
        new Random(1).nextBytes(bytes);
        supernode = new FakeRegistry();
        for (int number = 1; number <= 3; number++) {
            members.add(new ServerAddress(PORTS.nextLoopback(), PORTS.nextLoopback()));
        }
        for (int number = 1; number <= 3; number++) {
            start(number);
        }
        for (int number = 1; number <= 3; number++) {
            nodes[number].joined().get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stopAll() {
        client.close();
        for (int number = 1; number <= 3; number++) {
            stop(number);
        }
        supernode.close();
    }

    @Test
    void aFileOutlivesTheDeathOfTheLeaderAndARestartOfAllNodes() throws Exception {
        client.write(leader(), INODE, bytes);
        stop(numberOf(leader()));
        assertArrayEquals(bytes, client.read(leader(), INODE));
        Await.until("the dead node's copies are made elsewhere", () -> liveCopies() == 2);
        for (int number = 1; number <= 3; number++) {
            stop(number);
        }
        for (int number = 1; number <= 3; number++) {
            start(number);
        }
        assertArrayEquals(bytes, client.read(leader(), INODE));
    }

    @Test
    void aNodeThatIsNoFounderJoinsThroughTheSupernodeTakesChunksAndLeavesAgain() throws Exception {
        ServerAddress address = new ServerAddress(PORTS.nextLoopback(), PORTS.nextLoopback());
        try (NodeServer fourth = NodeServer.start(config("node-4", address))) {
            fourth.joined().get(30, TimeUnit.SECONDS);
            Await.until("a chunk is on the fourth node", () -> writeAndCount(fourth.address()) > 0);
            fourth.leave().get(30, TimeUnit.SECONDS);
            assertEquals(0, count(fourth.address()));
            assertArrayEquals(bytes, client.read(leader(), INODE));
        }
    }

    private int writeAndCount(String address) {
        try {
            client.write(leader(), INODE, bytes);
            return count(address);
        } catch (FsException | StatusRuntimeException notNow) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Copies of the file on a node. */
    private int count(String address) throws InterruptedException {
        return (int) client.open(leader(), INODE).getNodesList().stream()
                .filter(node -> node.getAddress().equals(address))
                .count();
    }

    private NodeConfig config(String name, ServerAddress address) {
        return NodeConfig.of("test", name, address, List.of(supernode.address()), members, directory.resolve(name))
                .withSilence(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    private void start(int number) throws IOException {
        nodes[number] = NodeServer.start(config("node-" + number, members.get(number - 1)));
    }

    private void stop(int number) {
        if (nodes[number] != null) {
            nodes[number].close();
            nodes[number] = null;
        }
    }

    /** Waits for a leader that can place chunks. */
    private String leader() throws InterruptedException {
        String[] found = new String[1];
        Await.until("a leader that places chunks", () -> {
            for (int number = 1; number <= 3 && found[0] == null; number++) {
                if (nodes[number] != null && places(nodes[number].address())) {
                    found[0] = nodes[number].address();
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private boolean places(String address) {
        try {
            AllocateReply reply = client.allocate(address);
            return !Refusals.refused(reply.getRefusal());
        } catch (StatusRuntimeException unreachable) {
            return false;
        }
    }

    private int liveCopies() {
        try {
            OpenReply file = client.open(leader(), INODE);
            Set<Integer> copies = new TreeSet<>(file.getChunks(0).getReplicasList());
            long live = file.getNodesList().stream()
                    .filter(node -> copies.contains(node.getNodeId()))
                    .filter(node -> numberOf(node.getAddress()) != 0)
                    .count();
            return (int) live;
        } catch (FsException | StatusRuntimeException notNow) {
            return 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Number of the running node of an address; 0 when it does not run. */
    private int numberOf(String address) {
        for (int number = 1; number <= 3; number++) {
            if (nodes[number] != null && nodes[number].address().equals(address)) {
                return number;
            }
        }
        return 0;
    }
}
