package io.dbfs.supernode.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.dbfs.proto.CreateOperation;
import io.dbfs.proto.InodeType;
import io.dbfs.proto.NameOperation;
import io.dbfs.proto.NodeReport;
import io.dbfs.proto.RegisteredCluster;
import io.dbfs.proto.UnlinkOperation;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.names.NamesReader;
import io.dbfs.supernode.registry.ClusterRegistry;
import io.dbfs.supernode.replica.Namespace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReleaseWorkerTest {
    private final LocalGroup group =
            new LocalGroup(new NamesMachine(), new MemoryKvStore(), () -> Instant.ofEpochSecond(1));
    private final Namespace namespace = new Namespace(group, raftAddress -> "");
    private final ClusterRegistry registry = new ClusterRegistry(() -> 0, new SplittableRandom(1));
    private final List<List<Long>> drops = new ArrayList<>();
    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
    private final ReleaseWorker worker = new ReleaseWorker(namespace, registry, this::drop);
    private int cluster;

    @BeforeEach
    void register() {
        cluster = namespace
                .registerCluster(RegisteredCluster.newBuilder()
                        .setName("local")
                        .setUuid("u")
                        .build())
                .join()
                .getClusterId();
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void everyFileIsDroppedOnceInBatches() {
        reportLeader();
        unlinkFiles(2 * ReleaseWorker.BATCH_MAX + 1);
        worker.tick();
        assertEquals(
                List.of(ReleaseWorker.BATCH_MAX, ReleaseWorker.BATCH_MAX, 1),
                drops.stream().map(List::size).toList());
        assertEquals(0, pending());
        worker.tick();
        assertEquals(3, drops.size());
    }

    @Test
    void withoutALeaderFilesWait() {
        unlinkFiles(1);
        worker.tick();
        assertEquals(List.of(), drops);
        reportLeader();
        worker.tick();
        assertEquals(0, pending());
    }

    @Test
    void aFailedDropIsSentAgain() {
        reportLeader();
        unlinkFiles(1);
        answer = CompletableFuture.failedFuture(new IllegalStateException("cluster is away"));
        worker.tick();
        assertEquals(1, pending());
        answer = CompletableFuture.completedFuture(null);
        worker.tick();
        assertEquals(2, drops.size());
        assertEquals(drops.get(0), drops.get(1));
        assertEquals(0, pending());
    }

    @Test
    void oneBatchAtATimeIsOnItsWay() {
        reportLeader();
        unlinkFiles(1);
        answer = new CompletableFuture<>();
        worker.tick();
        worker.tick();
        assertEquals(1, drops.size());
        answer.complete(null);
        assertEquals(0, pending());
    }

    private CompletableFuture<Void> drop(String leader, List<Long> inodes) {
        assertEquals("leader:1", leader);
        drops.add(inodes);
        return answer;
    }

    private void reportLeader() {
        registry.heard(
                cluster,
                NodeReport.newBuilder()
                        .setNodeId(1)
                        .setAddress("leader:1")
                        .setLeads(true)
                        .setTerm(1)
                        .build());
    }

    private void unlinkFiles(int count) {
        for (int i = 0; i < count; i++) {
            ByteString name = ByteString.copyFromUtf8("f" + i);
            namespace
                    .execute(
                            NameOperation.newBuilder()
                                    .setCreate(CreateOperation.newBuilder()
                                            .setParent(1)
                                            .setName(name)
                                            .setType(InodeType.REGULAR))
                                    .build(),
                            cluster)
                    .join();
            namespace
                    .execute(
                            NameOperation.newBuilder()
                                    .setUnlink(UnlinkOperation.newBuilder()
                                            .setParent(1)
                                            .setName(name))
                                    .build(),
                            0)
                    .join();
        }
    }

    private long pending() {
        return namespace.readHere(NamesReader::namespace).getReleasesPending();
    }
}
