package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.ChunkFailures;
import io.dbfs.common.bulk.ChunkWrite;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import io.dbfs.common.wire.WirePool;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteData;
import io.dbfs.proto.ChunkWriteHeader;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.ChunkWriteSeal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk on its way in: forwarded to the next node of its chain as it arrives, written to the store behind that, answered
 * when both are done. Runs on its connection's thread.
 *
 * <p>Whatever is wrong with the chunk here or behind is answered at once; what the client has sent of it until it sees that is
 * received and dropped.
 */
final class ChunkReceiver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChunkReceiver.class);

    private final NodeId self;
    private final ChunkStore store;
    private final WirePool pool;
    private final FrameBuffers pieces;
    private final Executor disk;
    private final Duration stallTimeout;
    private final WireConnection client;
    private final ChunkId id;
    private @Nullable ChunkCollector chunk;
    private @Nullable ChunkWrite next;
    private @Nullable ChunkWriteReply failure;

    /** What receivers of a node share. */
    record Parts(
            NodeId self, ChunkStore store, WirePool pool, FrameBuffers pieces, Executor disk, Duration stallTimeout) {}

    ChunkReceiver(Parts parts, WireConnection client, ChunkWriteBegin begin) {
        this.self = parts.self();
        this.store = parts.store();
        this.pool = parts.pool();
        this.pieces = parts.pieces();
        this.disk = parts.disk();
        this.stallTimeout = parts.stallTimeout();
        this.client = client;
        this.id = new ChunkId(begin.getChunkId());
    }

    /**
     * Receives the chunk up to its seal, and answers.
     *
     * @throws IOException when the client is gone, or stalls
     */
    void receive(ChunkWriteBegin begin) throws IOException {
        attempt(() -> start(begin));
        tellFailure();
        while (true) {
            ChunkWriteHeader header = nextHeader();
            if (header.hasSeal()) {
                if (failure == null) {
                    client.send(seal(header.getSeal()).toByteArray());
                }
                return;
            }
            if (failure == null && chunk != null) {
                data(chunk, header.getData());
                tellFailure();
            }
        }
    }

    private void tellFailure() throws IOException {
        if (failure != null) {
            close();
            client.send(failure.toByteArray());
        }
    }

    private ChunkWriteHeader nextHeader() throws IOException {
        WireDeadline deadline = client.within(stallTimeout);
        try (deadline) {
            byte[] header = client.receive();
            if (header == null) {
                throw new EOFException("chunk " + id + " ended without a seal");
            }
            return ChunkWriteHeader.parseFrom(header);
        }
    }

    private void start(ChunkWriteBegin begin) {
        if (begin.getNodeId() != self.value()) {
            throw new FsException(Errno.ESTALE, "for node " + begin.getNodeId() + ", this is " + self);
        }
        if (begin.getChainCount() > 0) {
            var address = begin.getChain(0);
            Duration limit = limitOfNext(begin);
            ChunkWriteBegin rest = begin.toBuilder()
                    .setNodeId(address.getNodeId())
                    .removeChain(0)
                    .setStallMillis((int) limit.toMillis())
                    .build();
            toNext(
                    new NodeId(address.getNodeId()),
                    () -> next = ChunkWrite.begin(pool, address.getAddress(), rest, limit));
        }
        if (failure == null) {
            chunk = new ChunkCollector(
                    store.create(id, begin.getMaxLength()), pieces, ChunkWrite.FRAME_BYTES_MAX, disk);
        }
    }

    /** Shorter than the sender waits for this node: what it gets is then this node's report, which names the one at fault. */
    private Duration limitOfNext(ChunkWriteBegin begin) {
        if (begin.getStallMillis() == 0) {
            return stallTimeout;
        }
        Duration limit = Duration.ofMillis(Math.max(1, begin.getStallMillis() * 3L / 4));
        return limit.compareTo(stallTimeout) < 0 ? limit : stallTimeout;
    }

    private void data(ChunkCollector target, ChunkWriteData data) throws IOException {
        int count = client.payloadBytes();
        if (count > ChunkWrite.FRAME_BYTES_MAX) {
            throw new IOException(
                    "chunk " + id + ": " + count + " bytes at once (expected: <= " + ChunkWrite.FRAME_BYTES_MAX + ")");
        }
        ByteBuffer[] room = new ByteBuffer[1];
        attempt(() -> room[0] = target.room(count));
        if (failure == null) {
            WireDeadline deadline = client.within(stallTimeout);
            try (deadline) {
                client.receivePayload(room[0]);
            }
            attempt(() -> take(target, data, room[0].flip()));
        }
    }

    private void take(ChunkCollector target, ChunkWriteData data, ByteBuffer bytes) {
        int[] checksums = BlockChecksums.of(bytes);
        requireSame(data, checksums);
        if (next != null) {
            ChunkWrite chain = next;
            toNext(chain.node(), () -> {
                if (!chain.send(bytes, checksums)) {
                    failure = chain.awaitReply();
                }
            });
        }
        if (failure == null) {
            target.add(bytes.remaining(), checksums);
        }
    }

    private void requireSame(ChunkWriteData data, int[] checksums) {
        boolean same = data.getCrc32CCount() == checksums.length;
        for (int i = 0; same && i < checksums.length; i++) {
            same = data.getCrc32C(i) == checksums[i];
        }
        if (!same) {
            throw new FsException(Errno.EIO, "chunk " + id + " arrived with a checksum that differs");
        }
    }

    private ChunkWriteReply seal(ChunkWriteSeal seal) {
        ChunkWrite chain = next;
        if (failure == null && chain != null) {
            toNext(chain.node(), () -> chain.seal(seal.getLength(), seal.getSync()));
        }
        if (failure != null) {
            return failure;
        }
        // The nodes behind have all of it from here on: what they say is part of the answer, whatever happens here.
        attempt(() -> sealHere(seal));
        return answer(chain == null ? ChunkWriteReply.getDefaultInstance() : replyOf(chain));
    }

    private ChunkWriteReply replyOf(ChunkWrite chain) {
        try {
            return chain.awaitReply();
        } catch (FsException e) {
            return ChunkFailures.reply(chain.node(), e);
        }
    }

    private void sealHere(ChunkWriteSeal seal) {
        if (chunk == null || !chunk.seal(seal.getLength())) {
            throw new FsException(Errno.EINVAL, "chunk " + id + " sealed at " + seal.getLength() + " bytes");
        }
        if (seal.getSync()) {
            try {
                store.sync(List.of(id)).join();
            } catch (CompletionException e) {
                throw new FsException(Errno.EIO, String.valueOf(e.getCause()), e);
            }
        }
    }

    private ChunkWriteReply answer(ChunkWriteReply behind) {
        ChunkWriteReply.Builder reply = behind.toBuilder().clearStoredOn();
        if (failure == null) {
            reply.addStoredOn(self.value());
        } else {
            reply.setRefusal(failure.getRefusal()).setFailedNode(failure.getFailedNode());
        }
        return reply.addAllStoredOn(behind.getStoredOnList()).build();
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (FsException e) {
            fail(self, e);
        }
    }

    private void toNext(NodeId node, Runnable step) {
        try {
            step.run();
        } catch (FsException e) {
            fail(node, e);
        }
    }

    private void fail(NodeId node, FsException reason) {
        log.info("chunk {}: {}", id, reason.getMessage());
        failure = ChunkFailures.reply(node, reason);
    }

    /** Drops what was not sealed. */
    @Override
    public void close() {
        if (next != null) {
            next.close();
        }
        if (chunk != null) {
            chunk.close();
        }
    }
}
