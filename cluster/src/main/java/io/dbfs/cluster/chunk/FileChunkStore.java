package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.bulk.ChunkFile;
import io.dbfs.common.host.FilesystemId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chunks as files of a directory, one each. */
public final class FileChunkStore implements ChunkStore {
    private static final Logger log = LoggerFactory.getLogger(FileChunkStore.class);

    /** Fewer bytes are cheaper to copy than to send by a call of their own, which wakes the receiver twice. */
    private static final int RANGE_BYTES_MIN = 256 << 10;

    private final ChunkStoreOptions options;
    private final ChunkFiles files;
    private final OpenChunks open;
    private final ChunkSyncer syncer;
    private final String filesystem;
    private final AtomicLong chunks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    /** What chunks under way will still take of the disk's free bytes. */
    private final AtomicLong promisedBytes = new AtomicLong();

    private FileChunkStore(ChunkStoreOptions options) throws IOException {
        this.options = options;
        Files.createDirectories(options.root());
        this.filesystem = FilesystemId.of(options.root());
        this.files = new ChunkFiles(options.root());
        this.open = new OpenChunks(files, options.openFilesMax());
        this.syncer = new ChunkSyncer(files, options.syncThreads(), options.pendingSyncsMax(), this::delete);
    }

    /**
     * Opens the store, after cleaning up what a crash left.
     *
     * @throws IOException when the directory cannot be made, read or cleaned
     */
    public static FileChunkStore open(ChunkStoreOptions options) throws IOException {
        FileChunkStore store = new FileChunkStore(options);
        try {
            ChunkRecovery recovery = new ChunkRecovery(store.files, store.syncer);
            recovery.run();
            store.chunks.addAndGet(recovery.chunks());
            store.bytes.addAndGet(recovery.bytes());
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public WritableChunk create(ChunkId id, int bytesMax) {
        if (Files.exists(files.sealed(id))) {
            throw new FsException(Errno.EEXIST, "chunk " + id + " is stored already");
        }
        return begin(id, bytesMax, Publishing::new);
    }

    @Override
    public WritableChunk replace(ChunkId id, int bytesMax) {
        return begin(id, bytesMax, Replacing::new);
    }

    private WritableChunk begin(ChunkId id, int bytesMax, Function<Promise, FileWritableChunk.Progress> progress) {
        Promise promise = new Promise(bytesMax == 0 ? options.usualChunkBytes() : bytesMax);
        try {
            long left = usableFreeBytes();
            if (left < promisedBytes.get()) {
                throw new FsException(
                        Errno.ENOSPC,
                        "chunk " + id + ": " + left + " bytes are left (expected: " + promisedBytes.get()
                                + ", with chunks under way)");
            }
            return new FileWritableChunk(files, id, options.directIo(), progress.apply(promise));
        } catch (IOException e) {
            promise.end();
            throw DiskErrors.of("create of chunk " + id, e);
        } catch (FsException e) {
            promise.end();
            throw e;
        }
    }

    @Override
    public int read(ChunkId id, int offset, ByteBuffer target) {
        return read(id, offset, target, (chunk, rest) -> chunk.read(offset, rest));
    }

    @Override
    public int[] readWithChecksums(ChunkId id, int offset, ByteBuffer target) {
        return read(id, offset, target, (chunk, rest) -> chunk.readWithChecksums(offset, rest));
    }

    @Override
    public Optional<ChunkRange> range(ChunkId id, int offset, int bytes) {
        if (bytes < RANGE_BYTES_MIN || offset < 0) {
            return Optional.empty();
        }
        try {
            return open.range(id, offset, bytes);
        } catch (IOException e) {
            throw DiskErrors.of("open of chunk " + id, e);
        }
    }

    @Override
    public Optional<ChunkFile> file(ChunkId id) {
        try {
            return Optional.of(open.file(id, options.directIo()));
        } catch (IOException e) {
            throw DiskErrors.of("open of chunk " + id, e);
        }
    }

    private <T> T read(ChunkId id, int offset, ByteBuffer target, OpenChunks.Reading<T> reading) {
        if (offset < 0) {
            throw new FsException(Errno.EINVAL, "read of chunk " + id + " at " + offset);
        }
        try {
            return open.read(id, target, reading);
        } catch (IOException e) {
            throw DiskErrors.of("read of chunk " + id, e);
        }
    }

    @Override
    public int length(ChunkId id) {
        try {
            return ChunkTrailer.lengthInFileOf(Files.size(files.sealed(id)))
                    .orElseThrow(() -> new FsException(Errno.EIO, "chunk " + id + " is torn"));
        } catch (IOException e) {
            throw DiskErrors.of("size of chunk " + id, e);
        }
    }

    @Override
    public CompletableFuture<Void> sync(Collection<ChunkId> ids) {
        return CompletableFuture.allOf(ids.stream().map(this::durable).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<Void> durable(ChunkId id) {
        Optional<CompletableFuture<Void>> underWay = syncer.durable(id);
        if (underWay.isPresent()) {
            return underWay.get();
        }
        return Files.exists(files.sealed(id))
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new FsException(Errno.ENOENT, "chunk " + id + " is not here"));
    }

    @Override
    public boolean delete(ChunkId id) {
        try {
            Path file = files.sealed(id);
            long size = Files.size(file);
            Files.delete(file);
            chunks.decrementAndGet();
            bytes.addAndGet(-ChunkTrailer.lengthInFileOf(size).orElse(0));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw DiskErrors.of("delete of chunk " + id, e);
        } finally {
            syncer.forget(id);
            open.invalidate(id);
        }
    }

    @Override
    public void scan(Consumer<ChunkEntry> visitor) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(files.root(), Files::isDirectory)) {
            for (Path folder : folders) {
                try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
                    content.forEach(file -> files.idOf(file).ifPresent(id -> visit(id, file, visitor)));
                }
            }
        } catch (IOException e) {
            throw DiskErrors.of("scan of " + files.root(), e);
        }
    }

    private static void visit(ChunkId id, Path file, Consumer<ChunkEntry> visitor) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            ChunkTrailer.lengthInFileOf(attributes.size())
                    .ifPresent(length -> visitor.accept(new ChunkEntry(
                            id, length, attributes.lastModifiedTime().toInstant())));
        } catch (NoSuchFileException e) {
            log.trace("chunk {} was deleted during a scan", id);
        } catch (IOException e) {
            throw DiskErrors.of("scan of chunk " + id, e);
        }
    }

    @Override
    public ChunkUsage usage() {
        return new ChunkUsage(chunks.get(), bytes.get(), Math.max(0, usableFreeBytes() - promisedBytes.get()));
    }

    @Override
    public String filesystem() {
        return filesystem;
    }

    private long usableFreeBytes() {
        // One statvfs of this directory; FileStore would look through every mount there is.
        return options.root().toFile().getUsableSpace() - options.reserveBytes();
    }

    @Override
    public void close() {
        syncer.close();
        open.close();
    }

    /** Bytes that a chunk will take: they are promised until they are written, and so gone from the disk's own figure. */
    private final class Promise {
        private long bytesLeft;

        Promise(int bytesMax) {
            bytesLeft = bytesMax;
            promisedBytes.addAndGet(bytesMax);
        }

        void keep(int count) {
            release(Math.min(bytesLeft, count));
        }

        void end() {
            release(bytesLeft);
        }

        private void release(long count) {
            bytesLeft -= count;
            promisedBytes.addAndGet(-count);
        }
    }

    private void count(long added, long addedBytes) {
        chunks.addAndGet(added);
        bytes.addAndGet(addedBytes);
    }

    /** Publishes new chunks, keeps the figures, and hands the files to the syncer. */
    private final class Publishing implements FileWritableChunk.Progress {
        private final Promise promise;

        Publishing(Promise promise) {
            this.promise = promise;
        }

        @Override
        public void wrote(int count) {
            promise.keep(count);
        }

        @Override
        public void seal(ChunkId id, int length, FileChannel file) throws IOException {
            Files.move(files.unsealed(id), files.sealed(id));
            promise.end();
            count(1, length);
            syncer.add(id, file);
        }

        @Override
        public void dropped() {
            promise.end();
        }
    }

    /** Puts chunks into the place of damaged ones, when they are verified and durable. */
    private final class Replacing implements FileWritableChunk.Progress {
        private final Promise promise;

        Replacing(Promise promise) {
            this.promise = promise;
        }

        @Override
        public void wrote(int count) {
            promise.keep(count);
        }

        @Override
        public void seal(ChunkId id, int length, FileChannel file) throws IOException {
            try (file) {
                file.force(false);
            }
            OpenChunk.verify(files.unsealed(id), id);
            Path sealed = files.sealed(id);
            boolean replaces = Files.exists(sealed);
            long before =
                    replaces ? ChunkTrailer.lengthInFileOf(Files.size(sealed)).orElse(0) : 0;
            Files.move(files.unsealed(id), sealed, StandardCopyOption.ATOMIC_MOVE);
            syncer.forget(id);
            open.invalidate(id);
            promise.end();
            count(replaces ? 0 : 1, length - before);
            ChunkFiles.syncDirectory(files.folder(id));
        }

        @Override
        public void dropped() {
            promise.end();
        }
    }
}
