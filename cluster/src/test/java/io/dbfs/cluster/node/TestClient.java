package io.dbfs.cluster.node;

import com.google.protobuf.ByteString;
import io.dbfs.common.ChunkId;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkRead;
import io.dbfs.common.bulk.ChunkWrite;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.AllocateReply;
import io.dbfs.proto.AllocateRequest;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkSlice;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.CommitOperation;
import io.dbfs.proto.ContentsGrpc;
import io.dbfs.proto.ContentsGrpc.ContentsBlockingStub;
import io.dbfs.proto.ContentsOperation;
import io.dbfs.proto.DropOperation;
import io.dbfs.proto.Extent;
import io.dbfs.proto.ListLostReply;
import io.dbfs.proto.ListLostRequest;
import io.dbfs.proto.LostChunk;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.OpenReply;
import io.dbfs.proto.OpenRequest;
import io.dbfs.proto.Placement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a mounted daemon does with a cluster, in the plainest way. */
final class TestClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Channels channels = new Channels();

    ContentsBlockingStub contents(String leader) {
        return ContentsGrpc.newBlockingStub(channels.control(leader)).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    AllocateReply allocate(String leader) {
        return contents(leader)
                .allocate(AllocateRequest.newBuilder().setCount(1).build());
    }

    /** Writes a file of one chunk; the nodes that hold it. */
    List<Integer> write(String leader, long inode, byte[] bytes) {
        AllocateReply allocated = allocate(leader);
        Refusals.check(allocated.getRefusal());
        Placement placement = allocated.getPlacements(0);
        ChunkWriteReply stored = upload(placement, bytes);
        Refusals.check(stored.getRefusal());
        Refusals.check(contents(leader)
                .execute(ContentsOperation.newBuilder()
                        .setCommit(CommitOperation.newBuilder()
                                .setInode(inode)
                                .addNewChunks(ChunkInfo.newBuilder()
                                        .setId(placement.getChunkId())
                                        .setLength(bytes.length)
                                        .addAllReplicas(stored.getStoredOnList()))
                                .addExtents(Extent.newBuilder()
                                        .setLength(bytes.length)
                                        .setChunk(ChunkSlice.newBuilder().setChunkId(placement.getChunkId()))))
                        .build())
                .getRefusal());
        return stored.getStoredOnList();
    }

    /** Writes pieces inline, each at its place, in one commit. */
    void writeInline(String leader, long inode, List<Integer> offsets, ByteString piece) {
        CommitOperation.Builder commit = CommitOperation.newBuilder().setInode(inode);
        offsets.forEach(offset -> commit.addExtents(
                Extent.newBuilder().setOffset(offset).setLength(piece.size()).setInline(piece)));
        Refusals.check(contents(leader)
                .execute(ContentsOperation.newBuilder().setCommit(commit).build())
                .getRefusal());
    }

    ChunkWriteReply upload(Placement placement, byte[] bytes) {
        NodeAddress first = placement.getChain(0);
        ChunkWriteBegin begin = ChunkWriteBegin.newBuilder()
                .setChunkId(placement.getChunkId())
                .setNodeId(first.getNodeId())
                .addAllChain(placement.getChainList().subList(1, placement.getChainCount()))
                .build();
        try (ChunkWrite write = ChunkWrite.begin(channels.wire(), first.getAddress(), begin, TIMEOUT)) {
            boolean more = true;
            for (int offset = 0; more && offset < bytes.length; offset += ChunkWrite.FRAME_BYTES_MAX) {
                int count = Math.min(ChunkWrite.FRAME_BYTES_MAX, bytes.length - offset);
                ByteBuffer part = ByteBuffer.wrap(bytes, offset, count).slice();
                more = write.send(part, BlockChecksums.of(part));
            }
            write.seal(bytes.length, true);
            return write.awaitReply();
        }
    }

    OpenReply open(String leader, long inode) {
        OpenReply reply =
                contents(leader).open(OpenRequest.newBuilder().setInode(inode).build());
        Refusals.check(reply.getRefusal());
        return reply;
    }

    /** Reads a file, its chunks each from the first replica. */
    byte[] read(String leader, long inode) {
        OpenReply file = open(leader, inode);
        byte[] all = new byte[(int) file.getAttributes().getSize()];
        for (Extent extent : file.getExtentsList()) {
            int offset = (int) extent.getOffset();
            if (extent.hasInline()) {
                extent.getInline().copyTo(all, offset);
            } else {
                ChunkInfo chunk = file.getChunksList().stream()
                        .filter(info -> info.getId() == extent.getChunk().getChunkId())
                        .findFirst()
                        .orElseThrow();
                byte[] bytes = read(file, chunk).array();
                System.arraycopy(bytes, extent.getChunk().getChunkOffset(), all, offset, extent.getLength());
            }
        }
        return all;
    }

    List<LostChunk> lost(String leader) {
        ListLostReply reply = contents(leader).listLost(ListLostRequest.getDefaultInstance());
        Refusals.check(reply.getRefusal());
        return reply.getChunksList();
    }

    void drop(String leader, long inode) {
        Refusals.check(contents(leader)
                .execute(ContentsOperation.newBuilder()
                        .setDrop(DropOperation.newBuilder().addInodes(inode))
                        .build())
                .getRefusal());
    }

    /** The chunk from the first replica that gives it: some of them may be on nodes that have just died. */
    private ByteBuffer read(OpenReply file, ChunkInfo chunk) {
        FsException last = null;
        for (int replica : chunk.getReplicasList()) {
            try {
                return read(file, chunk, replica);
            } catch (FsException e) {
                last = e;
            }
        }
        throw new AssertionError("no replica gives chunk " + new ChunkId(chunk.getId()), last);
    }

    private ByteBuffer read(OpenReply file, ChunkInfo chunk, int replica) {
        String address = file.getNodesList().stream()
                .filter(node -> node.getNodeId() == replica)
                .findFirst()
                .orElseThrow()
                .getAddress();
        ByteBuffer bytes = ByteBuffer.allocate(chunk.getLength());
        new ChunkRead(channels.wire(), new NodeId(replica), address, TIMEOUT)
                .read(new ChunkId(chunk.getId()), 0, bytes);
        return bytes.flip();
    }

    @Override
    public void close() {
        channels.close();
    }
}
