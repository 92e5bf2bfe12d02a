package io.dbfs.common.rpc;

import io.dbfs.common.wire.WireLocator;
import io.dbfs.proto.DescribeReply;
import io.dbfs.proto.DescribeRequest;
import io.dbfs.proto.WireGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Where processes speak the wire protocol: each is asked once, at its API. Thread-safe. */
final class DescribedPorts implements WireLocator {
    private static final long TIMEOUT_SECONDS = 3;

    private final Function<String, Channel> api;
    private final ConcurrentMap<String, HostPort> known = new ConcurrentHashMap<>();

    /** {@code api}: a gRPC channel to an address. */
    DescribedPorts(Function<String, Channel> api) {
        this.api = api;
    }

    @Override
    public InetSocketAddress locate(String address) throws IOException {
        HostPort place = known.get(address);
        if (place == null) {
            place = new HostPort(HostPort.parse(address).host(), ask(address));
            known.put(address, place);
        }
        InetSocketAddress resolved = place.resolve();
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(place.host());
        }
        return resolved;
    }

    @Override
    public void forget(String address) {
        known.remove(address);
    }

    private int ask(String address) throws IOException {
        Future<DescribeReply> reply = ClientCalls.futureUnaryCall(
                api.apply(address).newCall(WireGrpc.getDescribeMethod(), CallOptions.DEFAULT),
                DescribeRequest.getDefaultInstance());
        try {
            return reply.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).getPort();
        } catch (ExecutionException e) {
            throw new IOException(Status.fromThrowable(e).toString(), e);
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new IOException(address + " did not answer within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + address + " was asked", e);
        }
    }
}
