package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.NamedThreadFactory;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dbfs.common.wire.WireServer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What is served at this process's Raft addresses, each shared by the groups that have a replica there. Thread-safe. */
final class RaftServers {
    /** A replica that fetches a snapshot holds one, so it is more than the groups of a process. */
    private static final int THREADS_MAX = 8;

    private static final int QUEUED_MAX = 4096;
    private static final long IDLE_SECONDS = 30;

    @GuardedBy("this")
    private final Map<String, Shared> served = new HashMap<>();

    /** Begins a group's use of an address, where {@code wire} listens. */
    synchronized void acquire(String raftAddress, WireServer wire) {
        Shared shared = served.get(raftAddress);
        if (shared == null) {
            shared = start(raftAddress, wire);
            served.put(raftAddress, shared);
        }
        shared.groups++;
    }

    /** Ends a group's use; after the last one nothing is served there. */
    synchronized void release(String raftAddress) {
        Shared shared = served.get(raftAddress);
        if (shared != null && --shared.groups == 0) {
            served.remove(raftAddress);
            NodeManager.getInstance().removeAddress(Peers.peer(raftAddress).getEndpoint());
            // Threads end after the connections that hand work to them.
            shared.wire.remove(shared.service);
            shared.handlers.shutdown();
        }
    }

    private static Shared start(String raftAddress, WireServer wire) {
        ThreadPoolExecutor handlers = new ThreadPoolExecutor(
                THREADS_MAX,
                THREADS_MAX,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUED_MAX),
                new NamedThreadFactory("raft-rpc-" + raftAddress + "-", true));
        handlers.allowCoreThreadTimeOut(true);
        Endpoint endpoint = Peers.peer(raftAddress).getEndpoint();
        // JRaft starts no replica at an address that it does not know to be served.
        NodeManager.getInstance().addAddress(endpoint);
        PeerService service = new PeerService(handlers);
        wire.add(service);
        return new Shared(wire, service, handlers);
    }

    private static final class Shared {
        private final WireServer wire;
        private final PeerService service;
        private final ThreadPoolExecutor handlers;
        private int groups;

        Shared(WireServer wire, PeerService service, ThreadPoolExecutor handlers) {
            this.wire = wire;
            this.service = service;
            this.handlers = handlers;
        }
    }
}
