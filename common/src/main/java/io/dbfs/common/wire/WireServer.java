package io.dbfs.common.wire;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for connections and gives each a thread, up to a bound; one more is closed at once. Services come and go while it
 * listens: a connection of a kind that none serves is closed, and its peer tries again. Thread-safe.
 */
public final class WireServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WireServer.class);
    /** A mount holds as many as it has operations under way at once: some tens. */
    private static final int CONNECTIONS_MAX = 4096;

    private static final int BACKLOG = 256;
    private static final long IDLE_SECONDS = 30;
    private static final Duration PREFACE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ACCEPTOR_END_MAX = Duration.ofSeconds(5);

    private final ServerSocketChannel listening;
    private final ConcurrentMap<WireKind, WireService> services = new ConcurrentHashMap<>();
    /** Each with the service it is for, or with none while it begins. */
    private final ConcurrentMap<WireConnection, Optional<WireService>> connections = new ConcurrentHashMap<>();

    private final ThreadPoolExecutor threads;
    private final Thread acceptor;
    private volatile boolean closed;
    /** Said once, not for each that is refused. Used by the acceptor alone. */
    private boolean full;

    private WireServer(ServerSocketChannel listening, int port) {
        this.listening = listening;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                0, CONNECTIONS_MAX, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "wire-" + port + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        acceptor = new Thread(this::acceptAll, "wire-" + port + "-accept");
        acceptor.setDaemon(true);
    }

    /**
     * Listens on an address; port 0 picks a free one.
     *
     * @param services those there are already
     * @throws BindException when the address cannot be bound; its message is the address
     */
    public static WireServer start(InetSocketAddress bind, Collection<? extends WireService> services)
            throws IOException {
        if (bind.isUnresolved()) {
            throw new UnknownHostException(bind.getHostString());
        }
        ServerSocketChannel listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listening.bind(bind, BACKLOG);
        } catch (IOException e) {
            listening.close();
            BindException failure = new BindException(bind.getHostString() + ":" + bind.getPort());
            failure.initCause(e);
            throw failure;
        }
        int port = listening.socket().getLocalPort();
        WireServer server = new WireServer(listening, port);
        services.forEach(server::add);
        server.acceptor.start();
        return server;
    }

    /** The port that is served. */
    public int port() {
        return listening.socket().getLocalPort();
    }

    /**
     * Begins to serve connections of the service's kind.
     *
     * @throws IllegalStateException when another service has the kind
     */
    public void add(WireService service) {
        if (services.putIfAbsent(service.kind(), service) != null) {
            throw new IllegalStateException("kind: " + service.kind() + " (expected: one that is not served yet)");
        }
    }

    /** Serves no more connections for a service, and ends those it has. */
    public void remove(WireService service) {
        services.remove(service.kind(), service);
        connections.forEach((connection, served) -> {
            if (served.isPresent() && served.get() == service) {
                connection.close();
            }
        });
    }

    private void acceptAll() {
        while (!closed) {
            try {
                accept(listening.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // Out of descriptors, threads or memory for buffers, or a peer that left at once: the next may do
                // better.
                LOG.warn("accept at port {}: {}", port(), e.toString());
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        WireConnection connection;
        try {
            connection = WireConnection.accepted(channel);
        } catch (IOException | OutOfMemoryError e) {
            channel.close();
            throw e;
        }
        connections.put(connection, Optional.empty());
        boolean served = false;
        try {
            threads.execute(() -> serve(connection));
            served = true;
            full = false;
        } catch (RejectedExecutionException e) {
            if (!closed && !full) {
                LOG.warn("{} connections at port {}: more are refused", CONNECTIONS_MAX, port());
            }
            full = true;
        } finally {
            if (!served) {
                connections.remove(connection);
                connection.close();
            }
        }
    }

    private void serve(WireConnection connection) {
        try {
            Optional<WireService> service = kindOf(connection).map(services::get);
            connections.put(connection, service);
            // Whoever closes the server or removes the service meanwhile sees the connection, or is seen here.
            if (!closed && service.isPresent() && services.containsValue(service.get())) {
                service.get().serve(connection);
            }
        } catch (IOException e) {
            LOG.debug("{}: {}", connection, e.toString());
        } catch (RuntimeException e) {
            LOG.warn("{} ended by a fault of this process", connection, e);
        } finally {
            connections.remove(connection);
            connection.close();
        }
    }

    private static Optional<WireKind> kindOf(WireConnection connection) throws IOException {
        WireDeadline deadline = connection.within(PREFACE_TIMEOUT);
        try (deadline) {
            return WireKind.ofCode(connection.receiveKind());
        }
    }

    /** Stops listening, so that the address can be bound again, and ends every connection. */
    @Override
    public void close() {
        closed = true;
        try {
            listening.close();
            awaitAcceptor();
        } catch (IOException e) {
            LOG.warn("close of port {}: {}", port(), e.toString());
        }
        connections.keySet().forEach(WireConnection::close);
        threads.shutdown();
    }

    /** The system listens for as long as a thread is in accept(2), which may outlast the call that closed the channel. */
    private void awaitAcceptor() {
        try {
            acceptor.join(ACCEPTOR_END_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
