package io.dbfs.cluster.leader;

import io.dbfs.cluster.contents.ContentsView;
import io.dbfs.cluster.contents.FailureDomains;
import io.dbfs.proto.ContentsCommand;
import io.dbfs.proto.NodeRecord;
import io.dbfs.proto.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Has the state know over how many hosts copies are to be spread, and chunks judged anew that are not as the nodes' hosts
 * would have them: when hosts come and go, chunks become misplaced, or cease to be, without being touched. Used by the
 * background thread alone.
 */
final class SpreadKeeper {
    /** Chunks looked at in a tick; only those that are not in order become part of a command. */
    private static final int SCAN_PER_TICK = 5000;

    private static final int BATCH = 1000;

    private final ContentsGroup group;
    private final NodeWatch nodes;
    private final Consumer<ContentsCommand> proposals;
    /** Host of each active node that the pass is for. */
    private Map<Integer, String> judgedFor = Map.of();

    private boolean done;
    private long after;
    private boolean stale;

    SpreadKeeper(ContentsGroup group, NodeWatch nodes, Consumer<ContentsCommand> proposals) {
        this.group = group;
        this.nodes = nodes;
        this.proposals = proposals;
    }

    /** Leadership began: what another leader left half done is done again. */
    void begin() {
        restart();
    }

    void tick() {
        Map<Integer, String> hosts = hosts();
        if (hosts.isEmpty()) {
            return;
        }
        int spread = FailureDomains.count(hosts.values());
        if (group.readNow(ContentsView::cluster).getSpreadHosts() != spread) {
            proposals.accept(Commands.spread(spread));
            restart();
            return;
        }
        if (!hosts.equals(judgedFor)) {
            judgedFor = hosts;
            restart();
        }
        if (!done) {
            judge();
        }
    }

    private void judge() {
        List<Long> batch = new ArrayList<>();
        int[] seen = new int[1];
        group.readNow(view -> {
            view.chunks(after, (chunk, wrong) -> {
                if (wrong) {
                    batch.add(chunk);
                }
                after = chunk;
                return ++seen[0] < SCAN_PER_TICK && batch.size() < BATCH;
            });
            return seen[0];
        });
        stale |= !batch.isEmpty();
        if (!batch.isEmpty()) {
            proposals.accept(Commands.refresh(batch, nodes.shortOfSpace()));
        }
        if (seen[0] < SCAN_PER_TICK && batch.size() < BATCH) {
            // A pass that found something is repeated, in case a command was lost.
            done = !stale;
            after = 0;
            stale = false;
        }
    }

    private void restart() {
        done = false;
        after = 0;
        stale = false;
    }

    private Map<Integer, String> hosts() {
        Map<Integer, String> hosts = new TreeMap<>();
        for (NodeRecord node : nodes.records()) {
            if (node.getState() == NodeState.ACTIVE) {
                hosts.put(node.getNodeId(), FailureDomains.hostOf(node));
            }
        }
        return hosts;
    }
}
