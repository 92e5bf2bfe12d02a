package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.daemon.chunk.ChunkTransport;
import io.dbfs.daemon.client.ContentsClient;

/** The cluster that owns a file's contents, with all that it takes to write and read there. */
record HomeCluster(ClusterId id, ContentsClient contents, ChunkSender sender) {
    /** The way to its nodes. */
    ChunkTransport transport() {
        return sender.transport();
    }
}
