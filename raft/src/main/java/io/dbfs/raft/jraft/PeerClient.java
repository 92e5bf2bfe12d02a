package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcUtils;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.Utils;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A replica's connections to its peers. Unlike JRaft's own client it notices a peer whose host fell silent and connects
 * anew without back-off, because a replica asks again only ten times in an election timeout anyway. Thread-safe.
 */
final class PeerClient implements RpcClient {
    private final ConcurrentMap<Endpoint, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final ConcurrentMap<Endpoint, AppendStream> streams = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, MethodDescriptor<Message, Message>> methods = new ConcurrentHashMap<>();
    private final Function<String, MethodDescriptor<Message, Message>> methodOf;
    private volatile @Nullable ReplicatorGroup replicators;
    private volatile boolean closed;

    /** @param methodOf the method that takes requests of a class, by its name */
    PeerClient(Function<String, MethodDescriptor<Message, Message>> methodOf) {
        this.methodOf = methodOf;
    }

    @Override
    public boolean init(RpcOptions options) {
        return true;
    }

    @Override
    public void shutdown() {
        closed = true;
        channels.keySet().forEach(this::closeConnection);
    }

    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return checkConnection(endpoint, false);
    }

    @Override
    public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        ManagedChannel channel =
                createIfAbsent ? channels.computeIfAbsent(endpoint, this::connect) : channels.get(endpoint);
        return channel != null && isUsable(channel);
    }

    @Override
    public void closeConnection(Endpoint endpoint) {
        ManagedChannel channel = channels.remove(endpoint);
        if (channel != null) {
            channel.shutdownNow();
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
        PeerReply reply = new PeerReply(callback);
        if (closed) {
            reply.onError(new RemotingException("the replica has stopped"));
            return;
        }
        ManagedChannel channel = channels.computeIfAbsent(endpoint, this::connect);
        if (!isUsable(channel)) {
            channel.resetConnectBackoff();
        }
        if (request instanceof AppendEntriesRequest entries) {
            AppendStream stream = streams.get(endpoint);
            if (stream != null) {
                stream.checkOverdue(Utils.monotonicMs());
            }
            // Heartbeats go by themselves, for they must fail early.
            if (entries.getEntriesCount() > 0) {
                streamTo(endpoint, channel).send(entries, reply, Utils.monotonicMs() + timeoutMillis);
                return;
            }
        }
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
        MethodDescriptor<Message, Message> method =
                methods.computeIfAbsent(request.getClass().getName(), methodOf);
        ClientCalls.asyncUnaryCall(channel.newCall(method, options), (Message) request, reply);
    }

    private AppendStream streamTo(Endpoint endpoint, ManagedChannel channel) {
        AppendStream stream = streams.get(endpoint);
        return stream != null && !stream.hasEnded()
                ? stream
                : streams.compute(
                        endpoint, (key, last) -> last == null || last.hasEnded() ? new AppendStream(channel) : last);
    }

    private ManagedChannel connect(Endpoint endpoint) {
        ManagedChannel channel = PeerChannels.connect(endpoint);
        watch(endpoint, channel, ConnectivityState.IDLE);
        return channel;
    }

    /** Lets JRaft resume sending to a peer as soon as it is connected again. */
    private void watch(Endpoint endpoint, ManagedChannel channel, ConnectivityState last) {
        channel.notifyWhenStateChanged(last, () -> {
            ConnectivityState now = channel.getState(false);
            if (now == ConnectivityState.SHUTDOWN) {
                return;
            }
            watch(endpoint, channel, now);
            ReplicatorGroup group = replicators;
            if (now == ConnectivityState.READY && group != null) {
                PeerId peer = Peers.peer(endpoint.toString());
                // Takes JRaft's locks, which a network thread must not wait for.
                Future<?> unused = RpcUtils.runInThread(() -> group.checkReplicator(peer, true));
            }
        });
    }

    private static boolean isUsable(ManagedChannel channel) {
        ConnectivityState state = channel.getState(false);
        return state != ConnectivityState.TRANSIENT_FAILURE && state != ConnectivityState.SHUTDOWN;
    }
}
