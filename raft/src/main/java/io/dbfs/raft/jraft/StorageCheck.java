package io.dbfs.raft.jraft;

import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.io.ProtoBufFile;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotMetaTable;
import io.dbfs.raft.DamagedStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What JRaft's own files lack, of which it only says that it cannot start. */
final class StorageCheck {
    private static final String VOTE_FILE = "raft_meta";
    private static final String SNAPSHOT_PREFIX = "snapshot_";
    private static final String SNAPSHOT_META = "__raft_snapshot_meta";

    private StorageCheck() {}

    /**
     * Makes sure that the vote can be read, if there is one.
     *
     * @throws DamagedStorageException when it cannot
     */
    static void requireVote(Path raft) throws DamagedStorageException {
        Path path = ReplicaFiles.vote(raft).resolve(VOTE_FILE);
        try {
            // Null where there is none.
            new ProtoBufFile(path.toString()).load();
        } catch (IOException | RuntimeException e) {
            throw new DamagedStorageException(path, "the replica's vote cannot be read", e);
        }
    }

    /**
     * Makes sure that a state has the log that it came from: who removed it took this replica's promises with it.
     *
     * @throws DamagedStorageException when it is gone
     */
    static void requireLog(Path raft, long applied) throws DamagedStorageException {
        Path log = ReplicaFiles.log(raft);
        if (applied > 0 && Files.notExists(log) && Files.notExists(EarlierLog.setAside(log))) {
            throw new DamagedStorageException(log, "it is gone, but the state is at index " + applied);
        }
    }

    /**
     * Makes sure that the last snapshot can be read where the log continues it.
     *
     * @param first index of the log's first entry
     * @throws DamagedStorageException when entries before the log's are nowhere
     */
    static void requireContinued(Path raft, long first) throws IOException {
        Optional<Path> snapshot = lastSnapshot(ReplicaFiles.snapshot(raft));
        if (snapshot.isPresent()
                && !new LocalSnapshotMetaTable(new RaftOptions())
                        .loadFromFile(snapshot.get().resolve(SNAPSHOT_META).toString())) {
            throw new DamagedStorageException(snapshot.get().resolve(SNAPSHOT_META), "the snapshot cannot be read");
        }
        long last = snapshot.map(StorageCheck::index).orElse(0L);
        if (first > last + 1) {
            throw new DamagedStorageException(
                    ReplicaFiles.snapshot(raft),
                    "the last snapshot is of index " + last + ", but the log begins at index " + first);
        }
    }

    private static Optional<Path> lastSnapshot(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return Optional.empty();
        }
        try (Stream<Path> children = Files.list(directory)) {
            List<Path> snapshots = children.filter(
                            child -> child.getFileName().toString().matches(SNAPSHOT_PREFIX + "[0-9]{1,18}"))
                    .toList();
            return snapshots.stream().max((a, b) -> Long.compare(index(a), index(b)));
        }
    }

    private static long index(Path snapshot) {
        return Long.parseLong(snapshot.getFileName().toString().substring(SNAPSHOT_PREFIX.length()));
    }
}
