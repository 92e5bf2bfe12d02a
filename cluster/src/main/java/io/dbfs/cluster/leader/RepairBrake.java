package io.dbfs.cluster.leader;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which silent nodes are declared dead, so that their chunks are re-replicated. One node or one host fails at a
 * time as a rule. When several hosts with a large share of the nodes are silent at once, it is rather the network or the
 * power: copying everything to the rest would fill it and help nobody, so these nodes get more time.
 */
final class RepairBrake {
    /** More than this share of the nodes, on more than one host, is a large share. */
    private static final double SHARE = 1.0 / 3;

    private RepairBrake() {}

    /** How a node that is not declared dead stands. */
    enum Silence {
        /** Not silent, or stopped in order and waited for. */
        NONE,
        /** Silent, but not for long. */
        SUSPECT,
        /** Silent for as long as it takes to be declared dead. */
        DEAD,
        /** Silent for as long as a node that stopped in order is waited for. */
        OVERDUE
    }

    /** A node that is not declared dead. */
    record Watched(int node, String host, Silence silence) {}

    /**
     * The decision.
     *
     * @param dead nodes to declare dead now
     * @param held nodes that would be declared dead, were they not so many
     */
    record Verdict(Set<Integer> dead, Set<Integer> held) {}

    static Verdict judge(List<Watched> nodes) {
        List<Watched> silent =
                nodes.stream().filter(node -> node.silence() != Silence.NONE).toList();
        boolean many = silent.size() > nodes.size() * SHARE
                && silent.stream().map(Watched::host).distinct().count() > 1;
        Set<Integer> dead = new HashSet<>();
        Set<Integer> held = new HashSet<>();
        for (Watched node : silent) {
            if (node.silence() == Silence.OVERDUE || (node.silence() == Silence.DEAD && !many)) {
                dead.add(node.node());
            } else if (node.silence() == Silence.DEAD) {
                held.add(node.node());
            }
        }
        return new Verdict(dead, held);
    }
}
