package io.dbfs.cluster.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkRead;
import io.dbfs.common.bulk.ChunkWrite;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WirePool;
import io.dbfs.proto.ChunkInfo;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.NodeAddress;
import io.dbfs.proto.Placement;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** Reads and writes chunks of the cluster for the work of rewriting. Blocks for a bounded time. Thread-safe. */
final class ChunkIo {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final WirePool pool;

    ChunkIo(WirePool pool) {
        this.pool = pool;
    }

    /**
     * Reads a part of a chunk from the first of its replicas that gives it.
     *
     * @throws FsException when none does
     */
    ByteString read(ChunkInfo chunk, int offset, int length, List<NodeAddress> nodes) {
        FsException failure = new FsException(Errno.EIO, "chunk " + new ChunkId(chunk.getId()) + ": no replica known");
        for (NodeAddress node : nodes) {
            if (chunk.getReplicasList().contains(node.getNodeId())) {
                try {
                    return read(new ChunkId(chunk.getId()), offset, length, node);
                } catch (FsException e) {
                    failure = e;
                }
            }
        }
        throw failure;
    }

    /**
     * Writes a chunk along its chain, durably; the chunk as it was stored.
     *
     * @throws FsException when the chain broke
     */
    ChunkInfo write(Placement placement, byte[] bytes) {
        NodeAddress first = placement.getChain(0);
        ChunkWriteBegin begin = ChunkWriteBegin.newBuilder()
                .setChunkId(placement.getChunkId())
                .setNodeId(first.getNodeId())
                .setMaxLength(bytes.length)
                .addAllChain(placement.getChainList().subList(1, placement.getChainCount()))
                .build();
        ChunkWriteReply stored;
        try (ChunkWrite write = ChunkWrite.begin(pool, first.getAddress(), begin, TIMEOUT)) {
            for (int offset = 0; offset < bytes.length; offset += ChunkWrite.FRAME_BYTES_MAX) {
                int count = Math.min(ChunkWrite.FRAME_BYTES_MAX, bytes.length - offset);
                ByteBuffer part = ByteBuffer.wrap(bytes, offset, count).slice();
                if (!write.send(part, BlockChecksums.of(part))) {
                    break;
                }
            }
            write.seal(bytes.length, true);
            stored = write.awaitReply();
        }
        Refusals.check(stored.getRefusal());
        return ChunkInfo.newBuilder()
                .setId(placement.getChunkId())
                .setLength(bytes.length)
                .addAllReplicas(stored.getStoredOnList())
                .build();
    }

    private ByteString read(ChunkId chunk, int offset, int length, NodeAddress node) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        new ChunkRead(pool, new NodeId(node.getNodeId()), node.getAddress(), TIMEOUT).read(chunk, offset, bytes);
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
}
