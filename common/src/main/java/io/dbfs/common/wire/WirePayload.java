package io.dbfs.common.wire;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A payload that writes itself to a connection, such as a part of a file that need not pass through the process's memory. */
public interface WirePayload {
    /** How many bytes {@link #writeTo} writes. */
    int bytes();

    /**
     * Writes all of it; blocks.
     *
     * @throws IOException when it cannot be read or sent. The connection is then of no more use
     */
    void writeTo(WritableByteChannel channel) throws IOException;
}
