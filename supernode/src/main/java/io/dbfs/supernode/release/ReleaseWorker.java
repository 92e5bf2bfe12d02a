package io.dbfs.supernode.release;

import io.dbfs.proto.RegisteredCluster;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.replica.Namespace;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the release queues: at the leader, one batch at a time for each cluster, at least once for each file, until
 * the cluster confirms. Thread-safe.
 */
public final class ReleaseWorker {
    /** Files in one drop. */
    static final int BATCH_MAX = 500;

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseWorker.class);

    private final Namespace namespace;
    private final ClusterRegistry registry;
    private final ContentsDropper dropper;
    /** Clusters that a batch is on its way to. */
    private final Set<Integer> busy = ConcurrentHashMap.newKeySet();

    public ReleaseWorker(Namespace namespace, ClusterRegistry registry, ContentsDropper dropper) {
        this.namespace = namespace;
        this.registry = registry;
        this.dropper = dropper;
    }

    /** Starts on whatever waits; called about once a second, whether this process leads or not. */
    public void tick() {
        if (!namespace.leads()) {
            return;
        }
        for (RegisteredCluster cluster : namespace.readHere(NamesReader::clusters)) {
            if (busy.add(cluster.getId())) {
                CompletableFuture<Void> unused = releaseAll(cluster).whenComplete((done, failure) -> {
                    busy.remove(cluster.getId());
                    if (failure != null) {
                        LOG.warn(
                                "release of files in cluster {} failed and is tried again: {}",
                                cluster.getName(),
                                failure.toString());
                    }
                });
            }
        }
    }

    private CompletableFuture<Void> releaseAll(RegisteredCluster cluster) {
        List<Long> batch = namespace.readHere(names -> names.releases(cluster.getId(), BATCH_MAX));
        String leader = registry.leader(cluster.getId());
        if (batch.isEmpty() || leader.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return dropper.drop(leader, batch)
                .thenCompose(dropped -> namespace.confirmReleased(cluster.getId(), batch))
                .thenCompose(confirmed ->
                        batch.size() < BATCH_MAX ? CompletableFuture.completedFuture(null) : releaseAll(cluster));
    }
}
