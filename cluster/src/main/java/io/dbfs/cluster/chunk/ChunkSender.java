package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkReadHeader;
import io.dbfs.proto.ChunkReadRequest;
import io.grpc.stub.CallStreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Chunks/Read: reads and sends frame by frame, as fast as the client takes them. Confined to its call's serial executor. */
final class ChunkSender {
    private static final Logger log = LoggerFactory.getLogger(ChunkSender.class);

    private final NodeId self;
    private final ChunkStore store;
    private final FrameBuffers buffers;
    private final ChunkReadRequest request;
    private final CallStreamObserver<BulkFrame> client;
    private final ChunkId id;
    private long next;
    private boolean ended;

    ChunkSender(
            NodeId self,
            ChunkStore store,
            FrameBuffers buffers,
            ChunkReadRequest request,
            CallStreamObserver<BulkFrame> client) {
        this.self = self;
        this.store = store;
        this.buffers = buffers;
        this.request = request;
        this.client = client;
        this.id = new ChunkId(request.getChunkId());
        this.next = Integer.toUnsignedLong(request.getOffset());
    }

    /** Sends until the client's window is full, or all is sent. */
    void pump() {
        if (ended) {
            return;
        }
        try {
            requireValid();
            while (!ended && client.isReady()) {
                sendNext();
            }
        } catch (FsException e) {
            refuse(e);
        }
    }

    private void requireValid() {
        if (request.getNodeId() != self.value()) {
            throw new FsException(Errno.ESTALE, "for node " + request.getNodeId() + ", this is " + self);
        }
        if (end() > ChunkStore.MAX_CHUNK_BYTES) {
            throw new FsException(Errno.EINVAL, "read of chunk " + id + " to " + end());
        }
    }

    private long end() {
        return Integer.toUnsignedLong(request.getOffset()) + Integer.toUnsignedLong(request.getLength());
    }

    private void sendNext() {
        int offset = (int) next;
        // Frames after the first begin where a block does, so that no block is read and verified twice.
        int room = buffers.sizeBytes() - offset % BlockChecksums.BLOCK_BYTES;
        int length = (int) Math.min(room, end() - next);
        if (length > 0) {
            send(offset, length);
            next += length;
        }
        if (next == end()) {
            ended = true;
            client.onCompleted();
        }
    }

    private void send(int offset, int length) {
        ByteBuffer buffer = buffers.take();
        BulkFrame frame;
        try {
            frame = read(offset, buffer.limit(length));
        } catch (FsException e) {
            buffers.giveBack(buffer);
            throw e;
        }
        try {
            client.onNext(frame);
        } finally {
            // gRPC has closed it, unless it failed before it took it over.
            frame.close();
        }
    }

    private BulkFrame read(int offset, ByteBuffer buffer) {
        if (store.read(id, offset, buffer) < buffer.limit()) {
            throw new FsException(Errno.EINVAL, "read of chunk " + id + " to " + end() + ", beyond its end");
        }
        List<ByteBuffer> payload = List.of(buffer.flip());
        ChunkReadHeader header = ChunkReadHeader.newBuilder()
                .setOffset(offset)
                .setCrc32C(BlockChecksums.whole(payload))
                .build();
        return BulkFrame.of(header, payload, () -> buffers.giveBack(buffer));
    }

    private void refuse(FsException failure) {
        if (failure.errno() == Errno.EIO) {
            log.warn("read of chunk {}: {}", id, failure.getMessage());
        }
        ended = true;
        client.onNext(BulkFrame.of(
                ChunkReadHeader.newBuilder().setRefusal(Refusals.of(failure)).build()));
        client.onCompleted();
    }

    /** The client is gone. */
    void cancelled() {
        ended = true;
    }

    /** Whether the call is over. */
    boolean ended() {
        return ended;
    }
}
