package io.dbfs.cluster.chunk;

import io.dbfs.common.ChunkId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names of chunk files under a store's root: {@code <folder>/<id>.chunk}, and {@code <folder>/<id>.new} while written.
 *
 * <p>A folder holds 4096 ids that follow each other, not ids that hash alike: chunks written together then share a
 * folder, and making its entries durable is done once for all of them.
 */
record ChunkFiles(Path root) {
    private static final int IDS_PER_FOLDER_BITS = 12;
    private static final int FOLDER_DIGITS = 13;
    private static final String SEALED_SUFFIX = ".chunk";
    private static final String UNSEALED_SUFFIX = ".new";

    Path folder(ChunkId id) {
        return root.resolve(HexFormat.of().toHexDigits(id.value() >>> IDS_PER_FOLDER_BITS, FOLDER_DIGITS));
    }

    Path sealed(ChunkId id) {
        return folder(id).resolve(id + SEALED_SUFFIX);
    }

    Path unsealed(ChunkId id) {
        return folder(id).resolve(id + UNSEALED_SUFFIX);
    }

    static boolean isUnsealed(Path file) {
        return file.getFileName().toString().endsWith(UNSEALED_SUFFIX);
    }

    /** The chunk whose sealed file this is; empty for any other file. */
    Optional<ChunkId> idOf(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(SEALED_SUFFIX)) {
            return Optional.empty();
        }
        try {
            ChunkId id =
                    new ChunkId(Long.parseUnsignedLong(name.substring(0, name.length() - SEALED_SUFFIX.length()), 16));
            return sealed(id).equals(file) ? Optional.of(id) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Makes the folder of a chunk, durably, unless it is there. */
    void prepareFolder(ChunkId id) throws IOException {
        Path folder = folder(id);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            syncDirectory(root);
        }
    }

    /** Makes the names in a directory durable. */
    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
