package io.dbfs.test.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports on loopback. */
final class Ports {
    private Ports() {}

    /** A port that is free now. Below the range the kernel picks from, so that no client's socket takes it meanwhile. */
    static synchronized int free() {
        for (int attempt = 0; attempt < 10_000; attempt++) {
            int port = next++;
            if (next > 32_000) {
                next = 12_000;
            }
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between 12000 and 32000");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int next = 12_000 + (int) (ProcessHandle.current().pid() % 1000) * 20;
}
