package io.dbfs.daemon.cli;

import io.dbfs.common.ChunkId;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ClusterStatus;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.GetStatusReply;
import io.dbfs.proto.ListLostReply;
import io.dbfs.proto.ListLostRequest;
import io.dbfs.proto.LostChunk;
import io.dbfs.proto.SupernodeStatus;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Asks clusters which chunks are lost, and the supernode which files these belong to. */
final class LostClient {
    /** More files are not named by one call: restoring these comes first. */
    static final int FILES_MAX = 10_000;

    static final int CHUNKS_MAX = 100_000;
    private static final long ANSWER_SECONDS = 10;

    private final Channels channels;
    private final List<LostReport.Chunk> chunks = new ArrayList<>();
    private final Set<Long> files = new LinkedHashSet<>();
    private boolean complete = true;

    private LostClient(Channels channels) {
        this.channels = channels;
    }

    /**
     * What is lost in these clusters.
     *
     * @throws CommandFailure when a cluster's leader or the leading supernode does not answer
     */
    static LostReport ask(GetStatusReply status) {
        try (Channels channels = new Channels()) {
            LostClient client = new LostClient(channels);
            for (ClusterStatus cluster : status.getClustersList()) {
                client.listLost(cluster);
            }
            Map<Long, List<String>> paths = client.files.isEmpty()
                    ? Map.of()
                    : new PathFinder(channels.control(supernode(status))).find(client.files);
            return new LostReport(client.chunks, paths, client.complete);
        } catch (StatusRuntimeException e) {
            throw CommandFailure.unavailable("lost chunks are not known: " + e.getStatus());
        } catch (FsException e) {
            throw CommandFailure.unavailable("lost chunks are not known: " + e.getMessage());
        }
    }

    private static String supernode(GetStatusReply status) {
        return status.getSupernodesList().stream()
                .filter(SupernodeStatus::getLeads)
                .map(SupernodeStatus::getAddress)
                .findFirst()
                .orElseThrow(() -> CommandFailure.unavailable("no supernode leads: try again in a moment"));
    }

    private void listLost(ClusterStatus cluster) {
        if (cluster.getLeader().isEmpty()) {
            throw CommandFailure.unavailable(
                    "cluster " + cluster.getName() + " has no leader: which of its chunks are lost is not known");
        }
        long after = 0;
        for (boolean end = false; !end; ) {
            ListLostReply page = page(cluster.getLeader(), after);
            for (LostChunk lost : page.getChunksList()) {
                if (chunks.size() == CHUNKS_MAX) {
                    complete = false;
                    return;
                }
                add(cluster.getName(), lost);
                after = lost.getChunk().getId();
            }
            end = page.getEnd() || page.getChunksCount() == 0;
        }
    }

    private ListLostReply page(String leader, long after) {
        ListLostReply page = ContentsGrpc.newBlockingStub(channels.control(leader))
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .listLost(ListLostRequest.newBuilder().setAfter(after).build());
        Refusals.check(page.getRefusal());
        return page;
    }

    private void add(String cluster, LostChunk lost) {
        List<Integer> silent = new ArrayList<>(lost.getChunk().getReplicasList());
        silent.removeAll(lost.getDamagedList());
        complete &= !lost.getMoreInodes();
        for (long inode : lost.getInodesList()) {
            if (files.size() < FILES_MAX) {
                files.add(inode);
            } else {
                complete &= files.contains(inode);
            }
        }
        chunks.add(new LostReport.Chunk(
                cluster,
                new ChunkId(lost.getChunk().getId()).toString(),
                Integer.toUnsignedLong(lost.getChunk().getLength()),
                lost.getDamagedList(),
                silent,
                lost.getInodesList()));
    }
}
