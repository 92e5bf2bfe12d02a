package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sealed chunks durable in the background, from the moment they are sealed, so that an fsync later finds most of the
 * work done. What has queued up is done as one group: each file, then each folder once.
 */
final class ChunkSyncer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ChunkSyncer.class);
    private static final int GROUP_MAX = 16;
    private static final long CLOSE_SECONDS = 30;

    private final ChunkFiles files;
    private final Consumer<ChunkId> damaged;
    private final BlockingQueue<Pending> queue;
    private final ConcurrentMap<ChunkId, Pending> pending = new ConcurrentHashMap<>();
    private final ExecutorService workers;

    /** A sealed chunk that is not durable yet. The syncer owns its file. */
    private record Pending(ChunkId id, FileChannel file, CompletableFuture<Void> done) {}

    /** {@code damaged} is told of chunks whose file could not be made durable: what it holds is unknown from then on. */
    ChunkSyncer(ChunkFiles files, int threads, int pendingMax, Consumer<ChunkId> damaged) {
        this.files = files;
        this.damaged = damaged;
        this.queue = new ArrayBlockingQueue<>(pendingMax);
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "chunk-sync-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes a chunk's file over. Blocks for the disk when too many wait already. */
    void add(ChunkId id, FileChannel file) {
        Pending added = new Pending(id, file, new CompletableFuture<>());
        pending.put(id, added);
        if (queue.offer(added)) {
            workers.execute(this::syncGroup);
        } else {
            sync(List.of(added));
        }
    }

    /** The chunk was deleted: there is nothing left to do for it. */
    void forget(ChunkId id) {
        pending.remove(id);
    }

    /** When a chunk will be durable; empty when the syncer has nothing to do for it. */
    Optional<CompletableFuture<Void>> durable(ChunkId id) {
        return Optional.ofNullable(pending.get(id)).map(Pending::done);
    }

    private void syncGroup() {
        List<Pending> group = new ArrayList<>();
        queue.drainTo(group, GROUP_MAX);
        if (!group.isEmpty()) {
            sync(group);
        }
    }

    private void sync(List<Pending> group) {
        Map<Pending, IOException> failures = new HashMap<>();
        Set<Path> folders = new LinkedHashSet<>();
        for (Pending chunk : group) {
            try (FileChannel file = chunk.file()) {
                if (chunk.equals(pending.get(chunk.id()))) {
                    file.force(false);
                    folders.add(files.folder(chunk.id()));
                }
            } catch (IOException e) {
                failures.put(chunk, e);
            }
        }
        for (Path folder : folders) {
            try {
                ChunkFiles.syncDirectory(folder);
            } catch (IOException e) {
                group.stream()
                        .filter(chunk -> files.folder(chunk.id()).equals(folder))
                        .forEach(chunk -> failures.putIfAbsent(chunk, e));
            }
        }
        group.forEach(chunk -> finish(chunk, Optional.ofNullable(failures.get(chunk))));
    }

    private void finish(Pending chunk, Optional<IOException> failure) {
        if (failure.isPresent() && chunk.equals(pending.get(chunk.id()))) {
            // After a failed force the kernel may have dropped the dirty pages and a second force would succeed.
            log.error("sync of chunk {} failed, it is dropped", chunk.id(), failure.get());
            damaged.accept(chunk.id());
            chunk.done().completeExceptionally(new FsException(Errno.EIO, "sync of chunk " + chunk.id() + " failed"));
        } else {
            chunk.done().complete(null);
        }
        pending.remove(chunk.id(), chunk);
    }

    @Override
    public void close() {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("{} chunks are not durable {} s after the store was closed", pending.size(), CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
