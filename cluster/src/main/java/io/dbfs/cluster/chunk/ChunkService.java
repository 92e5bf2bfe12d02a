package io.dbfs.cluster.chunk;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.NodeId;
import io.dbfs.common.bulk.ChunkFailures;
import io.dbfs.common.wire.WireConnection;
import io.dbfs.common.wire.WireKind;
import io.dbfs.common.wire.WirePool;
import io.dbfs.common.wire.WireService;
import io.dbfs.proto.ChunkReadRequest;
import io.dbfs.proto.ChunkRequest;
import io.dbfs.proto.ChunkWriteBegin;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A node's chunks on the wire: writing and reading. Each exchange runs on its connection's thread, which waits for disk and
 * network alike; how many run at once is bounded. Thread-safe.
 */
public final class ChunkService implements WireService {
    private static final int IDLE_BUFFERS_MAX = 16;
    /** What the disk is given at once: a disk takes half as long again for four requests of a quarter. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final int DISK_THREAD_IDLE_SECONDS = 10;

    private final Supplier<NodeId> self;
    private final ChunkStore store;
    private final WirePool pool;
    private final ChunkServiceOptions options;
    private final FrameBuffers pieces = new FrameBuffers(PIECE_BYTES, IDLE_BUFFERS_MAX);
    private final Executor disk;
    private final FrameBuffers readBuffers;
    private final Semaphore uploads;
    private final Semaphore reads;

    /**
     * The service of one node.
     *
     * @param self who this is: a node learns its identity after it has begun to serve
     * @param pool connections to the next nodes of chains
     */
    public ChunkService(Supplier<NodeId> self, ChunkStore store, WirePool pool, ChunkServiceOptions options) {
        this.self = self;
        this.store = store;
        this.pool = pool;
        this.options = options;
        this.readBuffers = new FrameBuffers(options.readFrameBytes(), IDLE_BUFFERS_MAX);
        this.disk = diskThreads();
        this.uploads = new Semaphore(options.uploadsMax());
        this.reads = new Semaphore(options.readsMax(), true);
    }

    /** At most one for each upload, ended when idle. */
    private static Executor diskThreads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, DISK_THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "chunk-disk-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public WireKind kind() {
        return WireKind.CHUNKS;
    }

    /** Uploads under way: a gauge. */
    public int uploads() {
        return options.uploadsMax() - uploads.availablePermits();
    }

    @Override
    public void serve(WireConnection client) throws IOException {
        for (byte[] header = client.receive(); header != null; header = client.receive()) {
            ChunkRequest request = ChunkRequest.parseFrom(header);
            switch (request.getKindCase()) {
                case WRITE -> write(client, request.getWrite());
                case READ -> read(client, request.getRead());
                case KIND_NOT_SET -> throw new IOException("request of an unknown kind");
            }
        }
    }

    private void write(WireConnection client, ChunkWriteBegin begin) throws IOException {
        boolean admitted = uploads.tryAcquire();
        if (!admitted) {
            refuse(client);
            return;
        }
        ChunkReceiver.Parts parts =
                new ChunkReceiver.Parts(self.get(), store, pool, pieces, disk, options.stallTimeout());
        try (ChunkReceiver receiver = new ChunkReceiver(parts, client, begin)) {
            receiver.receive(begin);
        } finally {
            uploads.release();
        }
    }

    private void refuse(WireConnection client) throws IOException {
        FsException busy = new FsException(Errno.EBUSY, options.uploadsMax() + " uploads are under way");
        client.send(ChunkFailures.reply(self.get(), busy).toByteArray());
        throw new IOException(busy.getMessage());
    }

    private void read(WireConnection client, ChunkReadRequest request) throws IOException {
        if (!isAdmitted()) {
            ChunkSender.refuse(client, new FsException(Errno.EBUSY, options.readsMax() + " reads are under way"));
            return;
        }
        try {
            new ChunkSender(store, readBuffers, options.stallTimeout(), client).send(self.get(), request);
        } finally {
            reads.release();
        }
    }

    private boolean isAdmitted() {
        try {
            return reads.tryAcquire(options.readWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
