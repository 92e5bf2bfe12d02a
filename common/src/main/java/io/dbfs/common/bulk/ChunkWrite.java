package io.dbfs.common.bulk;

import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WirePool;
import io.dbfs.proto.ChunkRequest;
import io.dbfs.proto.ChunkWriteBegin;
import io.dbfs.proto.ChunkWriteData;
import io.dbfs.proto.ChunkWriteHeader;
import io.dbfs.proto.ChunkWriteReply;
import io.dbfs.proto.ChunkWriteSeal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A chunk on its way to a node, and along the chain behind it. Blocks while the node does not keep up, for a bounded time.
 * Used by one thread at a time; {@link #close} may come from any. Every failure is an {@link FsException} of {@link
 * ChunkFailures}, after which there is nothing left but to close it: what a node has against the chunk it says in its reply.
 */
public final class ChunkWrite implements AutoCloseable {
    /** The most bytes that are sent at once. */
    public static final int FRAME_BYTES_MAX = 256 << 10;

    /** For a reply that is there already when it is waited for. */
    private static final Duration RECEIVE_TIME = Duration.ofMillis(100);

    private final WirePool pool;
    private final NodeId node;
    private final WirePool.Lent lent;
    private final Duration stallTimeout;
    private boolean sealed;
    private long sealedNanos;
    private volatile boolean over;

    private ChunkWrite(WirePool pool, NodeId node, WirePool.Lent lent, Duration stallTimeout) {
        this.pool = pool;
        this.node = node;
        this.lent = lent;
        this.stallTimeout = stallTimeout;
    }

    /**
     * Begins to write a chunk.
     *
     * @param address host:port of the API of the node that {@code begin} is for
     * @param stallTimeout how long the node may take nothing, or take to answer
     */
    public static ChunkWrite begin(WirePool pool, String address, ChunkWriteBegin begin, Duration stallTimeout) {
        NodeId node = new NodeId(begin.getNodeId());
        WirePool.Lent lent;
        try {
            lent = pool.lend(address, WireKind.CHUNKS);
        } catch (IOException e) {
            throw ChunkFailures.of(node, e);
        }
        ChunkWrite write = new ChunkWrite(pool, node, lent, stallTimeout);
        write.bounded(connection -> connection.send(
                ChunkRequest.newBuilder().setWrite(begin).build().toByteArray()));
        return write;
    }

    /**
     * Sends the next bytes; false when the node has answered already, which is to refuse the chunk: {@link #awaitReply} says why.
     *
     * @param payload at most {@link #FRAME_BYTES_MAX}; a multiple of 64 KiB unless they are the last. May be reused afterwards
     * @param checksums CRC32C of each 64 KiB of it
     */
    public boolean send(ByteBuffer payload, int[] checksums) {
        ChunkWriteData.Builder data = ChunkWriteData.newBuilder();
        for (int checksum : checksums) {
            data.addCrc32C(checksum);
        }
        byte[] header = ChunkWriteHeader.newBuilder().setData(data).build().toByteArray();
        boolean[] answered = new boolean[1];
        bounded(connection -> {
            answered[0] = connection.hasInput();
            if (!answered[0]) {
                connection.send(header, payload);
            }
        });
        return !answered[0];
    }

    /**
     * Ends the chunk.
     *
     * @param length of all its bytes
     * @param sync whether every node is to have it durable before it answers
     */
    public void seal(int length, boolean sync) {
        ChunkWriteSeal seal =
                ChunkWriteSeal.newBuilder().setLength(length).setSync(sync).build();
        byte[] header = ChunkWriteHeader.newBuilder().setSeal(seal).build().toByteArray();
        bounded(connection -> connection.send(header));
        sealed = true;
        sealedNanos = pool.nanoTime();
    }

    /** Waits for the reply, which may be a refusal; no longer than the stall timeout after the seal. */
    public ChunkWriteReply awaitReply() {
        ChunkWriteReply[] reply = new ChunkWriteReply[1];
        Duration left = sealed ? stallTimeout.minusNanos(pool.nanoTime() - sealedNanos) : stallTimeout;
        bounded(left.compareTo(RECEIVE_TIME) < 0 ? RECEIVE_TIME : left, connection -> {
            byte[] header = connection.receive();
            if (header == null) {
                throw new EOFException("ended the connection");
            }
            reply[0] = ChunkWriteReply.parseFrom(header);
        });
        if (sealed) {
            over = true;
            pool.giveBack(lent);
        }
        return reply[0];
    }

    /** Who the chunk is sent to. */
    public NodeId node() {
        return node;
    }

    private interface Step {
        void on(WireConnection connection) throws IOException;
    }

    private void bounded(Step step) {
        bounded(stallTimeout, step);
    }

    private void bounded(Duration timeout, Step step) {
        WireDeadline deadline = lent.connection().within(timeout);
        try (deadline) {
            step.on(lent.connection());
        } catch (IOException e) {
            lent.discard();
            throw ChunkFailures.of(node, deadline.hasPassed() ? deadline.exception() : e);
        }
    }

    /** Gives the chunk up unless its reply is there: the nodes drop what they have of it. */
    @Override
    public void close() {
        if (!over) {
            lent.discard();
        }
    }
}
