package io.dbfs.cluster.contents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses which copies of a chunk are dropped when it has more than it should. Copies that share a host go first, then
 * those on nodes short of space, then the latest added: after a reboot that took too long these are the ones that were
 * made meanwhile, so that the data lies as it did before.
 */
final class SurplusPolicy {
    private SurplusPolicy() {}

    /**
     * A copy that counts.
     *
     * @param host where its node runs
     * @param shortOfSpace its node has little room left
     */
    record Copy(int node, String host, boolean shortOfSpace) {}

    /** The nodes to drop the chunk from, given its copies in the order in which they were added. */
    static List<Integer> surplus(List<Copy> copies, int wanted) {
        List<Copy> kept = new ArrayList<>(copies);
        List<Integer> dropped = new ArrayList<>();
        while (kept.size() > wanted) {
            Copy victim = victim(kept);
            kept.remove(victim);
            dropped.add(victim.node());
        }
        return dropped;
    }

    private static Copy victim(List<Copy> copies) {
        return copies.stream()
                .max(Comparator.<Copy>comparingInt(copy -> sharesHost(copy, copies) ? 1 : 0)
                        .thenComparingInt(copy -> copy.shortOfSpace() ? 1 : 0)
                        .thenComparingInt(copies::indexOf))
                .orElseThrow();
    }

    private static boolean sharesHost(Copy copy, List<Copy> copies) {
        return copies.stream()
                .anyMatch(other -> other.node() != copy.node() && other.host().equals(copy.host()));
    }
}
