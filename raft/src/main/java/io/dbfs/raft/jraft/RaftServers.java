package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.NamedThreadFactory;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The servers of this process's Raft addresses, each shared by the groups that have a replica there. Thread-safe. */
final class RaftServers {
    /** A replica that fetches a snapshot holds one, so it is more than the groups of a process. */
    private static final int THREADS_MAX = 8;

    private static final int QUEUED_MAX = 4096;
    private static final long IDLE_SECONDS = 30;

    @GuardedBy("this")
    private final Map<String, Shared> servers = new HashMap<>();

    /** Begins a group's use of the server at an address, which is started for its first group. */
    synchronized void acquire(String raftAddress) throws IOException {
        Shared shared = servers.get(raftAddress);
        if (shared == null) {
            shared = start(raftAddress);
            servers.put(raftAddress, shared);
        }
        shared.groups++;
    }

    /** Ends a group's use, and the server after the last one. */
    synchronized void release(String raftAddress) {
        Shared shared = servers.get(raftAddress);
        if (shared != null && --shared.groups == 0) {
            servers.remove(raftAddress);
            NodeManager.getInstance().removeAddress(Peers.peer(raftAddress).getEndpoint());
            shared.server.shutdown();
            shared.handlers.shutdown();
        }
    }

    private static Shared start(String raftAddress) throws IOException {
        ThreadPoolExecutor handlers = new ThreadPoolExecutor(
                THREADS_MAX,
                THREADS_MAX,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUED_MAX),
                new NamedThreadFactory("raft-rpc-" + raftAddress + "-", true));
        handlers.allowCoreThreadTimeOut(true);
        try {
            Endpoint endpoint = Peers.peer(raftAddress).getEndpoint();
            RpcServer server = RaftRpcServerFactory.createRaftRpcServer(endpoint, handlers, handlers);
            // JRaft declares no exception here and throws what the socket throws.
            server.init(null);
            NodeManager.getInstance().addAddress(endpoint);
            return new Shared(server, handlers);
        } catch (RuntimeException e) {
            handlers.shutdown();
            throw new IOException("cannot listen on the Raft address " + raftAddress, e);
        }
    }

    private static final class Shared {
        private final RpcServer server;
        private final ThreadPoolExecutor handlers;
        private int groups;

        Shared(RpcServer server, ThreadPoolExecutor handlers) {
            this.server = server;
            this.handlers = handlers;
        }
    }
}
