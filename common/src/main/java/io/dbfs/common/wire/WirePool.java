package io.dbfs.common.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This process's connections to others. An exchange borrows one: the one that was used last, or a new one. Thread-safe.
 *
 * <p>What is borrowed is either given back, when the exchange ended as it should, or closed.
 */
public final class WirePool implements AutoCloseable {
    private static final int IDLE_MAX = 64;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

    private final WireLocator locator;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Key, Idle> idle = new ConcurrentHashMap<>();
    private final LongAdder chunkExchanges = new LongAdder();
    private final LongAdder connections = new LongAdder();
    private volatile boolean closed;

    private record Key(String address, WireKind kind) {}

    /** A connection that was lent. */
    public record Lent(WireConnection connection, String address, WireKind kind) {
        /** Ends it: the exchange failed. */
        public void discard() {
            connection.close();
        }
    }

    private record Entry(WireConnection connection, long sinceNanos) {}

    /** Idle connections of one kind to one peer; the newest first. */
    private static final class Idle {
        private final Deque<Entry> entries = new ArrayDeque<>();

        synchronized void add(Entry entry) {
            entries.addFirst(entry);
        }

        synchronized Entry[] takeOlderThan(long nanos, int max) {
            Deque<Entry> old = new ArrayDeque<>();
            while (!entries.isEmpty()
                    && (entries.size() > max || entries.peekLast().sinceNanos() - nanos < 0)) {
                old.add(entries.pollLast());
            }
            return old.toArray(Entry[]::new);
        }

        synchronized @Nullable WireConnection poll() {
            Entry entry = entries.pollFirst();
            return entry == null ? null : entry.connection();
        }
    }

    public WirePool(WireLocator locator, LongSupplier nanoTime) {
        this.locator = locator;
        this.nanoTime = nanoTime;
    }

    /**
     * Lends a connection.
     *
     * @param address host:port of the peer's API
     * @throws IOException when the peer cannot be reached
     */
    public Lent lend(String address, WireKind kind) throws IOException {
        if (kind == WireKind.CHUNKS) {
            chunkExchanges.increment();
        }
        Idle known = idle.get(new Key(address, kind));
        while (known != null) {
            WireConnection connection = known.poll();
            if (connection == null) {
                break;
            }
            if (isFit(connection)) {
                return new Lent(connection, address, kind);
            }
            connection.close();
        }
        return connect(address, kind);
    }

    /** A peer that has left meanwhile, or sent what nobody waits for, is seen by its input. */
    private static boolean isFit(WireConnection connection) {
        try {
            return !connection.hasInput();
        } catch (IOException e) {
            return false;
        }
    }

    private Lent connect(String address, WireKind kind) throws IOException {
        InetSocketAddress server = locator.locate(address);
        try {
            Lent lent = new Lent(WireConnection.connect(server, kind), address, kind);
            connections.increment();
            return lent;
        } catch (IOException e) {
            // It may have been started anew, at another port.
            locator.forget(address);
            throw new IOException("no connection to " + server + " of " + address + ": " + e.getMessage(), e);
        }
    }

    /** Nanoseconds of the clock that idle connections are timed by. */
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Chunks written or read since the start, or begun to be. Round trips are a budget: tests assert it with this. */
    public long chunkExchanges() {
        return chunkExchanges.sum();
    }

    /** Connections made since the start. */
    public long connections() {
        return connections.sum();
    }

    /** Takes a connection back after an exchange that ended as it should. */
    public void giveBack(Lent lent) {
        Idle known = idle.computeIfAbsent(new Key(lent.address(), lent.kind()), key -> new Idle());
        long now = nanoTime.getAsLong();
        known.add(new Entry(lent.connection(), now));
        closeOld(known, now - IDLE_TIMEOUT.toNanos(), IDLE_MAX);
        if (closed) {
            closeAll();
        }
    }

    private static void closeOld(Idle known, long nanos, int max) {
        for (Entry old : known.takeOlderThan(nanos, max)) {
            old.connection().close();
        }
    }

    private void closeAll() {
        idle.values().forEach(known -> closeOld(known, nanoTime.getAsLong(), 0));
    }

    /** Ends idle connections; those that are lent end with their exchanges. */
    @Override
    public void close() {
        closed = true;
        closeAll();
    }
}
