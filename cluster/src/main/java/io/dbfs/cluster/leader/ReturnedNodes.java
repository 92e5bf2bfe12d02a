package io.dbfs.cluster.leader;

import java.util.HashSet;
import java.util.Set;

/**
 * Nodes that were gone, have returned, and have compared their chunks with the records since. Only then do their copies
 * count again: a node that comes back with an empty disk must not make others drop what it no longer has. Thread-safe.
 */
final class ReturnedNodes {
    private final Set<Integer> checked = new HashSet<>();

    synchronized void add(int node) {
        checked.add(node);
    }

    synchronized boolean contains(int node) {
        return checked.contains(node);
    }

    synchronized void remove(int node) {
        checked.remove(node);
    }

    synchronized void clear() {
        checked.clear();
    }
}
