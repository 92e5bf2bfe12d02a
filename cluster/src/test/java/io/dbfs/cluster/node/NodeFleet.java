package io.dbfs.cluster.node;

import io.dbfs.common.FsException;
import io.dbfs.common.config.ServerAddress;
import io.dbfs.common.host.FreePorts;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.LeaveRequest;
import io.dbfs.proto.ListNodesReply;
import io.dbfs.proto.ListNodesRequest;
import io.dbfs.proto.ListedNode;
import io.dbfs.proto.MembersGrpc;
import io.dbfs.proto.MembersGrpc.MembersBlockingStub;
import io.dbfs.proto.OpenReply;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Real nodes of one cluster in this process, each on a host of a name; they are started, stopped and killed. */
final class NodeFleet implements AutoCloseable {
    private static final FreePorts PORTS = new FreePorts(new Random());
    private static final Duration SUSPECT = Duration.ofSeconds(1);
    private static final Duration DEAD = Duration.ofSeconds(3);

    private final Path directory;
    private final FakeRegistry supernode;
    private final TestClient client = new TestClient();
    private final Channels channels = new Channels();
    private final List<ServerAddress> founders = new ArrayList<>();
    private final Map<String, NodeConfig> configs = new TreeMap<>();
    private final Map<String, NodeServer> running = new TreeMap<>();

    /** Starts founders, by name: of {@code a1} the host is {@code a}. */
    NodeFleet(Path directory, String... names) throws IOException {
        this.directory = directory;
        supernode = new FakeRegistry();
        for (String ignored : names) {
            founders.add(new ServerAddress(PORTS.nextLoopback(), PORTS.nextLoopback()));
        }
        for (int i = 0; i < names.length; i++) {
            configs.put(names[i], config(names[i], founders.get(i)));
        }
        for (String name : names) {
            start(name);
        }
    }

    TestClient client() {
        return client;
    }

    /** Starts a node again, or a new one that joins. */
    void start(String name) throws IOException {
        NodeConfig config = configs.get(name);
        if (config == null) {
            config = config(name, new ServerAddress(PORTS.nextLoopback(), PORTS.nextLoopback()));
            configs.put(name, config);
        }
        running.put(name, NodeServer.start(config));
    }

    /** Ends a node without a word. */
    void kill(String name) {
        take(name).close();
    }

    /** Ends a node in order. */
    void stop(String name) {
        take(name).stop();
    }

    /** Asks the leader to remove a node. Fails with an FsException where it is refused. */
    void remove(String name) throws InterruptedException {
        int id = node(name).getRecord().getNodeId();
        Refusals.check(members(leader())
                .leave(LeaveRequest.newBuilder().setNodeId(id).build())
                .getRefusal());
    }

    /** Name of the node that leads. */
    String leader() throws InterruptedException {
        String[] found = new String[1];
        Await.until("a leader", () -> {
            found[0] = running.keySet().stream()
                    .filter(name -> list(name) != null)
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** "host:port" of the leader's API. */
    String leaderAddress() throws InterruptedException {
        return address(leader());
    }

    /** A node as the leader lists it. */
    ListedNode node(String name) throws InterruptedException {
        return nodes().stream()
                .filter(node -> node.getRecord().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node " + name));
    }

    /** Names of the nodes that vote. */
    List<String> voters() throws InterruptedException {
        return nodes().stream()
                .filter(ListedNode::getVotes)
                .map(node -> node.getRecord().getName())
                .sorted()
                .toList();
    }

    /** Every node, as the leader lists it. */
    List<ListedNode> nodes() throws InterruptedException {
        ListNodesReply[] found = new ListNodesReply[1];
        Await.until("a list of nodes", () -> {
            found[0] = running.keySet().stream()
                    .map(this::list)
                    .filter(reply -> reply != null)
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        return found[0].getNodesList();
    }

    /** Names of the nodes that hold a file's chunk, sorted; none while the leader cannot tell. */
    List<String> holders(long inode) throws InterruptedException {
        Map<Integer, String> names = new TreeMap<>();
        nodes().forEach(node ->
                names.put(node.getRecord().getNodeId(), node.getRecord().getName()));
        try {
            OpenReply file = client.open(leaderAddress(), inode);
            return file.getChunks(0).getReplicasList().stream()
                    .map(node -> names.getOrDefault(node, "?"))
                    .sorted()
                    .toList();
        } catch (FsException | StatusRuntimeException notNow) {
            return List.of();
        }
    }

    /** On how many hosts a file's chunk lies. */
    long hosts(long inode) throws InterruptedException {
        return holders(inode).stream()
                .map(name -> name.substring(0, 1))
                .distinct()
                .count();
    }

    /** Writes a file as soon as the leader places chunks. */
    void write(long inode, byte[] bytes) throws InterruptedException {
        Await.until("a file is written", () -> {
            try {
                client.write(leaderAddress(), inode, bytes);
                return true;
            } catch (FsException | StatusRuntimeException notNow) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private @Nullable ListNodesReply list(String name) {
        try {
            ListNodesReply reply = members(name).listNodes(ListNodesRequest.getDefaultInstance());
            return Refusals.refused(reply.getRefusal()) ? null : reply;
        } catch (StatusRuntimeException unreachable) {
            return null;
        }
    }

    private MembersBlockingStub members(String name) {
        return MembersGrpc.newBlockingStub(channels.control(address(name))).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private String address(String name) {
        NodeServer node = running.get(name);
        if (node == null) {
            throw new AssertionError("node " + name + " does not run");
        }
        return node.address();
    }

    private NodeServer take(String name) {
        NodeServer node = running.remove(name);
        if (node == null) {
            throw new AssertionError("node " + name + " does not run");
        }
        return node;
    }

    private NodeConfig config(String name, ServerAddress address) {
        return NodeConfig.of("test", name, address, List.of(supernode.address()), founders, directory.resolve(name))
                .withHost(name.substring(0, 1))
                .withSilence(SUSPECT, DEAD);
    }

    @Override
    public void close() {
        client.close();
        channels.close();
        running.values().forEach(NodeServer::close);
        supernode.close();
    }
}
