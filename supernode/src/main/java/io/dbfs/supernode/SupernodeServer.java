package io.dbfs.supernode;

import io.dbfs.common.rpc.Channels;
import io.dbfs.common.rpc.HostPort;
import io.dbfs.common.rpc.RpcServer;
import io.dbfs.raft.ReplicatedGroup;
import io.dbfs.raft.memory.LocalGroup;
import io.dbfs.raft.memory.MemoryKvStore;
import io.dbfs.supernode.names.NamesMachine;
import io.dbfs.supernode.release.GrpcContentsDropper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running process of the supernode. Thread-safe. */
public final class SupernodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SupernodeServer.class);
    private static final long TICK_SECONDS = 1;

    private final String address;
    private final RpcServer server;
    private final ScheduledExecutorService background;
    private final Channels channels;
    private final ReplicatedGroup group;

    private SupernodeServer(
            String address,
            RpcServer server,
            ScheduledExecutorService background,
            Channels channels,
            ReplicatedGroup group) {
        this.address = address;
        this.server = server;
        this.background = background;
        this.channels = channels;
        this.group = group;
    }

    /**
     * A supernode of one process that forgets everything when it is closed; for tests, and for trying things out.
     *
     * @param apiBind host:port; port 0 picks a free one
     * @throws IOException when the address cannot be bound
     */
    public static SupernodeServer startInMemory(String apiBind) throws IOException {
        LocalGroup group = new LocalGroup(new NamesMachine(), new MemoryKvStore(), InstantSource.system());
        return start(apiBind, group);
    }

    private static SupernodeServer start(String apiBind, LocalGroup group) throws IOException {
        Channels channels = new Channels();
        AtomicReference<SupernodeMember> self = new AtomicReference<>();
        Supernode supernode = new Supernode(
                group,
                () -> List.of(self.get()),
                new GrpcContentsDropper(channels),
                SupernodeConfig.DEFAULT_SESSION_LEASE,
                System::nanoTime,
                new SplittableRandom());
        RpcServer server = RpcServer.start(apiBind, supernode.services(), Runnable::run);
        String address = new HostPort(HostPort.parse(apiBind).host(), server.port()).toString();
        self.set(new SupernodeMember(address, group.leadership().leaderRaftAddress()));
        return new SupernodeServer(address, server, startTicking(supernode), channels, group);
    }

    private static ScheduledExecutorService startTicking(Supernode supernode) {
        ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "supernode-background");
            thread.setDaemon(true);
            return thread;
        });
        Future<?> unused =
                background.scheduleWithFixedDelay(() -> tick(supernode), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
        return background;
    }

    /** One failed round must not end all later ones, as the executor would have it. */
    private static void tick(Supernode supernode) {
        try {
            supernode.tick();
        } catch (RuntimeException failure) {
            LOG.error("background work of the supernode failed; next round in {} s", TICK_SECONDS, failure);
        }
    }

    /** "host:port" of the API. */
    public String address() {
        return address;
    }

    /** Stops serving, then leaves the group. */
    @Override
    public void close() {
        server.close();
        background.shutdownNow();
        channels.close();
        group.close();
    }
}
