package io.dbfs.daemon.vfs;

import io.dbfs.cluster.leader.LeaderSettings;
import io.dbfs.cluster.node.MemoryCluster;
import io.dbfs.common.Errno;
import io.dbfs.common.FsException;
import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.RpcCounter;
import io.dbfs.fuse.AccessTimes;
import io.dbfs.supernode.SupernodeServer;
import io.grpc.ClientInterceptor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A supernode and a cluster of three nodes in memory, and mounts of them: everything real but the disks and the logs. */
final class TestSystem implements AutoCloseable {
    private static final int CHUNK_SIZE_BYTES = 1 << 20;

    private final SupernodeServer supernode;
    private final MemoryCluster cluster;
    private final List<DbfsFileSystem> mounts = new ArrayList<>();

    TestSystem() throws IOException {
        this(Duration.ofSeconds(30));
    }

    /** One that takes a mount's locks away after so much silence. */
    TestSystem(Duration lockLease) throws IOException {
        supernode = SupernodeServer.startInMemory("127.0.0.1:0");
        cluster = MemoryCluster.start(
                "local",
                3,
                List.of(supernode.address()),
                LeaderSettings.of(2, 2, CHUNK_SIZE_BYTES).withLockLease(lockLease));
    }

    MemoryCluster cluster() {
        return cluster;
    }

    /** A mount that believes what it has heard for an hour, and commits nothing by itself: what it asks is what the operation needs. */
    TestMount patientMount(ClientInterceptor... interceptors) {
        return patientMount(Duration.ofSeconds(20), interceptors);
    }

    /** As {@link #patientMount}, and an operation that is not done after this long fails. */
    TestMount hastyMount(Duration operationTimeout, ClientInterceptor... interceptors) {
        return patientMount(operationTimeout, interceptors);
    }

    private TestMount patientMount(Duration operationTimeout, ClientInterceptor... interceptors) {
        TestMount mount = mount(Duration.ofHours(1), Duration.ofHours(1), operationTimeout, interceptors);
        mount.awaitStreams();
        return mount;
    }

    /** A mount that believes next to nothing but what its streams of changes vouch for. */
    TestMount watchingMount(ClientInterceptor... interceptors) {
        TestMount mount = mount(Duration.ofNanos(2), Duration.ofHours(1), Duration.ofSeconds(20), interceptors);
        mount.awaitStreams();
        return mount;
    }

    /** A mount that believes nothing: it sees at once what others do. */
    TestMount watchfulMount(ClientInterceptor... interceptors) {
        return mount(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(20), interceptors);
    }

    private TestMount mount(
            Duration validity, Duration commitDelay, Duration operationTimeout, ClientInterceptor... interceptors) {
        RpcCounter counter = new RpcCounter();
        MountConfig defaults = MountConfig.of(List.of(supernode.address()), "/mnt", "localhost", "test");
        MountConfig config = new MountConfig(
                defaults.supernodes(),
                defaults.mountPoint(),
                defaults.host(),
                defaults.version(),
                validity,
                validity,
                operationTimeout,
                commitDelay,
                16 << 20,
                16 << 20,
                4 << 20,
                true,
                AccessTimes.RELATIVE,
                AccessTimes.RELATIVE);
        Channels channels = new Channels(
                Stream.concat(Stream.of(counter), Stream.of(interceptors)).toArray(ClientInterceptor[]::new));
        DbfsFileSystem fileSystem = MountConnection.connect(config, channels);
        mounts.add(fileSystem);
        return new TestMount(fileSystem, counter, channels.wire());
    }

    @Override
    public void close() {
        for (DbfsFileSystem mount : mounts) {
            try {
                mount.close();
            } catch (FsException e) {
                if (e.errno() != Errno.ETIMEDOUT) {
                    throw e;
                }
            }
        }
        cluster.close();
        supernode.close();
    }
}
