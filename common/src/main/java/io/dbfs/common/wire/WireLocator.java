package io.dbfs.common.wire;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Knows where processes speak the wire protocol. Thread-safe. */
public interface WireLocator {
    /**
     * The socket to connect to. Blocks for a bounded time when it has to ask.
     *
     * @param address host:port of the process's API
     * @throws IOException when the process does not tell
     */
    InetSocketAddress locate(String address) throws IOException;

    /** It was not there: it may be elsewhere now. */
    void forget(String address);
}
