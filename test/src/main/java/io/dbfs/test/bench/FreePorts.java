package io.dbfs.test.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports on loopback. */
final class FreePorts {
    /** Below the range the kernel picks from, so that no client's socket takes one meanwhile. */
    private static final int LAST = 32_000;

    private int next = 14_000 + (int) (ProcessHandle.current().pid() % 800) * 20;

    /**
     * The next port that is free now.
     *
     * @throws IOException when there is none
     */
    int next() throws IOException {
        while (next < LAST) {
            int port = next++;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port below " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
