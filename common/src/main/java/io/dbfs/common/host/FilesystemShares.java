package io.dbfs.common.host;

import java.util.HashMap;
import java.util.Map;

/**
 * Free bytes of nodes some of which may stand on the same filesystem: each has an equal share of it, so that no byte counts for two of
 * them. Add all, then ask.
 */
public final class FilesystemShares {
    private final Map<String, Shared> filesystems = new HashMap<>();

    private static final class Shared {
        private long freeBytes = Long.MAX_VALUE;
        private long expectedBytes;
        private int nodes;
    }

    /**
     * A node.
     *
     * @param node its name among all that are added
     * @param filesystem as of {@link FilesystemId}; empty: the node's own
     * @param freeBytes as the node reports it; of several reports of one filesystem the lowest counts
     * @param expectedBytes on its way to the node
     */
    public void add(String node, String filesystem, long freeBytes, long expectedBytes) {
        Shared shared = filesystems.computeIfAbsent(key(node, filesystem), unseen -> new Shared());
        shared.freeBytes = Math.min(shared.freeBytes, freeBytes);
        shared.expectedBytes += expectedBytes;
        shared.nodes++;
    }

    /** The share of a node that was added. */
    public long freeBytes(String node, String filesystem) {
        Shared shared = filesystems.get(key(node, filesystem));
        return shared == null ? 0 : Math.max(0, shared.freeBytes - shared.expectedBytes) / shared.nodes;
    }

    private static String key(String node, String filesystem) {
        return filesystem.isEmpty() ? "node " + node : "filesystem " + filesystem;
    }
}
