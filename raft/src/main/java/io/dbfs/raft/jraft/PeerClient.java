package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcUtils;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.NamedThreadFactory;
import com.google.protobuf.Message;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica's connections to its peers: one for each lane, made when it is first asked for and made anew, without back-off,
 * when it is asked for after it ended. A replica asks again only ten times in an election timeout anyway. Thread-safe.
 */
final class PeerClient implements RpcClient {
    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);
    private static final long IDLE_SECONDS = 10;

    private final ConcurrentMap<Key, PeerLink> links = new ConcurrentHashMap<>();
    /** At most one task for each link at a time. */
    private final ThreadPoolExecutor writers = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new NamedThreadFactory("raft-writer-", true));

    private final Set<Endpoint> unreachable = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ReplicatorGroup replicators;
    private volatile boolean closed;

    private record Key(Endpoint endpoint, PeerLane lane) {}

    @Override
    public boolean init(RpcOptions options) {
        return true;
    }

    @Override
    public void shutdown() {
        closed = true;
        links.values().forEach(PeerLink::close);
        writers.shutdown();
    }

    @Override
    public boolean checkConnection(Endpoint endpoint) {
        PeerLink link = links.get(new Key(endpoint, PeerLane.CONTROL));
        return link != null && !link.hasEnded();
    }

    /** A connection that is being made counts: what is asked meanwhile waits for it, as long as it may. */
    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        return createIfAbsent ? !linkTo(new Key(endpoint, PeerLane.CONTROL)).hasEnded() : checkConnection(endpoint);
    }

    @Override
    public void closeConnection(Endpoint endpoint) {
        for (PeerLane lane : PeerLane.values()) {
            PeerLink link = links.remove(new Key(endpoint, lane));
            if (link != null) {
                link.close();
            }
        }
    }

    @Override
    public void registerConnectEventListener(ReplicatorGroup replicatorGroup) {
        replicators = replicatorGroup;
    }

    @Override
    public Object invokeSync(Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMillis)
            throws InterruptedException, RemotingException {
        CompletableFuture<Object> reply = new CompletableFuture<>();
        InvokeCallback callback = (result, failure) -> {
            if (failure == null) {
                reply.complete(result);
            } else {
                reply.completeExceptionally(failure);
            }
        };
        invokeAsync(endpoint, request, context, callback, timeoutMillis);
        try {
            return reply.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InvokeTimeoutException(e);
        } catch (ExecutionException e) {
            throw new RemotingException(e.getCause());
        }
    }

    @Override
    public void invokeAsync(
            Endpoint endpoint,
            Object request,
            @Nullable InvokeContext context,
            InvokeCallback callback,
            long timeoutMillis) {
        PeerCall call = PeerCall.ofRequest(request);
        if (!VoteGate.allows(request)) {
            callback.complete(null, new RemotingException("this replica is being filled again, and asks for no vote"));
            return;
        }
        PeerReply reply = new PeerReply(call, callback);
        PeerLink link = linkTo(new Key(endpoint, PeerLane.of(call, request)));
        link.send((Message) request, reply, Duration.ofMillis(timeoutMillis));
    }

    private PeerLink linkTo(Key key) {
        PeerLink link = links.get(key);
        return link != null && !link.hasEnded()
                ? link
                : links.compute(key, (same, last) -> last == null || last.hasEnded() ? open(same) : last);
    }

    private PeerLink open(Key key) {
        String name = key.endpoint() + "-" + key.lane();
        PeerLink link = new PeerLink(name, () -> connect(key.endpoint()), writers, () -> resume(key.endpoint()));
        if (closed) {
            link.close();
        } else {
            link.start();
        }
        return link;
    }

    /** A peer is asked for ten times in an election timeout; that it is away is said once. */
    private WireConnection connect(Endpoint endpoint) throws IOException {
        try {
            WireConnection connection = connectNow(endpoint);
            if (unreachable.remove(endpoint)) {
                LOG.info("peer {} is reached again", endpoint);
            }
            return connection;
        } catch (IOException e) {
            if (unreachable.add(endpoint)) {
                LOG.warn("peer {} cannot be reached, and is tried until it can: {}", endpoint, e.toString());
            }
            throw e;
        }
    }

    private static WireConnection connectNow(Endpoint endpoint) throws IOException {
        InetSocketAddress address = HostPort.parse(endpoint.toString()).resolve();
        if (address.isUnresolved()) {
            throw new UnknownHostException(address.getHostString());
        }
        return WireConnection.connect(address, WireKind.RAFT);
    }

    /** Lets JRaft begin to send to a peer that it could not reach before. */
    private void resume(Endpoint endpoint) {
        ReplicatorGroup group = replicators;
        if (group != null) {
            PeerId peer = Peers.peer(endpoint.toString());
            // Takes JRaft's locks, which the thread that receives replies must not wait for.
            Future<?> unused = RpcUtils.runInThread(() -> group.checkReplicator(peer, true));
        }
    }
}
