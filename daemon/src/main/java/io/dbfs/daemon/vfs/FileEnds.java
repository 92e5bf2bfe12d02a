package io.dbfs.daemon.vfs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.InodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel from showing zeros where an open file has grown; see {@link InventedZeros}. Thread-safe.
 *
 * <p>The kernel disbelieves attributes that it asked for before it was told to drop pages. A size that it will not believe is
 * better not told: who sees it in fstat(2) would not be able to read up to it. For the same reason who opens a file while
 * another mount writes it is served past the kernel's pages.
 */
final class FileEnds {
    private static final Logger LOG = LoggerFactory.getLogger(FileEnds.class);
    /** Who changes a file from elsewhere goes on to do so for about as long. */
    private static final long CONTESTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** As many files as a mount is told of by clusters. */
    private static final long CONTESTED_MAX = 65_536;

    private final KernelNotices kernel;
    private final LongSupplier nanoTime;
    /** When another mount last changed a file, open or not: a program may open it anew for each read. */
    private final Cache<InodeId, Long> changedNanos = Caffeine.newBuilder()
            .maximumSize(CONTESTED_MAX)
            .executor(Runnable::run)
            .build();

    FileEnds(KernelNotices kernel, LongSupplier nanoTime) {
        this.kernel = kernel;
        this.nanoTime = nanoTime;
    }

    /**
     * Whether who opens the file now is better off without the kernel's pages, because another mount is writing it. Where the
     * kernel would not map such a file, pages it is.
     */
    boolean isReadPastPages(OpenFile file) {
        return isContested(file.inode()) && kernel.mapsDirectFiles();
    }

    private boolean isContested(InodeId inode) {
        Long changed = changedNanos.getIfPresent(inode);
        return changed != null && nanoTime.getAsLong() - changed < CONTESTED_NANOS;
    }

    /**
     * A read into the kernel's pages asked for what is before {@code wanted}, and ended at {@code end}.
     *
     * @param changes how often the file had been changed elsewhere when the read began
     * @return whether the file still ends there; when not, it is to be read on
     */
    boolean endsAt(OpenFile file, long end, long wanted, int changes) {
        FileView view = file.view();
        view.lock.lock();
        try {
            if (view.size() > end || view.changesElsewhere() != changes) {
                return false;
            }
            view.inventedZeros.made(end, wanted);
            return true;
        } finally {
            view.lock.unlock();
        }
    }

    /**
     * A read of [offset, wanted) into the kernel's pages is about to be answered with what is before {@code end}, where the file
     * ends; see {@link ShortReads}.
     *
     * @param changes how often the file had been changed elsewhere when the read came
     * @throws FsException EIO, of which no program hears: the kernel is to read the pages that are waited for again
     */
    void answerShort(OpenFile file, long offset, long end, long wanted, int changes) {
        if (!kernel.isAttached()) {
            return;
        }
        ShortReads.Read read = new ShortReads.Read(offset, wanted);
        InodeId inode = file.inode();
        boolean contested = isContested(inode);
        FileView view = file.view();
        boolean admitted;
        // One answer at a time: the kernel would go by the one that comes first.
        kernel.awaitAnswered(inode);
        view.lock.lock();
        try {
            int now = view.changesElsewhere();
            if (ShortReads.isOrdinary(read, end, contested || now != changes)) {
                return;
            }
            long nowNanos = nanoTime.getAsLong();
            admitted = view.shortReads.admits(read, end, now, kernel.isHeld(inode), nowNanos);
            if (admitted) {
                kernel.answering(inode);
            } else {
                view.shortReads.refuse(read, now, nowNanos);
                kernel.hold(inode);
            }
        } finally {
            view.lock.unlock();
        }
        if (!admitted) {
            throw new FsException(Errno.EIO, "the kernel may take " + inode + " for longer than " + end);
        }
    }

    /** A program here has made the file reach to {@code end} at least, and the kernel knows. */
    void extendedHere(OpenFile file, long end) {
        FileView view = file.view();
        view.lock.lock();
        try {
            view.inventedZeros.extendedHere(end);
            view.shortReads.extendedHere();
        } finally {
            view.lock.unlock();
        }
    }

    /**
     * Another mount has changed the file's contents: all pages are dropped, those that hold zeros before others' turn. Completes
     * when the kernel does not go by its size any more.
     */
    CompletableFuture<Void> changedElsewhere(OpenFile file) {
        file.contentsChangedElsewhere();
        dropBefore(file, Long.MAX_VALUE);
        return changedElsewhere(file.inode());
    }

    /** The same of a file that is not open. */
    CompletableFuture<Void> changedElsewhere(InodeId inode) {
        changedNanos.put(inode, nanoTime.getAsLong());
        return kernel.contents(inode);
    }

    /** The size to be told to the kernel of a file of this size. */
    long tellable(OpenFile file, long size) {
        dropBefore(file, size);
        FileView view = file.view();
        view.lock.lock();
        try {
            return view.inventedZeros.tellable(size, nanoTime.getAsLong());
        } finally {
            view.lock.unlock();
        }
    }

    /**
     * A program here has made the file reach to where it now does, past the kernel's pages: they are dropped before the
     * kernel hears of it.
     */
    void extendedPastPages(OpenFile file) {
        free(file);
        extendedHere(file, file.contents().getSize());
    }

    /**
     * From now on the kernel is told the file's size as it is now. Waits up to a second for pages to be dropped, and so is not
     * to be called for what the kernel locks pages for: reading, and writing by way of its cache.
     */
    void free(OpenFile file) {
        dropBefore(file, file.contents().getSize());
        FileView view = file.view();
        CompletableFuture<Void> gone;
        view.lock.lock();
        try {
            gone = view.inventedZeros.allGone();
        } finally {
            view.lock.unlock();
        }
        try {
            gone.get(InventedZeros.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("the kernel may have kept the page at the former end of {}: {}", file.inode(), e.toString());
            extendedHere(file, file.contents().getSize());
        } catch (InterruptedException e) {
            // What the request was for is done.
            Thread.currentThread().interrupt();
            extendedHere(file, file.contents().getSize());
        }
    }

    private void dropBefore(OpenFile file, long size) {
        InventedZeros.@Nullable Leaving leaving = leave(file, size);
        if (leaving != null) {
            whenDropped(kernel.drop(file.inode(), leaving.pages()), file, leaving);
        }
    }

    private InventedZeros.@Nullable Leaving leave(OpenFile file, long size) {
        FileView view = file.view();
        view.lock.lock();
        try {
            return view.inventedZeros.leave(size, nanoTime.getAsLong());
        } finally {
            view.lock.unlock();
        }
    }

    private void whenDropped(CompletableFuture<Void> dropped, OpenFile file, InventedZeros.Leaving leaving) {
        CompletableFuture<Void> unused = dropped.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("the kernel was not told to drop the page at the former end of {}", file.inode(), failure);
            }
            if (left(file, leaving)) {
                // It believes the smaller size when it asked for it while it was dropping pages.
                kernel.identity(file.inode());
            }
            leaving.gone().complete(null);
        });
    }

    private static boolean left(OpenFile file, InventedZeros.Leaving leaving) {
        FileView view = file.view();
        view.lock.lock();
        try {
            return view.inventedZeros.left(leaving);
        } finally {
            view.lock.unlock();
        }
    }
}
