package io.dbfs.cluster.chunk;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.BlockChecksums;
import io.dbfs.common.bulk.BulkFrame;
import io.dbfs.common.bulk.ChunkWriteCall;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteData;
import io.dbfs.proto.ChunkWriteHeader;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.ChunkWriteSeal;
import io.dbfs.proto.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk on its way in: forwarded to the next node of its chain as it arrives, written to the store, answered when
 * both are done. Confined to its call's serial executor.
 */
final class ChunkReceiver {
    private static final Logger log = LoggerFactory.getLogger(ChunkReceiver.class);

    /** What the receiver needs of its call. */
    interface Upstream {
        /** Ends the call with its one reply. */
        void reply(ChunkWriteReply reply);

        /** Starts a call to the next node; its events come back through {@link ChunkReceiver#chainEnded}. */
        ChunkWriteCall forward(NodeId node, String address);

        /** Makes the sealed chunk durable; the end comes back through {@link ChunkReceiver#synced}. */
        void sync(ChunkId id);
    }

    private final NodeId self;
    private final ChunkStore store;
    private final Upstream upstream;
    private @Nullable ChunkId id;
    private @Nullable WritableChunk chunk;
    private @Nullable ChunkWriteCall next;
    private @Nullable NodeId nextNode;
    private @Nullable ChunkWriteReply chainReply;
    private @Nullable Refusal ownOutcome;
    private boolean sealing;
    private boolean ended;

    ChunkReceiver(NodeId self, ChunkStore store, Upstream upstream) {
        this.self = self;
        this.store = store;
        this.upstream = upstream;
    }

    /** Takes the next frame, and closes it. */
    void accept(BulkFrame frame) {
        try (frame) {
            if (ended || ownOutcome != null) {
                return;
            }
            ChunkWriteHeader header = frame.header(ChunkWriteHeader.parser());
            switch (header.getKindCase()) {
                case BEGIN -> begin(header.getBegin());
                case DATA -> data(header.getData(), frame);
                case SEAL -> seal(header.getSeal(), frame);
                case KIND_NOT_SET -> throw new FsException(Errno.EINVAL, "frame of an unknown kind");
            }
        } catch (FsException e) {
            fail(e);
        } catch (InvalidProtocolBufferException e) {
            fail(new FsException(Errno.EINVAL, "header of a frame: " + e.getMessage(), e));
        }
    }

    private void begin(ChunkWriteBegin begin) {
        if (id != null) {
            throw new FsException(Errno.EINVAL, "second begin in one call");
        }
        if (begin.getNodeId() != self.value()) {
            throw new FsException(Errno.ESTALE, "for node " + begin.getNodeId() + ", this is " + self);
        }
        ChunkId begun = new ChunkId(begin.getChunkId());
        id = begun;
        if (begin.getChainCount() > 0) {
            forwardBegin(begin);
        }
        chunk = store.create(begun);
    }

    private void forwardBegin(ChunkWriteBegin begin) {
        var address = begin.getChain(0);
        ChunkWriteBegin rest =
                begin.toBuilder().setNodeId(address.getNodeId()).removeChain(0).build();
        nextNode = new NodeId(address.getNodeId());
        next = upstream.forward(nextNode, address.getAddress());
        next.send(BulkFrame.of(ChunkWriteHeader.newBuilder().setBegin(rest).build()));
    }

    private void data(ChunkWriteData data, BulkFrame frame) {
        WritableChunk target = requireBegun();
        List<ByteBuffer> payload = frame.payload();
        int[] checksums =
                data.getCrc32CList().stream().mapToInt(Integer::intValue).toArray();
        if (!Arrays.equals(checksums, BlockChecksums.of(payload))) {
            throw new FsException(Errno.EIO, "chunk " + id + " arrived with a checksum that differs");
        }
        if (next != null) {
            next.send(frame.share());
        }
        target.append(payload, checksums);
    }

    private void seal(ChunkWriteSeal seal, BulkFrame frame) {
        WritableChunk target = requireBegun();
        if (seal.getLength() != target.length()) {
            throw new FsException(
                    Errno.EINVAL, "chunk " + id + " sealed at " + seal.getLength() + ", has " + target.length());
        }
        sealing = true;
        if (next != null) {
            next.send(frame.share());
            next.finish();
        }
        target.seal();
        if (seal.getSync()) {
            upstream.sync(requireId());
        } else {
            stored(Refusal.getDefaultInstance());
        }
    }

    /** The end of making it durable. */
    void synced(@Nullable Throwable failure) {
        if (failure == null) {
            stored(Refusal.getDefaultInstance());
        } else {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            stored(Refusals.of(Errno.EIO, String.valueOf(cause.getMessage())));
        }
    }

    private void stored(Refusal outcome) {
        ownOutcome = outcome;
        replyWhenComplete();
    }

    /** The rest of the chain has answered, or is gone. */
    void chainEnded(ChunkWriteReply reply) {
        if (ended || chainReply != null) {
            return;
        }
        chainReply = reply;
        if (Refusals.refused(reply.getRefusal()) && !sealing) {
            log.info(
                    "chunk {}: chain broke at n{}: {}",
                    id,
                    reply.getFailedNode(),
                    reply.getRefusal().getMessage());
            end(reply);
        } else {
            replyWhenComplete();
        }
    }

    private void replyWhenComplete() {
        if (ended || ownOutcome == null || (next != null && chainReply == null)) {
            return;
        }
        ChunkWriteReply behind = chainReply == null ? ChunkWriteReply.getDefaultInstance() : chainReply;
        ChunkWriteReply.Builder reply = behind.toBuilder().clearStoredOn();
        if (Refusals.refused(ownOutcome)) {
            reply.setRefusal(ownOutcome).setFailedNode(self.value());
        } else {
            reply.addStoredOn(self.value());
        }
        end(reply.addAllStoredOn(behind.getStoredOnList()).build());
    }

    private void fail(FsException failure) {
        log.info("chunk {}: {}", id, failure.getMessage());
        if (sealing && next != null) {
            // The nodes behind have all of it: what they say is part of the answer.
            stored(Refusals.of(failure));
        } else {
            end(ChunkWriteCall.failure(self, failure.errno(), String.valueOf(failure.getMessage())));
        }
    }

    /** Nothing has moved for too long: gives up the node that is to move next. */
    void stalled() {
        ChunkWriteCall behind = next;
        if (behind != null && nextNode != null && chainReply == null && (sealing || !behind.isReady())) {
            behind.cancel("stalled");
            chainEnded(ChunkWriteCall.failure(nextNode, Errno.ETIMEDOUT, "node " + nextNode + " stalled"));
        } else if (!sealing) {
            fail(new FsException(Errno.ETIMEDOUT, "upload of chunk " + id + " stalled"));
        }
    }

    /** The client ended its stream; an unsealed chunk is none. */
    void finished() {
        if (!ended && !sealing) {
            fail(new FsException(Errno.EINVAL, "chunk " + id + " ended without a seal"));
        }
    }

    /** The client is gone. */
    void cancelled() {
        release();
    }

    private void end(ChunkWriteReply reply) {
        release();
        upstream.reply(reply);
    }

    private void release() {
        ended = true;
        if (next != null && chainReply == null) {
            next.cancel("the chain is given up");
        }
        if (chunk != null) {
            chunk.close();
        }
    }

    /** Whether the call is over. */
    boolean ended() {
        return ended;
    }

    /** Whether the chain takes more. */
    boolean ready() {
        return next == null || next.isReady();
    }

    private ChunkId requireId() {
        if (id == null) {
            throw new FsException(Errno.EINVAL, "frame before begin");
        }
        return id;
    }

    private WritableChunk requireBegun() {
        if (chunk == null || sealing) {
            throw new FsException(Errno.EINVAL, "frame out of order (expected: begin, data, seal)");
        }
        return chunk;
    }
}
