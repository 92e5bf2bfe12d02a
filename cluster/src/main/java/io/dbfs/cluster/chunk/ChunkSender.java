package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkFile;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import io.dbfs.proto.ChunkFileName;
import io.dbfs.proto.ChunkReadHeader;
import io.dbfs.proto.ChunkReadRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one read: frame by frame, as fast as the client takes them. Runs on its connection's thread. */
final class ChunkSender {
    private static final Logger log = LoggerFactory.getLogger(ChunkSender.class);

    private final ChunkStore store;
    private final FrameBuffers buffers;
    private final Duration stallTimeout;
    private final WireConnection client;

    ChunkSender(ChunkStore store, FrameBuffers buffers, Duration stallTimeout, WireConnection client) {
        this.store = store;
        this.buffers = buffers;
        this.stallTimeout = stallTimeout;
        this.client = client;
    }

    /**
     * Sends what is asked for, or a refusal in the stead of its rest.
     *
     * @throws IOException when the client is gone, or stalls
     */
    void send(NodeId self, ChunkReadRequest request) throws IOException {
        ChunkId id = new ChunkId(request.getChunkId());
        try {
            requireValid(self, id, request);
            if (request.getFileWanted() && client.isWithinHost() && isFileTold(id)) {
                return;
            }
            int end = request.getOffset() + request.getLength();
            for (int at = request.getOffset(); at < end; ) {
                // Frames after the first begin where a block does, so that no block is read twice.
                int room = buffers.sizeBytes() - at % BlockChecksums.BLOCK_BYTES;
                int count = Math.min(room, end - at);
                sendPiece(id, at, count);
                at += count;
            }
        } catch (FsException e) {
            if (e.errno() == Errno.EIO) {
                log.warn("read of chunk {}: {}", id, e.getMessage());
            }
            refuse(client, e);
        }
    }

    static void refuse(WireConnection client, FsException failure) throws IOException {
        client.send(ChunkReadHeader.newBuilder()
                .setRefusal(Refusals.of(failure))
                .build()
                .toByteArray());
    }

    private static void requireValid(NodeId self, ChunkId id, ChunkReadRequest request) {
        if (request.getNodeId() != self.value()) {
            throw new FsException(Errno.ESTALE, "for node " + request.getNodeId() + ", this is " + self);
        }
        long end = Integer.toUnsignedLong(request.getOffset()) + Integer.toUnsignedLong(request.getLength());
        if (end > ChunkStore.MAX_CHUNK_BYTES) {
            throw new FsException(Errno.EINVAL, "read of chunk " + id + " to " + end);
        }
    }

    private boolean isFileTold(ChunkId id) throws IOException {
        Optional<ChunkFile> found = store.file(id);
        if (found.isEmpty()) {
            return false;
        }
        ChunkFile file = found.get();
        client.send(header(0, file.checksums())
                .setFile(ChunkFileName.newBuilder()
                        .setPath(file.path().toString())
                        .setOffset(file.offset())
                        .setLength(file.length())
                        .setDirect(file.isDirect()))
                .build()
                .toByteArray());
        return true;
    }

    private void sendPiece(ChunkId id, int offset, int count) throws IOException {
        Optional<ChunkRange> range = store.range(id, offset, count);
        if (range.isEmpty()) {
            copyPiece(id, offset, count);
            return;
        }
        ChunkRange bytes = range.get();
        WireDeadline deadline = client.within(stallTimeout);
        try (bytes;
                deadline) {
            client.send(header(offset, bytes.checksums()).build().toByteArray(), bytes);
        }
    }

    private static ChunkReadHeader.Builder header(int offset, int[] checksums) {
        ChunkReadHeader.Builder header = ChunkReadHeader.newBuilder().setOffset(offset);
        for (int checksum : checksums) {
            header.addCrc32C(checksum);
        }
        return header;
    }

    private void copyPiece(ChunkId id, int offset, int count) throws IOException {
        ByteBuffer buffer = buffers.take();
        try {
            int[] checksums = store.readWithChecksums(id, offset, buffer.limit(count));
            if (buffer.hasRemaining()) {
                throw new FsException(
                        Errno.EINVAL, "read of chunk " + id + " to " + (offset + count) + ", beyond its end");
            }
            WireDeadline deadline = client.within(stallTimeout);
            try (deadline) {
                client.send(header(offset, checksums).build().toByteArray(), buffer.flip());
            }
        } finally {
            buffers.giveBack(buffer);
        }
    }
}
