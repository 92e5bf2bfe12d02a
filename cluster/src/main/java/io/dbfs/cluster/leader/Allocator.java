package io.dbfs.cluster.leader;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ContentsRecord;
import io.dbfs.proto.Placement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Hands out chunk ids with the nodes to write them to. Thread-safe. */
final class Allocator {
    private static final int COUNT_MAX = 64;

    private final ChunkIds ids;
    private final NodeWatch nodes;
    private final ChainPolicy policy;
    private final LeaderSettings settings;
    private final Supplier<ContentsRecord> cluster;

    /** @param cluster the cluster's record, which tells the copies it was formed with */
    Allocator(
            ChunkIds ids,
            NodeWatch nodes,
            ChainPolicy policy,
            LeaderSettings settings,
            Supplier<ContentsRecord> cluster) {
        this.ids = ids;
        this.nodes = nodes;
        this.policy = policy;
        this.settings = settings;
        this.cluster = cluster;
    }

    /**
     * Fails with ENOSPC when fewer nodes than the least number of copies have room; with EAGAIN when fewer than that are
     * alive, as they are until a new leader has heard them.
     */
    CompletableFuture<AllocateReply> allocate(AllocateRequest request) {
        int count = Math.max(1, Math.min(COUNT_MAX, request.getCount()));
        return ids.take(count).thenApply(first -> {
            ContentsRecord copies = cluster.get();
            if (copies.getClusterUuid().isEmpty()) {
                throw new FsException(Errno.EAGAIN, "the cluster is still being formed");
            }
            AllocateReply.Builder reply = AllocateReply.newBuilder()
                    .setChunkSizeBytes(settings.chunkSizeBytes())
                    .setMinReplicas(copies.getMinReplicas())
                    .setValidMillis((int) settings.placementValid().toMillis());
            Set<Integer> avoid = new HashSet<>(request.getAvoidNodesList());
            for (int i = 0; i < count; i++) {
                reply.addPlacements(place(first + i, copies, avoid, request.getNearHost()));
            }
            return reply.build();
        });
    }

    private Placement place(long chunk, ContentsRecord copies, Set<Integer> avoid, String nearHost) {
        List<Candidate> candidates = nodes.candidates();
        int least = copies.getMinReplicas();
        List<Candidate> chain =
                policy.choose(candidates, copies.getReplicas(), least, settings.chunkSizeBytes(), avoid, nearHost);
        if (chain.size() < least) {
            throw new FsException(
                    candidates.size() < least ? Errno.EAGAIN : Errno.ENOSPC,
                    "nodes with room: " + chain.size() + " of " + candidates.size() + " live (expected: at least "
                            + least + ")");
        }
        Placement.Builder placement = Placement.newBuilder().setChunkId(chunk);
        for (Candidate node : chain) {
            placement.addChain(node.toAddress());
            nodes.expect(node.nodeId(), settings.chunkSizeBytes());
        }
        return placement.build();
    }
}
