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
    private final ConcurrentMap<ClusterId, HomeCluster> homes = new ConcurrentHashMap<>();

    FileFactory(
            Clusters clusters,
            Function<ClusterId, ChunkTransport> transports,
            BlockCache cache,
            BufferPool readAheadPool,
            Consumer<InodeId> outdatedMaps,
            WriteServices services) {
        this.clusters = clusters;
        this.transports = transports;
        this.cache = cache;
        this.readAheadPool = readAheadPool;
        this.outdatedMaps = outdatedMaps;
        this.services = services;
    }

    HomeCluster home(Inode identity) {
        return homes.computeIfAbsent(new ClusterId(identity.getHomeCluster()), this::connect);
    }

    private HomeCluster connect(ClusterId id) {
        ContentsClient contents = clusters.of(id);
        PlacementPool placements = new PlacementPool(contents, services.nanoTime());
        return new HomeCluster(
                id,
                contents,
                new ChunkSender(
                        transports.apply(id), placements, services.limits().timeout()));
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
