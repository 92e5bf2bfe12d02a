package io.dbfs.test.harness;

import io.dbfs.common.host.FreePorts;
import io.dbfs.common.rpc.Channels;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.GetStatusRequest;
import io.dbfs.proto.Health;
import io.dbfs.proto.NodeStatus;
import io.dbfs.proto.RegistryGrpc;
import io.dbfs.proto.SupernodeStatus;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Supernodes, clusters and one mount on loopback, each process a JVM of its own. */
public final class Deployment implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final FreePorts PORTS = new FreePorts(new Random());
    private static final int SERVER_HEAP_MEGABYTES = 128;

    private final Path directory;
    private final Channels channels = new Channels();
    private final List<Server> supernodes;
    private final List<Server> nodes;
    private final MountProcess mount;

    private final List<String> mountOptions;

    private record Server(String api, ServerProcess process) {}

    private Deployment(
            Path directory, int supernodeCount, List<String> clusters, int nodesPerCluster, List<String> mountOptions)
            throws IOException {
        this.directory = directory;
        this.mountOptions = List.copyOf(mountOptions);
        Path mountPoint = Files.createDirectories(directory.resolve("mnt"));
        Files.createDirectories(directory.resolve("log"));
        supernodes = supernodes(supernodeCount);
        nodes = new ArrayList<>();
        for (String cluster : clusters) {
            nodes.addAll(nodes(cluster, nodesPerCluster));
        }
        mount = MountProcess.of("mount", supernodeAddresses(), mountPoint, this.mountOptions, log("mount"));
    }

    /** Starts everything for one cluster, every mount with these options, and waits until the mount is usable. */
    public static Deployment start(Path directory, int supernodes, int nodes, String... mountOptions)
            throws IOException {
        return start(directory, supernodes, List.of("main"), nodes, mountOptions);
    }

    /** Starts everything and waits until the mount is usable. */
    public static Deployment start(
            Path directory, int supernodes, List<String> clusters, int nodesPerCluster, String... mountOptions)
            throws IOException {
        Deployment deployment = new Deployment(directory, supernodes, clusters, nodesPerCluster, List.of(mountOptions));
        try {
            deployment.startEverything();
        } catch (AssertionError | RuntimeException e) {
            deployment.close();
            throw e;
        }
        return deployment;
    }

    /** The mounted directory. */
    public Path mount() {
        return mount.path();
    }

    /** "host:port" of each supernode process. */
    public List<String> supernodeAddresses() {
        return supernodes.stream().map(Server::api).toList();
    }

    public ServerProcess mountProcess() {
        return mount.process();
    }

    /** Mounts once more, on a directory of this name; close it. */
    public MountProcess anotherMount(String name) throws IOException {
        return MountProcess.start(supernodeAddresses(), directory.resolve(name), mountOptions, log(name));
    }

    /** The supernode process that leads now. */
    public ServerProcess leadingSupernode() {
        String leader = awaitLeader(
                "a supernode leads",
                () -> status().getSupernodesList().stream()
                        .filter(SupernodeStatus::getLeads)
                        .map(SupernodeStatus::getAddress));
        return find(supernodes, leader);
    }

    /** The node that leads the first cluster now. */
    public ServerProcess leadingNode() {
        return find(
                nodes,
                awaitLeader(
                        "the cluster has a leader", () -> Stream.of(cluster().getLeader())));
    }

    /** A node of the first cluster that does not lead it. */
    public ServerProcess followingNode() {
        return followingNodes().get(0);
    }

    /** Every node of the first cluster that does not lead it. */
    public List<ServerProcess> followingNodes() {
        ServerProcess leader = leadingNode();
        return nodes.stream()
                .map(Server::process)
                .filter(node -> node != leader)
                .toList();
    }

    /** Every supernode and node. */
    public List<ServerProcess> servers() {
        return Stream.concat(supernodes.stream(), nodes.stream())
                .map(Server::process)
                .toList();
    }

    /** What the supernode's leader tells. */
    public GetStatusReply status() {
        StatusRuntimeException last = null;
        for (Server supernode : supernodes) {
            try {
                GetStatusReply reply = RegistryGrpc.newBlockingStub(channels.control(supernode.api()))
                        .withDeadlineAfter(2, TimeUnit.SECONDS)
                        .getStatus(GetStatusRequest.getDefaultInstance());
                if (!reply.getRefusal().getNotLeader()) {
                    return reply;
                }
            } catch (StatusRuntimeException e) {
                last = e;
            }
        }
        throw new IllegalStateException("no supernode leads", last);
    }

    /** Waits until every node is heard and every chunk has its copies. */
    public void awaitHealthy() {
        Await.until("all nodes healthy, all chunks with their copies", START_TIMEOUT, () -> {
            GetStatusReply status = status();
            List<NodeStatus> seen = status.getClustersList().stream()
                    .flatMap(cluster -> cluster.getNodesList().stream())
                    .toList();
            return seen.size() == nodes.size()
                    && seen.stream().allMatch(node -> node.getHealth() == Health.HEALTHY)
                    && status.getClustersList().stream()
                            .allMatch(cluster -> !cluster.getLeader().isEmpty()
                                    && cluster.getFigures().getChunksBelowCopies() == 0);
        });
    }

    /** Waits until a file is there, as a program on the mount makes it. */
    public void awaitFile(String name) {
        Await.until(
                name + " exists",
                START_TIMEOUT,
                () -> Shell.tryRun(mount(), Duration.ofSeconds(10), "test -e '" + name + "'")
                                .status()
                        == 0);
    }

    /** Ends the mount in order and mounts anew, so that nothing is answered from its caches. */
    public void remount() {
        mount.process().stop();
        mount.start();
    }

    /** kill -9 of every process. */
    public void killEverything() {
        all().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
        mount.detach();
    }

    /** Starts whatever does not run, and waits until the mount is usable. */
    public void startEverything() {
        Stream.concat(supernodes.stream(), nodes.stream())
                .map(Server::process)
                .filter(process -> !process.isAlive())
                .forEach(ServerProcess::start);
        try {
            awaitHealthy();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + logs(), e);
        }
        mount.start();
    }

    @Override
    public void close() {
        mount.close();
        all().forEach(ServerProcess::close);
        channels.close();
    }

    /** The end of every process's log, for a failure's message. */
    public String logs() {
        return all().map(process -> "--- " + process.name() + "\n" + tail(process.log()))
                .collect(Collectors.joining("\n"));
    }

    private static String tail(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private Stream<ServerProcess> all() {
        return Stream.concat(
                Stream.of(mount.process()),
                Stream.concat(nodes.stream(), supernodes.stream()).map(Server::process));
    }

    private ClusterStatus cluster() {
        return status().getClusters(0);
    }

    private interface Leaders {
        Stream<String> now();
    }

    private static String awaitLeader(String what, Leaders leaders) {
        String[] found = {""};
        Await.until(what, START_TIMEOUT, () -> {
            found[0] = leaders.now().findFirst().orElse("");
            return !found[0].isEmpty();
        });
        return found[0];
    }

    private static ServerProcess find(List<Server> servers, String api) {
        return servers.stream()
                .filter(server -> server.api().equals(api))
                .map(Server::process)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process serves " + api));
    }

    private String addresses() {
        return supernodes.stream().map(Server::api).collect(Collectors.joining(","));
    }

    private List<Server> supernodes(int count) throws IOException {
        List<String> apis = loopback(count);
        List<String> rafts = loopback(count);
        String members = IntStream.range(0, count)
                .mapToObj(i -> "  - " + member(apis.get(i), rafts.get(i)))
                .collect(Collectors.joining("\n"));
        List<Server> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "supernode" + (i + 1);
            Path config = directory.resolve(name + ".yaml");
            Files.writeString(
                    config, """
                        role: supernode
                        address: %s
                        data: %s
                        members:
                        %s
                        """.formatted(member(apis.get(i), rafts.get(i)), directory.resolve(name), members));
            result.add(new Server(apis.get(i), server(name, "supernode", config)));
        }
        return result;
    }

    private List<Server> nodes(String cluster, int count) throws IOException {
        List<String> apis = loopback(count);
        List<String> rafts = loopback(count);
        String members = IntStream.range(0, count)
                .mapToObj(i -> "  - " + member(apis.get(i), rafts.get(i)))
                .collect(Collectors.joining("\n"));
        List<Server> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = cluster + (i + 1);
            Path config = directory.resolve(name + ".yaml");
            Files.writeString(config, """
                role: node
                cluster: %s
                name: %s
                address: %s
                supernodes: [%s]
                data: %s
                members:
                %s
                """.formatted(
                    cluster, name, member(apis.get(i), rafts.get(i)), addresses(), directory.resolve(name), members));
            result.add(new Server(apis.get(i), server(name, "node", config)));
        }
        return result;
    }

    private static String member(String api, String raft) {
        return api + "/" + raft.substring(raft.lastIndexOf(':') + 1);
    }

    private static List<String> loopback(int count) throws IOException {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(PORTS.nextLoopback());
        }
        return addresses;
    }

    private ServerProcess server(String name, String role, Path config) {
        return new ServerProcess(name, log(name), SERVER_HEAP_MEGABYTES, List.of(role, "-c", config.toString()));
    }

    private Path log(String name) {
        return directory.resolve("log").resolve(name + ".log");
    }
}
