package io.dbfs.daemon.vfs;

import io.dbfs.common.ClusterId;
import io.dbfs.common.InodeId;
import io.dbfs.daemon.chunk.ChunkTransport;
import io.dbfs.daemon.client.Clusters;
import io.dbfs.daemon.client.ContentsClient;
import io.dbfs.proto.FileAttributes;
import io.dbfs.proto.Inode;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes the reader and writer of an open file. Thread-safe; asks nobody. */
final class FileFactory {
    private final Clusters clusters;
    private final Function<ClusterId, ChunkTransport> transports;
    private final BlockCache cache;
    private final BufferPool readAheadPool;
    private final Consumer<InodeId> outdatedMaps;
    private final WriteServices services;
    private final BooleanSupplier releasing;
    private final Executor later;
    private final ConcurrentMap<ClusterId, HomeCluster> homes = new ConcurrentHashMap<>();

    /**
     * @param releasing asks whether contents of deleted files are still to be released
     * @param later runs a task that may block, after a moment
     */
    FileFactory(
            Clusters clusters,
            Function<ClusterId, ChunkTransport> transports,
            BlockCache cache,
            BufferPool readAheadPool,
            Consumer<InodeId> outdatedMaps,
            WriteServices services,
            BooleanSupplier releasing,
            Executor later) {
        this.clusters = clusters;
        this.transports = transports;
        this.cache = cache;
        this.readAheadPool = readAheadPool;
        this.outdatedMaps = outdatedMaps;
        this.services = services;
        this.releasing = releasing;
        this.later = later;
    }

    HomeCluster home(Inode identity) {
        return homes.computeIfAbsent(new ClusterId(identity.getHomeCluster()), this::connect);
    }

    private HomeCluster connect(ClusterId id) {
        ContentsClient contents = clusters.of(id);
        AbandonedChunks abandoned = new AbandonedChunks(contents, later);
        PlacementPool placements =
                new PlacementPool(contents, () -> abandoned.flush() || releasing.getAsBoolean(), services.nanoTime());
        return new HomeCluster(
                id,
                contents,
                new ChunkSender(
                        transports.apply(id),
                        placements,
                        new StallPolicy(() -> ThreadLocalRandom.current().nextLong()),
                        abandoned,
                        services.limits().timeout(),
                        services.nanoTime()));
    }

    /** Tells clusters of the chunks that were written and not committed; for the end of the mount. */
    void releaseAbandoned() {
        homes.values().forEach(home -> home.sender().abandoned().flush());
    }

    /** A file of which nothing is known yet but its identity. */
    OpenFile file(Inode identity) {
        InodeId inode = new InodeId(identity.getId());
        HomeCluster home = home(identity);
        FileView view = new FileView(
                FileAttributes.newBuilder().setInode(identity.getId()).build());
        FileReader reader = new FileReader(inode, view, home, cache, outdatedMaps, services.nanoTime());
        return new OpenFile(identity, view, reader, new FileWriter(inode, view, home, services));
    }

    /** For one handle of the file. */
    ReadAhead readAhead(Inode identity) {
        return new ReadAhead(home(identity).transport(), readAheadPool);
    }
}
