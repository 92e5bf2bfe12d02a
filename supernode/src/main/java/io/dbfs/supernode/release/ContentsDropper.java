package io.dbfs.supernode.release;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reaches clusters' leaders. Thread-safe. */
public interface ContentsDropper {
    /**
     * Drops the contents of these files. Completes when the cluster has committed that; any failure means that it may
     * or may not have. Does not block.
     *
     * @param leader "host:port" of the API of the cluster's leader, as last heard
     */
    CompletableFuture<Void> drop(String leader, List<Long> inodes);
}
