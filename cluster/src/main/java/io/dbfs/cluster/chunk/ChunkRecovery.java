package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store does at its start: removes files that a crash left unfinished, and counts the rest.
 *
 * <p>Only chunks sealed shortly before the newest can be torn, for older ones were made durable long before the crash; so only
 * those are opened. A torn block behind a whole trailer is found by its checksum when it is read.
 */
final class ChunkRecovery {
    private static final Logger log = LoggerFactory.getLogger(ChunkRecovery.class);
    private static final Duration AT_RISK = Duration.ofMinutes(10);
    private static final int RECENT_BEFORE_PRUNING = 4096;

    private final ChunkFiles files;
    private final ChunkSyncer syncer;
    private final List<ChunkEntry> recent = new ArrayList<>();
    private Instant newest = Instant.MIN;
    private int pruneAt = RECENT_BEFORE_PRUNING;
    private long chunks;
    private long bytes;

    ChunkRecovery(ChunkFiles files, ChunkSyncer syncer) {
        this.files = files;
        this.syncer = syncer;
    }

    /** Cleans the store up. Chunks that may not be durable are queued to be made so. */
    void run() throws IOException {
        Files.createDirectories(files.root());
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(files.root())) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    visit(folder);
                }
            }
        }
        pruneRecent();
        for (ChunkEntry entry : recent) {
            examine(entry);
        }
    }

    /** Number of sealed chunks. */
    long chunks() {
        return chunks;
    }

    /** Their length in all. */
    long bytes() {
        return bytes;
    }

    private void visit(Path folder) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            for (Path file : content) {
                Optional<ChunkId> id = files.idOf(file);
                if (id.isPresent()) {
                    count(id.get(), file);
                } else if (ChunkFiles.isUnsealed(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    private void count(ChunkId id, Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        OptionalInt length = ChunkTrailer.lengthInFileOf(attributes.size());
        if (length.isEmpty()) {
            log.warn("chunk {}: a crash tore its file of {} bytes, it is dropped", id, attributes.size());
            Files.delete(file);
            return;
        }
        chunks++;
        bytes += length.getAsInt();
        Instant sealedAt = attributes.lastModifiedTime().toInstant();
        newest = sealedAt.isAfter(newest) ? sealedAt : newest;
        recent.add(new ChunkEntry(id, length.getAsInt(), sealedAt));
        if (recent.size() >= pruneAt) {
            pruneRecent();
            pruneAt = recent.size() + RECENT_BEFORE_PRUNING;
        }
    }

    private void pruneRecent() {
        recent.removeIf(entry -> entry.sealedAt().plus(AT_RISK).isBefore(newest));
    }

    private void examine(ChunkEntry entry) throws IOException {
        Path path = files.sealed(entry.id());
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ChunkTrailer.read(file, entry.id());
        } catch (IOException e) {
            log.warn("{}: it is dropped", e.getMessage());
            file.close();
            Files.delete(path);
            chunks--;
            bytes -= entry.length();
            return;
        }
        syncer.add(entry.id(), file);
    }
}
