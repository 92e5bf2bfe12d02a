package io.dbfs.common.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port that was open for connections and answers no more: nobody accepts, and the kernel's queue is full. */
final class FullBacklog implements AutoCloseable {
    private static final int PROBE_MILLIS = 100;
    private static final int QUEUED_MAX = 64;

    private final ServerSocket listening;
    private final List<Socket> queued = new ArrayList<>();

    FullBacklog() throws IOException {
        listening = new ServerSocket(0, 4, InetAddress.getLoopbackAddress());
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    }

    /** From here on it is silent. */
    void fill() throws IOException {
        while (queued.size() < QUEUED_MAX) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(address(), PROBE_MILLIS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IOException("the queue takes more than " + QUEUED_MAX);
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listening.close();
    }
}
