package io.dbfs.daemon.chunk;

import io.dbfs.cluster.chunk.ChunkControlService;
import io.dbfs.cluster.chunk.ChunkService;
import io.dbfs.cluster.chunk.ChunkServiceOptions;
import io.dbfs.cluster.chunk.ChunkStore;
import io.dbfs.common.ChunkId;
import io.dbfs.common.NodeId;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.RpcServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntFunction;

/** Storage nodes of this process, numbered from 1, with real servers on loopback. */
final class ChunkNodes implements AutoCloseable {
    final Channels channels = new Channels();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<ChunkStore> stores = new ArrayList<>();
    private final List<ChunkService> services = new ArrayList<>();
    private final List<RpcServer> servers = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    ChunkNodes(int count, IntFunction<ChunkStore> storeOf, ChunkServiceOptions options) throws IOException {
        for (int number = 1; number <= count; number++) {
            NodeId self = new NodeId(number);
            ChunkStore store = storeOf.apply(number);
            stores.add(store);
            ChunkService service = new ChunkService(() -> self, store, channels.wire(), options);
            services.add(service);
            RpcServer server = RpcServer.start(
                    "127.0.0.1:0",
                    List.of(new ChunkControlService(() -> self, store).bindService()),
                    List.of(service),
                    Runnable::run);
            servers.add(server);
            ports.add(server.port());
        }
    }

    ChunkStore store(int number) {
        return stores.get(number - 1);
    }

    ChunkService service(int number) {
        return services.get(number - 1);
    }

    Replica replica(int number) {
        return new Replica(new NodeId(number), "127.0.0.1:" + ports.get(number - 1));
    }

    ChunkPlacement placement(long chunk, int... numbers) {
        List<Replica> replicas = new ArrayList<>();
        for (int number : numbers) {
            replicas.add(replica(number));
        }
        return new ChunkPlacement(new ChunkId(chunk), replicas);
    }

    void stop(int number) {
        servers.get(number - 1).close();
    }

    @Override
    public void close() {
        channels.close();
        servers.forEach(RpcServer::close);
        stores.forEach(ChunkStore::close);
        timer.shutdownNow();
    }
}
