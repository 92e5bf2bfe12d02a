package io.dbfs.cluster.leader;

import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.Health;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the conclusions from what the nodes' health is: a dead node's copies cease to count, a returned one's count again,
 * a leaving one goes when it is empty. Used by the background thread alone.
 */
final class NodeKeeper {
    private static final Logger log = LoggerFactory.getLogger(NodeKeeper.class);
    /** Chunks judged anew by one command, and commands for one node at a tick. */
    private static final int BATCH = 1000;

    private static final int BATCHES_PER_TICK = 5;

    private final ContentsGroup group;
    private final NodeWatch nodes;
    private final ReturnedNodes returned;
    /** Nodes whose chunks are being judged anew, with the state they are judged for. */
    private final Map<Integer, Pass> passes = new HashMap<>();
    /** A command was lost, so that all passes start over. */
    private volatile boolean failed;

    private CompletableFuture<@Nullable Void> removal = CompletableFuture.completedFuture(null);

    /** Nodes for which repair is held back. */
    private Set<Integer> held = Set.of();

    NodeKeeper(ContentsGroup group, NodeWatch nodes, ReturnedNodes returned) {
        this.group = group;
        this.nodes = nodes;
        this.returned = returned;
    }

    /** Leadership began: what another leader left half done is done again. */
    void begin() {
        passes.clear();
        returned.clear();
        held = Set.of();
    }

    void tick() {
        if (failed) {
            failed = false;
            passes.replaceAll((node, pass) -> new Pass(pass.state, false));
        }
        RepairBrake.Verdict verdict = RepairBrake.judge(nodes.silences());
        noteHeld(verdict.held());
        for (NodeRecord node : nodes.records()) {
            stateOf(node, verdict).ifPresent(state -> change(node, state));
            judge(node);
        }
        passes.keySet().removeIf(id -> nodes.record(id).isEmpty());
    }

    /** The state a node should have, where it is another one. */
    private Optional<NodeState> stateOf(NodeRecord node, RepairBrake.Verdict verdict) {
        int id = node.getNodeId();
        if (node.getState() == NodeState.ACTIVE && verdict.dead().contains(id)) {
            returned.remove(id);
            return Optional.of(NodeState.GONE);
        }
        if (node.getState() == NodeState.GONE && nodes.health(id) == Health.HEALTHY && returned.contains(id)) {
            return Optional.of(NodeState.ACTIVE);
        }
        return Optional.empty();
    }

    /** Says once that the repair waits, and once that it does not any more. */
    private void noteHeld(Set<Integer> now) {
        if (held.isEmpty() && !now.isEmpty()) {
            log.warn(
                    "{} of {} nodes seem dead at once: their chunks are not copied elsewhere before the restart"
                            + " timeout",
                    now.size(),
                    nodes.records().size());
        } else if (!held.isEmpty() && now.isEmpty()) {
            log.info("repair is not held back any more");
        }
        held = now;
    }

    private void change(NodeRecord node, NodeState state) {
        log.warn(
                "node n{} ({}) at {}: {} to {}",
                node.getNodeId(),
                node.getName(),
                node.getAddress(),
                node.getState(),
                state);
        propose(Commands.setState(node.getNodeId(), state));
    }

    /** Has the chunks of a node judged anew after its state changed, some at each tick. */
    private void judge(NodeRecord node) {
        Pass pass = passes.get(node.getNodeId());
        if (pass == null || pass.state != node.getState()) {
            // An active node's chunks are in order, unless it was not active before.
            pass = new Pass(node.getState(), pass == null && node.getState() == NodeState.ACTIVE);
            passes.put(node.getNodeId(), pass);
        }
        for (int i = 0; i < BATCHES_PER_TICK && !pass.done; i++) {
            List<Long> batch = nextBatch(node.getNodeId(), pass);
            if (!batch.isEmpty()) {
                propose(Commands.refresh(batch, nodes.shortOfSpace()));
            }
        }
        if (pass.done && node.getState() == NodeState.LEAVING) {
            removeWhenEmpty(node);
        }
    }

    private List<Long> nextBatch(int node, Pass pass) {
        List<Long> batch = new ArrayList<>();
        group.readNow(view -> {
            view.chunksOn(node, pass.after, chunk -> {
                batch.add(chunk);
                return batch.size() < BATCH;
            });
            return batch;
        });
        pass.done = batch.size() < BATCH;
        pass.after = batch.isEmpty() ? pass.after : batch.get(batch.size() - 1);
        return batch;
    }

    private void removeWhenEmpty(NodeRecord node) {
        boolean empty = group.readNow(view -> {
            boolean[] any = new boolean[1];
            view.chunksOn(node.getNodeId(), 0, chunk -> {
                any[0] = true;
                return false;
            });
            return !any[0];
        });
        if (empty) {
            remove(node);
        }
    }

    /** First from the Raft group, for from then on nobody knows that address. */
    private void remove(NodeRecord node) {
        boolean member = group.group().members().stream()
                .anyMatch(known -> known.raftAddress().equals(node.getRaftAddress()));
        if (!member) {
            log.info("node n{} ({}) has left", node.getNodeId(), node.getName());
            propose(Commands.remove(node.getNodeId()));
        } else if (removal.isDone()) {
            removal = group.group().removeMember(node.getRaftAddress()).exceptionally(failure -> {
                log.warn("node n{} is not removed from the group: {}", node.getNodeId(), failure.toString());
                return null;
            });
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The stage handles every outcome.
    private void propose(ContentsCommand command) {
        group.propose(command).whenComplete((outcome, failure) -> {
            if (failure != null) {
                log.info("{} failed: {}", command.getCommandCase(), failure.toString());
                failed = true;
            }
        });
    }

    private static final class Pass {
        private final NodeState state;
        private boolean done;
        private long after;

        Pass(NodeState state, boolean done) {
            this.state = state;
            this.done = done;
        }
    }
}
