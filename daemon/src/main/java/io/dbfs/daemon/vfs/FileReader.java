package io.dbfs.daemon.vfs;

import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import io.dbfs.proto.GetExtentsReply;
import io.dbfs.proto.GetExtentsRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file: from memory, from what was read ahead, from cached blocks, from nodes. Thread-safe; blocks. */
final class FileReader {
    private static final Logger LOG = LoggerFactory.getLogger(FileReader.class);
    /** A longer part is read past the cache: it would throw out what is read again. */
    private static final int CACHED_PART_BYTES_MAX = 2 * BlockCache.BLOCK_BYTES;
    /** Extents may change under a reader this often; then it fails. */
    private static final int ATTEMPTS_MAX = 4;
    /** Pages of extents one read may need. */
    private static final int PAGES_MAX = 64;
    /** Pages of extents a search for data may go through: 16 TiB by windows, and as many extents as the map may hold. */
    private static final int SEEK_PAGES_MAX = 100_000;

    /** The range of extents asked for at once. */
    private static final long WINDOW_BYTES = 1L << 30;
    /** The same once a reply held many bytes inline: those of far away are not worth their way. */
    private static final long INLINE_WINDOW_BYTES = 256 << 10;

    private static final long INLINE_REPLY_BYTES = 512 << 10;
    /** Extents asked for at once. */
    static final int EXTENTS_MAX = 500;

    private final InodeId inode;
    private final FileView view;
    private final HomeCluster home;
    private final BlockCache cache;
    private final Consumer<InodeId> outdatedMaps;
    private final PlacementRenewal renewal;
    private volatile long windowBytes = WINDOW_BYTES;

    /** {@code outdatedMaps} is told of files whose chunks are not where what is kept of them says. */
    FileReader(
            InodeId inode,
            FileView view,
            HomeCluster home,
            BlockCache cache,
            Consumer<InodeId> outdatedMaps,
            LongSupplier nanoTime) {
        this.inode = inode;
        this.view = view;
        this.home = home;
        this.cache = cache;
        this.outdatedMaps = outdatedMaps;
        this.renewal = new PlacementRenewal(nanoTime);
    }

    /** Reads into {@code target} until it is full or the file ends; its position moves by what was read. */
    int read(long offset, ByteBuffer target, ReadAhead readAhead) {
        readAhead.advance(offset, target.remaining(), view);
        for (int attempt = 1; ; attempt++) {
            ReadPlan plan = plan(offset, target);
            try {
                fetch(plan, target, readAhead);
                renewWhereOutdated(plan);
                target.position(target.position() + plan.length());
                return plan.length();
            } catch (FsException e) {
                // Another mount may have written the file since, and its old chunks are gone. The cluster itself may
                // have moved
                // it to other chunks, which makes no new version: that is tried once.
                if (attempt == ATTEMPTS_MAX || (!changedSince() && attempt > 1)) {
                    LOG.debug("read of {} at {} failed: {}", inode, offset, e.getMessage());
                    throw e;
                }
            }
        }
    }

    private ReadPlan plan(long offset, ByteBuffer target) {
        for (int page = 0; page < PAGES_MAX; page++) {
            ReadPlan plan;
            view.lock.lock();
            try {
                plan = view.plan(offset, target);
            } finally {
                view.lock.unlock();
            }
            if (!plan.isMissing()) {
                return plan;
            }
            learn(plan.missingFrom());
        }
        throw new FsException(Errno.EIO, "extents of " + inode + " change faster than they can be read");
    }

    /**
     * lseek(2) with SEEK_DATA or SEEK_HOLE, of what is written here as well.
     *
     * @throws FsException ENXIO at or beyond the end of the file, or when no data follows
     */
    long seek(long offset, boolean data) {
        for (int page = 0; page < SEEK_PAGES_MAX; page++) {
            SeekPlan plan;
            view.lock.lock();
            try {
                if (offset < 0 || offset >= view.size()) {
                    throw new FsException(Errno.ENXIO);
                }
                plan = view.seek(offset, data);
            } finally {
                view.lock.unlock();
            }
            if (!plan.isMissing()) {
                if (plan.offset() == SeekPlan.NONE) {
                    throw new FsException(Errno.ENXIO);
                }
                return plan.offset();
            }
            learn(plan.missingFrom());
        }
        throw new FsException(Errno.EIO, "extents of " + inode + " change faster than they can be searched");
    }

    private void learn(long from) {
        GetExtentsReply reply = home.contents()
                .getExtents(GetExtentsRequest.newBuilder()
                        .setInode(inode.value())
                        .setOffset(from)
                        .setLength(Math.min(windowBytes, Long.MAX_VALUE - from))
                        .setExtentLimit(EXTENTS_MAX)
                        .build());
        if (reply.getSerializedSize() > INLINE_REPLY_BYTES) {
            windowBytes = INLINE_WINDOW_BYTES;
        }
        view.lock.lock();
        try {
            view.learned(from, reply);
        } finally {
            view.lock.unlock();
        }
    }

    private void fetch(ReadPlan plan, ByteBuffer target, ReadAhead readAhead) {
        List<CompletableFuture<Void>> fetches = new ArrayList<>(plan.parts().size());
        for (ReadPlan.Part part : plan.parts()) {
            ByteBuffer slice = target.slice(target.position() + part.at(), part.length());
            if (readAhead.read(part, slice)) {
                continue;
            }
            if (part.length() > CACHED_PART_BYTES_MAX) {
                fetches.add(home.transport()
                        .read(part.source().chunk(), part.source().from(), slice));
            } else {
                cache.read(home, part.source(), part.length(), slice);
            }
        }
        // All of them, also when one failed: until then the target is not the caller's.
        CompletableFuture<Void> all = CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new));
        Fetch.await(all);
    }

    /** A node had no copy any more: where the whole file lies is asked for anew before it is read on. */
    private void renewWhereOutdated(ReadPlan plan) {
        boolean outdated = plan.parts().stream()
                .anyMatch(part -> home.transport().isOutdated(part.source().chunk()));
        if (outdated && renewal.isDue()) {
            LOG.debug("the placement of {} is renewed", inode);
            forgetPlacement();
        }
    }

    private void forgetPlacement() {
        outdatedMaps.accept(inode);
        view.lock.lock();
        try {
            view.committed.forget();
        } finally {
            view.lock.unlock();
        }
    }

    /** Asks for the extents anew; whether the file is another version than before. */
    private boolean changedSince() {
        long before;
        view.lock.lock();
        try {
            before = view.contents().getVersion();
        } finally {
            view.lock.unlock();
        }
        forgetPlacement();
        learn(0);
        view.lock.lock();
        try {
            return view.contents().getVersion() != before;
        } finally {
            view.lock.unlock();
        }
    }
}
