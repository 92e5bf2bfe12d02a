package io.dbfs.daemon.local;

import io.dbfs.cluster.node.NodeConfig;
import io.dbfs.cluster.node.NodeServer;
import io.dbfs.common.DataDirectory;
import io.dbfs.common.host.FreePorts;
import io.dbfs.supernode.SupernodeConfig;
import io.dbfs.supernode.SupernodeMember;
import io.dbfs.supernode.SupernodeServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole system in this process: a supernode and the nodes of one cluster, each as in a process of its own. */
public final class LocalSystem implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LocalSystem.class);

    private final DataDirectory hold;
    private final LocalLayout layout;
    /** In the order in which they are ended. */
    private final List<AutoCloseable> servers = new ArrayList<>();

    private LocalSystem(DataDirectory hold, LocalLayout layout) {
        this.hold = hold;
        this.layout = layout;
    }

    /**
     * Starts the system of a data directory, made when it is not there. The servers start side by side; when this
     * returns all of them serve, though leaders may still be elected.
     *
     * @throws io.dbfs.common.DataDirectoryException when the directory or a port is in use, or the directory is another's
     * @throws IOException when a server cannot start
     */
    public static LocalSystem start(Path data) throws IOException {
        DataDirectory hold = DataDirectory.open(data, "up", LocalLayout.CLUSTER);
        try {
            LocalSystem system = new LocalSystem(hold, LocalLayout.open(data, new FreePorts(new SecureRandom())));
            try {
                system.startServers();
                return system;
            } catch (IOException | RuntimeException failure) {
                system.closeServers();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            hold.close();
            throw failure;
        }
    }

    /** "host:port" of the supernode's API. */
    public String supernode() {
        return layout.supernode().api();
    }

    /** Name of its cluster. */
    public String cluster() {
        return LocalLayout.CLUSTER;
    }

    /** How many storage nodes it has. */
    public int nodes() {
        return layout.nodes().size();
    }

    private void startServers() throws IOException {
        List<Callable<AutoCloseable>> starts = new ArrayList<>();
        for (int index = 0; index < layout.nodes().size(); index++) {
            int node = index;
            starts.add(() -> NodeServer.start(nodeConfig(node)));
        }
        starts.add(() -> SupernodeServer.start(supernodeConfig()));
        ExecutorService starters = Executors.newFixedThreadPool(starts.size());
        try {
            collect(starters.invokeAll(starts));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while servers were starting", e);
        } finally {
            starters.shutdown();
        }
    }

    /** Keeps what has started, also when another has failed: it must be ended. */
    private void collect(List<Future<AutoCloseable>> started) throws IOException, InterruptedException {
        ExecutionException failed = null;
        for (Future<AutoCloseable> start : started) {
            try {
                servers.add(start.get());
            } catch (ExecutionException e) {
                log.debug("a server could not start", e);
                failed = failed == null ? e : failed;
            }
        }
        if (failed != null) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
        }
    }

    private NodeConfig nodeConfig(int index) {
        return NodeConfig.of(
                LocalLayout.CLUSTER,
                LocalLayout.nodeName(index),
                layout.nodes().get(index),
                List.of(layout.supernode().api()),
                layout.nodes(),
                layout.nodeData(index));
    }

    private SupernodeConfig supernodeConfig() {
        SupernodeMember self =
                new SupernodeMember(layout.supernode().api(), layout.supernode().raft());
        return SupernodeConfig.of(self, List.of(self), layout.supernodeData());
    }

    /** Ends the nodes, then the supernode they report to, and lets the data directory go. */
    @Override
    public void close() throws IOException {
        closeServers();
        hold.close();
    }

    private void closeServers() {
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                log.error("a server of the local system failed to end", e);
            }
        }
        servers.clear();
    }
}
