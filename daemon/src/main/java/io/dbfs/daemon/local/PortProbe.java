package io.dbfs.daemon.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether a TCP port can be listened on now. */
@FunctionalInterface
interface PortProbe {
    boolean isFree(int port);

    /** Asks the system, for all addresses at once, since a Raft endpoint listens on all. */
    static PortProbe ofThisHost() {
        return port -> {
            try (ServerSocket socket = new ServerSocket()) {
                // As the servers do: a connection of an earlier run that still lingers is no obstacle.
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(port));
                return true;
            } catch (IOException e) {
                return false;
            }
        };
    }
}
