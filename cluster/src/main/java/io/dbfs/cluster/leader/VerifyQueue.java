package io.dbfs.cluster.leader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies that a reader found missing or damaged, until their node has been asked to look. Thread-safe. */
final class VerifyQueue {
    /** More for one node are forgotten: readers report what they meet again. */
    private static final int PER_NODE_MAX = 1000;

    private final Map<Integer, Set<Long>> waiting = new HashMap<>();

    synchronized void add(int node, long chunk) {
        Set<Long> chunks = waiting.computeIfAbsent(node, ignored -> new LinkedHashSet<>());
        if (chunks.size() < PER_NODE_MAX) {
            chunks.add(chunk);
        }
    }

    /** Takes up to {@code limit} chunks for a node to verify. */
    synchronized List<Long> take(int node, int limit) {
        List<Long> taken = new ArrayList<>();
        Iterator<Long> chunks = waiting.getOrDefault(node, Set.of()).iterator();
        while (chunks.hasNext() && taken.size() < limit) {
            taken.add(chunks.next());
            chunks.remove();
        }
        return taken;
    }

    synchronized void clear() {
        waiting.clear();
    }
}
