package io.dbfs.common.bulk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Refusals;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireDeadline;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WirePool;
import io.dbfs.proto.ChunkFileName;
import io.dbfs.proto.ChunkReadHeader;
import io.dbfs.proto.ChunkReadRequest;
import io.dbfs.proto.ChunkRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One attempt to get a range of a chunk from one node. {@link #cancel} may come from any thread. */
public final class ChunkRead {
    private final WirePool pool;
    private final NodeId node;
    private final String address;
    private final Duration timeout;
    private final @Nullable HostFiles files;
    private volatile boolean cancelled;
    private volatile WirePool.@Nullable Lent lent;
    /** The node refused: its reply is complete, and the connection as good as before. */
    private boolean refused;

    /**
     * An attempt, not yet begun.
     *
     * @param address host:port of the node's API
     * @param timeout for all of it
     */
    public ChunkRead(WirePool pool, NodeId node, String address, Duration timeout) {
        this(pool, node, address, timeout, null);
    }

    /** As the other; reads the node's own files, when given and where these can be read. */
    public ChunkRead(WirePool pool, NodeId node, String address, Duration timeout, @Nullable HostFiles files) {
        this.files = files;
        this.pool = pool;
        this.node = node;
        this.address = address;
        this.timeout = timeout;
    }

    /**
     * Fills {@code target} with the chunk's bytes from {@code offset} on, verified. Blocks. When it fails, what is in the target
     * is undefined.
     *
     * @throws FsException ENOENT when the node has no such chunk, EIO when what it has or sent is damaged, ETIMEDOUT, ECANCELED,
     *     and ENOTCONN for any failure on the way
     */
    public void read(ChunkId chunk, int offset, ByteBuffer target) {
        if (files != null && files.read(address, chunk, offset, target)) {
            return;
        }
        WirePool.Lent connection;
        try {
            connection = pool.lend(address, WireKind.CHUNKS);
        } catch (IOException e) {
            throw ChunkFailures.of(node, e);
        }
        lent = connection;
        WireDeadline deadline = connection.connection().within(timeout);
        try (deadline) {
            if (cancelled) {
                throw new EOFException("cancelled");
            }
            receiveAll(connection.connection(), chunk, offset, target);
            lent = null;
        } catch (IOException e) {
            connection.discard();
            throw failure(e, deadline);
        } catch (FsException e) {
            lent = null;
            if (refused) {
                pool.giveBack(connection);
            } else {
                connection.discard();
            }
            throw e;
        }
        pool.giveBack(connection);
    }

    private FsException failure(IOException failure, WireDeadline deadline) {
        if (cancelled) {
            return new FsException(Errno.ECANCELED, "node " + node + ": no longer wanted");
        }
        return ChunkFailures.of(node, deadline.hasPassed() ? deadline.exception() : failure);
    }

    private void receiveAll(WireConnection connection, ChunkId chunk, int offset, ByteBuffer target)
            throws IOException {
        HostFiles readable = files != null && files.areWanted(address) && connection.isWithinHost() ? files : null;
        ask(connection, chunk, offset, target.remaining(), readable != null);
        int at = offset;
        while (target.hasRemaining()) {
            byte[] bytes = connection.receive();
            if (bytes == null) {
                throw new EOFException("ended the connection");
            }
            ChunkReadHeader header = ChunkReadHeader.parseFrom(bytes);
            if (!header.hasFile()) {
                at += receive(connection, header, at, target);
            } else if (readable != null && isRead(readable, header, chunk, offset, target)) {
                return;
            } else {
                readable = null;
                ask(connection, chunk, offset, target.remaining(), false);
            }
        }
    }

    private void ask(WireConnection connection, ChunkId chunk, int offset, int bytes, boolean fileWanted)
            throws IOException {
        connection.send(ChunkRequest.newBuilder()
                .setRead(ChunkReadRequest.newBuilder()
                        .setChunkId(chunk.value())
                        .setNodeId(node.value())
                        .setOffset(offset)
                        .setLength(bytes)
                        .setFileWanted(fileWanted))
                .build()
                .toByteArray());
    }

    /** Reads the file that the node named; false when the node has to send the bytes after all. */
    private boolean isRead(HostFiles readable, ChunkReadHeader header, ChunkId chunk, int offset, ByteBuffer target) {
        ChunkFileName name = header.getFile();
        int[] checksums =
                header.getCrc32CList().stream().mapToInt(Integer::intValue).toArray();
        if (checksums.length != BlockChecksums.blocks(name.getLength())) {
            throw new FsException(Errno.EIO, "node " + node + " sent " + checksums.length + " checksums");
        }
        readable.learned(
                address,
                chunk,
                new ChunkFile(
                        Path.of(name.getPath()), name.getOffset(), name.getLength(), checksums, name.getDirect()));
        return readable.read(address, chunk, offset, target);
    }

    private int receive(WireConnection connection, ChunkReadHeader header, int at, ByteBuffer target)
            throws IOException {
        refused = Refusals.refused(header.getRefusal());
        Refusals.check(header.getRefusal());
        int count = connection.payloadBytes();
        if (header.getOffset() != at || count == 0 || count > target.remaining()) {
            throw new FsException(
                    Errno.EIO,
                    "node " + node + " sent " + count + " bytes at " + header.getOffset() + " (expected: at " + at
                            + ", at most " + target.remaining() + ")");
        }
        ByteBuffer bytes = target.slice(target.position(), count);
        connection.receivePayload(bytes);
        verify(header, at, bytes.flip());
        target.position(target.position() + count);
        return count;
    }

    private void verify(ChunkReadHeader header, int at, ByteBuffer bytes) {
        int[] checksums = BlockChecksums.ofPieces(at, bytes);
        if (header.getCrc32CCount() != checksums.length) {
            throw new FsException(Errno.EIO, "node " + node + " sent " + header.getCrc32CCount() + " checksums");
        }
        for (int i = 0; i < checksums.length; i++) {
            if (header.getCrc32C(i) != checksums[i]) {
                throw new FsException(Errno.EIO, "node " + node + " sent bytes whose checksum differs, after " + at);
            }
        }
    }

    /** Gives up: {@link #read} ends soon. */
    public void cancel() {
        cancelled = true;
        WirePool.Lent current = lent;
        if (current != null) {
            current.discard();
        }
    }
}
