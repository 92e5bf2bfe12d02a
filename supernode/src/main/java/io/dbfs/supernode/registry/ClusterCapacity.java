package io.dbfs.supernode.registry;

/** Bytes of contents at the cluster's number of copies: stored and free together, and free. */
public record ClusterCapacity(long totalBytes, long freeBytes) {
    static final ClusterCapacity NONE = new ClusterCapacity(0, 0);

    ClusterCapacity plus(ClusterCapacity other) {
        return new ClusterCapacity(totalBytes + other.totalBytes, freeBytes + other.freeBytes);
    }
}
