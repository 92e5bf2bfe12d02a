package io.dbfs.fuse;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Counts the calls into a filesystem by name, and can hold them up: what the kernel remembered costs none. */
final class CallCounter {
    private final FileSystem counted;
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    CallCounter(FileSystem counted) {
        this.counted = counted;
    }

    /** The filesystem, with its calls counted. */
    FileSystem fileSystem() {
        return (FileSystem) Proxy.newProxyInstance(
                FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, this::invoke);
    }

    private @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        calls.merge(method.getName(), 1, Integer::sum);
        @Nullable CountDownLatch gate = gates.get(method.getName());
        if (gate != null) {
            gate.await();
        }
        try {
            return method.invoke(counted, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** Holds every call of a method up until the gate opens. */
    void hold(String method, CountDownLatch gate) {
        gates.put(method, gate);
    }

    int count(String method) {
        return calls.getOrDefault(method, 0);
    }

    void reset() {
        calls.clear();
    }
}
