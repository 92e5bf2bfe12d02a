package io.dbfs.cluster.leader;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Chooses the nodes of a new chunk: distinct, with room, on different hosts where these have room, by chance in proportion
 * to free space and idleness, so that clusters fill evenly and no node gets all that is new.
 */
final class ChainPolicy {
    /** A busy node still gets this share of what an idle one gets: its load may be that of one second. */
    private static final double BUSY_SHARE = 0.25;
    /** A near node is taken while it has this share of the average free space. */
    private static final double NEAR_FREE_SHARE = 0.5;

    private final RandomGenerator random;

    ChainPolicy(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Up to {@code copies} nodes, first replica first; fewer where fewer have room.
     *
     * @param avoid nodes to take only where there would be fewer than {@code atLeast} without them
     * @param nearHost host on which the first replica is best, or empty
     */
    List<Candidate> choose(
            List<Candidate> candidates, int copies, int atLeast, long bytes, Set<Integer> avoid, String nearHost) {
        List<Candidate> open = new ArrayList<>();
        List<Candidate> avoided = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.freeBytes() >= bytes) {
                (avoid.contains(candidate.nodeId()) ? avoided : open).add(candidate);
            }
        }
        List<Candidate> chain = new ArrayList<>(copies);
        takeNear(open, chain, nearHost);
        take(open, chain, copies);
        take(avoided, chain, Math.min(atLeast, copies));
        return chain;
    }

    private void takeNear(List<Candidate> open, List<Candidate> chain, String nearHost) {
        double averageFree =
                open.stream().mapToLong(Candidate::freeBytes).average().orElse(0);
        List<Candidate> near = open.stream()
                .filter(candidate -> candidate.host().equalsIgnoreCase(nearHost))
                .filter(candidate -> candidate.freeBytes() >= averageFree * NEAR_FREE_SHARE)
                .toList();
        if (!near.isEmpty()) {
            Candidate first = draw(near);
            open.remove(first);
            chain.add(first);
        }
    }

    private void take(List<Candidate> from, List<Candidate> chain, int copies) {
        while (chain.size() < copies && !from.isEmpty()) {
            Candidate drawn = draw(onOtherHosts(from, chain));
            from.remove(drawn);
            chain.add(drawn);
        }
    }

    /** Those on a host that the chain has not reached yet; all of them where there is none. */
    private static List<Candidate> onOtherHosts(List<Candidate> from, List<Candidate> chain) {
        Set<String> hosts = chain.stream().map(Candidate::host).collect(Collectors.toSet());
        List<Candidate> others = from.stream()
                .filter(candidate -> !hosts.contains(candidate.host()))
                .toList();
        return others.isEmpty() ? from : others;
    }

    private Candidate draw(List<Candidate> from) {
        double total = from.stream().mapToDouble(ChainPolicy::weight).sum();
        double at = random.nextDouble() * total;
        for (Candidate candidate : from) {
            at -= weight(candidate);
            if (at < 0) {
                return candidate;
            }
        }
        return from.get(from.size() - 1);
    }

    private static double weight(Candidate candidate) {
        return candidate.freeBytes() * (1 - (1 - BUSY_SHARE) * candidate.busy());
    }
}
