package io.dbfs.common.wire;

import java.io.IOException;

/** The server's end of connections of one kind. Thread-safe. */
public interface WireService {
    /** The kind that it serves. */
    WireKind kind();

    /**
     * Serves a connection until its peer ends it, on a thread of the connection's own, which may block.
     *
     * @throws IOException when the connection is lost or its peer says what it must not; it is closed then
     */
    void serve(WireConnection connection) throws IOException;
}
