package io.dbfs.cluster.leader;

import io.dbfs.common.rpc.HostPort;
import io.dbfs.raft.ReplicatedGroup.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses who votes: an odd number of nodes, at most five, spread over hosts so that the loss of one host leaves a majority
 * where that can be; of two nodes both, for a single one would keep the state in one copy. It names one membership change
 * at a time, each of which leaves the group at least as safe as it was, and none where nothing would be gained, so that a
 * node that comes and goes causes no churn. Every other node is a learner.
 */
public final class VoterPolicy {
    static final int VOTERS_MAX = 5;

    private VoterPolicy() {}

    /** How far a node can be counted on. */
    enum Standing {
        /** It reports itself. */
        LIVE,
        /** It does not at the moment, or has stopped in order: it keeps its vote, and gets none. */
        SILENT,
        /** It is being removed. */
        LEAVING,
        /** It is dead. */
        DEAD
    }

    /** A node as the policy sees it. */
    record Peer(String raftAddress, String host, Standing standing) {
        private boolean alive() {
            return standing == Standing.LIVE || standing == Standing.SILENT;
        }

        /** It leaves its vote to another as soon as there is one. */
        private boolean departing() {
            return standing == Standing.LEAVING || standing == Standing.DEAD;
        }
    }

    /** One membership change. */
    public sealed interface Change {
        /** Adds a member, or makes a member a voter or a learner. */
        record Put(Member member) implements Change {}

        /** Removes a member. */
        record Remove(String raftAddress) implements Change {}
    }

    /**
     * The next change, where one is due.
     *
     * @param nodes the nodes of the table; members that are not among them (founders that have not joined) are left alone
     * @param leader Raft address of the leader, which keeps its vote
     */
    static Optional<Change> next(List<Peer> nodes, List<Member> members, String leader) {
        List<Peer> all = new ArrayList<>(nodes);
        members.stream()
                .map(Member::raftAddress)
                .filter(address -> !contains(nodes, address))
                .forEach(founder ->
                        all.add(new Peer(founder, HostPort.parse(founder).host(), Standing.SILENT)));
        List<Peer> voters = all.stream()
                .filter(peer -> members.contains(new Member(peer.raftAddress(), true)))
                .toList();
        List<Peer> desired = desired(all, voters, leader);
        List<Peer> removable = voters.stream()
                .filter(peer -> !peer.raftAddress().equals(leader) && contains(nodes, peer.raftAddress()))
                .toList();
        return step(voters, desired, removable).or(() -> missing(nodes, members));
    }

    private static Optional<Change> step(List<Peer> voters, List<Peer> desired, List<Peer> removable) {
        List<Peer> toAdd = desired.stream()
                .filter(peer -> !voters.contains(peer) && peer.standing() == Standing.LIVE)
                .toList();
        List<Peer> toRemove = removable.stream()
                .filter(peer -> !desired.contains(peer))
                .sorted(Comparator.comparing(Peer::standing).reversed())
                .toList();
        boolean replaces = !toAdd.isEmpty() && toRemove.stream().anyMatch(Peer::departing);
        if (!replaces && Rank.of(desired).compareTo(Rank.of(voters)) <= 0) {
            return Optional.empty();
        }
        if (!toRemove.isEmpty() && toRemove.get(0).standing() == Standing.DEAD) {
            return Optional.of(new Change.Remove(toRemove.get(0).raftAddress()));
        }
        if (!toAdd.isEmpty()) {
            return Optional.of(new Change.Put(new Member(toAdd.get(0).raftAddress(), true)));
        }
        return toRemove.stream()
                .filter(peer -> keepsMajority(voters, peer))
                .findFirst()
                .map(peer -> new Change.Put(new Member(peer.raftAddress(), false)));
    }

    /** A live node that is no member learns. */
    private static Optional<Change> missing(List<Peer> nodes, List<Member> members) {
        return nodes.stream()
                .filter(peer -> peer.standing() == Standing.LIVE)
                .filter(peer -> members.stream()
                        .noneMatch(member -> member.raftAddress().equals(peer.raftAddress())))
                .findFirst()
                .map(peer -> new Change.Put(new Member(peer.raftAddress(), false)));
    }

    /** Whether the voters without one are still a majority by those that report themselves. */
    static boolean keepsMajority(List<Peer> voters, Peer without) {
        long live = voters.stream()
                .filter(peer -> !peer.equals(without) && peer.standing() == Standing.LIVE)
                .count();
        return live >= majority(voters.size() - 1);
    }

    static int majority(int voters) {
        return voters / 2 + 1;
    }

    private static boolean contains(List<Peer> nodes, String raftAddress) {
        return nodes.stream().anyMatch(peer -> peer.raftAddress().equals(raftAddress));
    }

    /** Who should vote, of those that can: present voters before others. */
    private static List<Peer> desired(List<Peer> all, List<Peer> voters, String leader) {
        List<Peer> able = all.stream()
                .filter(peer -> peer.standing() == Standing.LIVE
                        || (peer.standing() == Standing.SILENT && voters.contains(peer)))
                .sorted(Comparator.<Peer>comparingInt(peer -> peer.raftAddress().equals(leader) ? 0 : 1)
                        .thenComparingInt(peer -> voters.contains(peer) ? 0 : 1)
                        .thenComparing(Peer::standing))
                .toList();
        if (able.size() <= 2) {
            return able;
        }
        int most = Math.min(VOTERS_MAX, able.size() - 1 + able.size() % 2);
        for (int count = most; count >= 3; count -= 2) {
            List<Peer> spread = spread(able, count);
            if (Rank.of(spread).survivesAnyHost()) {
                return spread;
            }
        }
        return spread(able, most);
    }

    /** So many nodes, in turn from the hosts that have the fewest of them. */
    private static List<Peer> spread(List<Peer> able, int count) {
        List<Peer> left = new ArrayList<>(able);
        List<Peer> chosen = new ArrayList<>();
        Map<String, Integer> onHost = new HashMap<>();
        while (chosen.size() < count) {
            Peer next = left.stream()
                    .min(Comparator.comparingInt(peer -> onHost.getOrDefault(peer.host(), 0)))
                    .orElseThrow();
            left.remove(next);
            chosen.add(next);
            onHost.merge(next.host(), 1, Integer::sum);
        }
        return chosen;
    }

    /**
     * How good a set of voters is; the first difference decides.
     *
     * @param inTwoCopies at least two of them are alive
     * @param survivesAnyHost whichever host dies next, a majority is left
     * @param spare how many more may die
     * @param tidy an odd number, or both of two
     */
    private record Rank(boolean inTwoCopies, boolean survivesAnyHost, int spare, boolean tidy)
            implements Comparable<Rank> {
        private static final Comparator<Rank> ORDER = Comparator.comparing(Rank::inTwoCopies)
                .thenComparing(Rank::survivesAnyHost)
                .thenComparing(Rank::spare)
                .thenComparing(Rank::tidy);

        static Rank of(List<Peer> voters) {
            List<Peer> alive = voters.stream().filter(Peer::alive).toList();
            int majority = majority(voters.size());
            boolean survives = !alive.isEmpty()
                    && alive.stream()
                            .map(Peer::host)
                            .allMatch(host -> alive.stream()
                                            .filter(peer -> !peer.host().equals(host))
                                            .count()
                                    >= majority);
            return new Rank(
                    alive.size() >= 2, survives, alive.size() - majority, voters.size() % 2 == 1 || voters.size() == 2);
        }

        @Override
        public int compareTo(Rank other) {
            return ORDER.compare(this, other);
        }
    }
}
