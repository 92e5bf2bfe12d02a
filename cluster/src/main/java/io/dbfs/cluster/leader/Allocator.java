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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Hands out chunk ids with the nodes to write them to. Thread-safe. */
final class Allocator {
    private static final int COUNT_MAX = 64;
    /** Within this time a node has reported what it deleted, as likely as not. */
    private static final int RETRY_MILLIS = 300;

    private final ChunkIds ids;
    private final NodeWatch nodes;
    private final ChainPolicy policy;
    private final LeaderSettings settings;
    private final Supplier<ContentsRecord> cluster;
    private final BooleanSupplier reclaim;

    /**
     * @param cluster the cluster's record, which tells the copies it was formed with
     * @param reclaim looks for garbage; whether there may be more room soon
     */
    Allocator(
            ChunkIds ids,
            NodeWatch nodes,
            ChainPolicy policy,
            LeaderSettings settings,
            Supplier<ContentsRecord> cluster,
            BooleanSupplier reclaim) {
        this.ids = ids;
        this.nodes = nodes;
        this.policy = policy;
        this.settings = settings;
        this.cluster = cluster;
        this.reclaim = reclaim;
    }

    /**
     * Gives as many places as fit. Fails with ENOSPC when fewer nodes than the least number of copies have room and nothing is left
     * to be deleted; with EAGAIN when fewer than that are alive, as they are until a new leader has heard them.
     */
    CompletableFuture<AllocateReply> allocate(AllocateRequest request) {
        int count = Math.max(1, Math.min(COUNT_MAX, request.getCount()));
        return ids.take(count).thenApply(first -> {
            ContentsRecord copies = cluster.get();
            if (copies.getClusterUuid().isEmpty()) {
                throw new FsException(Errno.EAGAIN, "the cluster is still being formed");
            }
            PlacementSize size = size(nodes.candidates(), copies, request);
            AllocateReply.Builder reply = AllocateReply.newBuilder()
                    .setChunkSizeBytes(size.chunkBytes())
                    .setMinReplicas(copies.getMinReplicas())
                    .setValidMillis((int) settings.placementValid().toMillis());
            Set<Integer> avoid = new HashSet<>(request.getAvoidNodesList());
            for (int i = 0; i < Math.min(count, size.countMax()); i++) {
                List<Candidate> chain =
                        chain(nodes.candidates(), copies, size.placedBytes(), avoid, request.getNearHost());
                if (chain.size() < copies.getMinReplicas()) {
                    break;
                }
                reply.addPlacements(place(first + i, chain, size.placedBytes()));
            }
            return reply.getPlacementsCount() > 0 ? reply.build() : noRoom(reply, copies, request);
        });
    }

    private PlacementSize size(List<Candidate> candidates, ContentsRecord copies, AllocateRequest request) {
        return PlacementSize.of(candidates, copies.getMinReplicas(), settings.chunkSizeBytes(), request.getBytes());
    }

    private List<Candidate> chain(
            List<Candidate> candidates, ContentsRecord copies, int bytes, Set<Integer> avoid, String nearHost) {
        return policy.choose(candidates, copies.getReplicas(), copies.getMinReplicas(), bytes, avoid, nearHost);
    }

    private Placement place(long chunk, List<Candidate> chain, int bytes) {
        Placement.Builder placement = Placement.newBuilder().setChunkId(chunk).setMaxBytes(bytes);
        for (Candidate node : chain) {
            placement.addChain(node.toAddress());
            nodes.expect(node.nodeId(), bytes);
        }
        return placement.build();
    }

    /** Nothing was charged to any node. What is charged for placements given before may never come, and frees itself in a moment. */
    private AllocateReply noRoom(AllocateReply.Builder reply, ContentsRecord copies, AllocateRequest request) {
        List<Candidate> reported = nodes.candidatesAsReported();
        int least = copies.getMinReplicas();
        if (reported.size() < least) {
            throw new FsException(
                    Errno.EAGAIN, "live nodes: " + reported.size() + " (expected: at least " + least + ")");
        }
        int bytes = size(reported, copies, request).placedBytes();
        boolean onlyCharged = chain(reported, copies, bytes, Set.of(), "").size() >= least;
        if (onlyCharged || reclaim.getAsBoolean()) {
            return reply.setRetryMillis(RETRY_MILLIS).build();
        }
        throw new FsException(
                Errno.ENOSPC,
                "no " + least + " of " + reported.size() + " live nodes have room for a chunk of " + bytes + " bytes");
    }
}
