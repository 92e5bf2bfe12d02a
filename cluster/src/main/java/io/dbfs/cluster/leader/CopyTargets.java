package io.dbfs.cluster.leader;

import java.util.List;
import java.util.Set;

/** Says which node may make a chunk's next copy: one on a host that has none, where such a node has room. */
final class CopyTargets {
    private final List<Candidate> candidates;

    /** {@code candidates}: every node that takes new chunks. */
    CopyTargets(List<Candidate> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    /**
     * Whether {@code node} may take the next copy of a chunk that has too few.
     *
     * @param holders the nodes that hold a copy which counts
     */
    boolean takesMissing(int node, Set<Integer> holders, Set<String> hosts, long bytes) {
        return candidates.stream().anyMatch(candidate -> candidate.nodeId() == node)
                && (opensHost(node, hosts)
                        || candidates.stream()
                                .filter(other -> !holders.contains(other.nodeId()))
                                .noneMatch(other -> other.freeBytes() >= bytes && !hosts.contains(other.host())));
    }

    /** Whether {@code node} may take a copy of a chunk that has its copies on these hosts, which are too few. */
    boolean takesMisplaced(int node, Set<String> hosts, long bytes) {
        return candidates.stream()
                .anyMatch(candidate -> candidate.nodeId() == node
                        && candidate.freeBytes() >= bytes
                        && !hosts.contains(candidate.host()));
    }

    private boolean opensHost(int node, Set<String> hosts) {
        return candidates.stream()
                .anyMatch(candidate -> candidate.nodeId() == node && !hosts.contains(candidate.host()));
    }
}
