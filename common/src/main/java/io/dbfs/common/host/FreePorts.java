package io.dbfs.common.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * TCP ports of this host for servers whose ports nobody chose. They lie below the range from which Linux takes ports for
 * outgoing connections (net.ipv4.ip_local_port_range, 32768 and up), one of which would have it while a server is stopped.
 * Thread-safe; what was free may be taken before it is used.
 */
public final class FreePorts {
    private static final int PORT_MIN = 20_000;
    private static final int PORT_END = 32_000;

    private final RandomGenerator random;
    private final Set<Integer> given = new HashSet<>();

    public FreePorts(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A port that nobody listens on, each time another: 20,000 to 31,999.
     *
     * @throws IOException when no more are free
     */
    public synchronized int next() throws IOException {
        while (given.size() < PORT_END - PORT_MIN) {
            int port = random.nextInt(PORT_MIN, PORT_END);
            if (given.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free ports between " + PORT_MIN + " and " + (PORT_END - 1));
    }

    /** The loopback address HOST:PORT with the {@link #next} port. */
    public String nextLoopback() throws IOException {
        return "127.0.0.1:" + next();
    }

    /** Whether the port can be listened on now, on all addresses at once: a Raft endpoint listens on all. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: a connection of an earlier run that still lingers is no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
