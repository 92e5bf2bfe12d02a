package io.dbfs.common.wire;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/**
 * A gRPC channel to one process whose unary calls go over the wire protocol. Such a call is done when {@code halfClose}
 * returns: it blocks its caller, whose thread does all the work. Streams go over gRPC's own transport. Thread-safe.
 */
public final class WireChannel extends Channel {
    /** How long a unary call may take, in nanoseconds. */
    public static final CallOptions.Key<Long> TIMEOUT_NANOS =
            CallOptions.Key.createWithDefault("io.dbfs.timeout-nanos", 30_000_000_000L);

    private final WirePool pool;
    private final String address;
    private final Channel streams;

    /**
     * @param address host:port of the process's API
     * @param streams a channel of gRPC's own to it
     */
    public WireChannel(WirePool pool, String address, Channel streams) {
        this.pool = pool;
        this.address = address;
        this.streams = streams;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return method.getType() == MethodType.UNARY
                ? new UnaryClientCall<>(pool, address, method, options.getOption(TIMEOUT_NANOS))
                : streams.newCall(method, options);
    }

    @Override
    public String authority() {
        return address;
    }
}
