package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a snapshot: a checkpoint of the state in a folder of its own. */
final class SnapshotFiles {
    private static final String CHECKPOINT = "state";

    private SnapshotFiles() {}

    static Path checkpoint(String snapshotPath) {
        return Path.of(snapshotPath, CHECKPOINT);
    }

    /** Makes the checkpoint's files durable, for the log before them goes, and part of the snapshot. */
    static void addTo(SnapshotWriter writer) throws IOException {
        Path root = Path.of(writer.getPath());
        Path checkpoint = checkpoint(writer.getPath());
        for (Path file : list(checkpoint)) {
            sync(file);
            String name = root.relativize(file).toString();
            if (!writer.addFile(name)) {
                throw new IOException("cannot add " + name + " to the snapshot " + root);
            }
        }
        sync(checkpoint);
        sync(root);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
