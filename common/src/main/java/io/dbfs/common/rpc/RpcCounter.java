package io.dbfs.common.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts calls by method. Round trips are a budget: tests assert it with this. Thread-safe. */
public final class RpcCounter implements ClientInterceptor {
    private final ConcurrentMap<String, LongAdder> calls = new ConcurrentHashMap<>();

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        calls.computeIfAbsent(method.getFullMethodName(), ignored -> new LongAdder())
                .increment();
        return next.newCall(method, options);
    }

    /** Calls since the start, by full method name such as {@code dbfs.v1.Names/Lookup}. */
    public Map<String, Long> counts() {
        Map<String, Long> result = new TreeMap<>();
        calls.forEach((method, count) -> result.put(method, count.sum()));
        return result;
    }

    /** Calls of one method since the start. */
    public long count(String method) {
        LongAdder count = calls.get(method);
        return count == null ? 0 : count.sum();
    }
}
